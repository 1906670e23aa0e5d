import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt } from "../../model/call.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { createHttpServer } from "../../transport/http2/server.ts";
import { http2Error } from "../../transport/http2/session.ts";
import type { Clock } from "../../util/clock.ts";
import { tripleClient } from "./client.ts";

const codec = { format: "protobuf", encode: () => new Uint8Array(), decode: () => undefined };

const rows: [when: string, nowAtReset: number, code: string][] = [
  ["before the deadline is a cancelled call", 1099, "CANCELLED"],
  ["at the deadline, before our timer, is the deadline", 1100, "DEADLINE_EXCEEDED"],
];
for (const [when, nowAtReset, code] of rows) {
  test(`a stream that the server resets with CANCEL ${when}`, async (t) => {
    let nowMs = 1000;
    // Its timers never fire: what is told comes from the reset.
    const clock: Clock = { now: () => nowMs, setTimer: () => ({ cancel() {} }) };
    const server = createHttpServer({
      handler(stream) {
        nowMs = nowAtReset;
        stream.reset(http2Error.cancel);
        return { onHead() {}, onData() {}, onEnd() {}, onReset() {} };
      },
    });
    t.after(() => server.destroy());
    const { port } = await server.listen(0, "127.0.0.1");
    const events = { onDraining() {}, onClosed() {} };
    const signal = AbortSignal.timeout(10_000);
    const session = await tripleClient({ maxMessageBytes: 1000 }).open(
      { address: "127.0.0.1", port },
      { clock, events, signal },
    );
    const attempt = {
      service: { interface: "a.B" },
      method: { name: "m", path: "m", kind: "unary", request: codec, response: codec },
      kind: "unary",
      message: {},
      attachments: {},
      deadline: 1100,
    } as unknown as Attempt;
    await assert.rejects(session.call(attempt), { code });
    session.destroy(new RpcError("CANCELLED", "closed", "the test is over"));
  });
}
