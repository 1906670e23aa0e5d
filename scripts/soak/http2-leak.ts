import assert from "node:assert/strict";
import { RpcError } from "../../packages/kubbo/src/model/rpc-error.ts";
import { echoServer, exchange, open } from "../../packages/kubbo/test/http2-echo.ts";
import { checkLeak } from "./lib/leak.ts";
import type { Soak } from "./lib/soak.ts";

/** Connections that open and close at a time. */
const wide = 20;

const handles = (kind: string) => process.getActiveResourcesInfo().filter((each) => each.startsWith(kind)).length;

export const soak: Soak = {
  about: "10,000,000 HTTP/2 streams and 100,000 connections leave no memory, sockets or timers behind",
  async run({ count = 10_000_000, log }) {
    await using echo = await echoServer();
    const session = await open(echo.port);
    const body = Buffer.alloc(100);
    const streams = async (size: number) => {
      let left = size;
      const worker = async () => {
        while (left-- > 0) await exchange(session, body);
      };
      await Promise.all(Array.from({ length: 64 }, worker));
    };
    const lines = [await checkLeak("streams", count, 1, streams)];
    log(lines[0] as string);
    assert.equal(session.activeStreams + echo.server.activeCalls, 0, "streams");
    await session.close();

    const { signal } = new AbortController();
    const connections = async (size: number) => {
      for (let left = size; left > 0; left -= wide) {
        const one = async (_: unknown, i: number) => {
          const each = await open(echo.port, { signal });
          await exchange(each, body);
          if (i % 2 === 0) await each.close();
          else each.destroy(new RpcError("CANCELLED", "closed", "soak"));
        };
        await Promise.all(Array.from({ length: Math.min(wide, left) }, one));
      }
      while (echo.server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    };
    await connections(wide);
    const before = { sockets: handles("TCP"), timers: handles("Timeout") };
    lines.push(await checkLeak("connections", Math.ceil(count / 100), 16, connections));
    log(lines[1] as string);
    assert.deepEqual({ sockets: handles("TCP"), timers: handles("Timeout") }, before, "handles");
    return lines;
  },
};
