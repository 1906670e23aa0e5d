import assert from "node:assert/strict";
import { createClient, createServer } from "kubbo";
import { Torture, tortured } from "../../packages/kubbo/test/torture-service.ts";
import { checkLeak } from "./lib/leak.ts";
import type { Soak } from "./lib/soak.ts";

/** Connections that open and close at a time. */
const wide = 20;

const handles = (kind: string) => process.getActiveResourcesInfo().filter((each) => each.startsWith(kind)).length;

export const soak: Soak = {
  about: "1,000,000 Dubbo2 calls and 100,000 connect/close cycles leave no memory, sockets or timers behind",
  async run({ count = 1_000_000, log }) {
    const server = createServer({ listen: { tri: "off", dubbo: "127.0.0.1:0", probes: "off" }, signals: false });
    server.provide(Torture, tortured);
    const { dubbo } = await server.listen();
    const target = `static:///127.0.0.1:${dubbo}`;
    const client = createClient();
    const service = client.refer(Torture, { target, timeoutMs: 20_000 });
    const calls = async (size: number) => {
      for (let left = size; left > 0; left -= 64) {
        await Promise.all(Array.from({ length: Math.min(64, left) }, () => service.text("hello")));
      }
    };
    const lines = [await checkLeak("calls", count, 1, calls)];
    log(lines[0] as string);
    await client.close();

    const cycles = async (size: number) => {
      for (let left = size; left > 0; left -= wide) {
        await Promise.all(
          Array.from({ length: Math.min(wide, left) }, async () => {
            const one = createClient();
            assert.equal(await one.refer(Torture, { target, timeoutMs: 20_000 }).text("x"), "x");
            await one.close();
          }),
        );
      }
    };
    const before = { sockets: handles("TCP"), timers: handles("Timeout") };
    lines.push(await checkLeak("connect, call, close", Math.ceil(count / 10), 16, cycles));
    log(lines[1] as string);
    assert.equal(server.inspect().connections, 0, "connections of the server");
    assert.deepEqual({ sockets: handles("TCP"), timers: handles("Timeout") }, before, "handles");
    await server.close();
    return lines;
  },
};
