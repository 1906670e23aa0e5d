// A client of the bench: `client.ts raw | kubbo <port> <concurrency>` prints what it did in a second.

import { once } from "node:events";
import { connect } from "node:net";
import { createClient } from "kubbo";
import { Wire } from "../../../interop/src/contracts/wire.ts";

const [kind, port, concurrency] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const text = "x".repeat(100);

/** A call that resolves with its answer. */
async function caller(): Promise<() => Promise<unknown>> {
  if (kind === "kubbo") {
    const client = createClient();
    client.use((call, next) => next(call));
    const target = `static:///127.0.0.1:${port}`;
    const wire = client.refer(Wire, { target, group: "g", version: "1.0.0", timeoutMs: 5000 });
    return () => wire.text(text);
  }
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const waiting: (() => void)[] = [];
  let have = 0;
  socket.on("data", (chunk) => {
    have += chunk.length;
    for (; have >= 104; have -= 104) waiting.shift()?.();
  });
  let corked = false;
  const frame = Buffer.alloc(104, "x");
  frame.writeUInt32BE(100);
  return () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(() => {
          corked = false;
          socket.uncork();
        });
      }
      socket.write(frame);
    });
}

const call = await caller();
let calls = 0;

async function forMs(ms: number): Promise<void> {
  const endsAt = performance.now() + ms;
  const loop = async () => {
    while (performance.now() < endsAt) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
}

await forMs(Number(process.argv[5] ?? 1500));
calls = 0;
const cpu = process.cpuUsage();
const startedAt = performance.now();
await forMs(1000);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ calls, ms, cpuMs: (user + system) / 1000 }));
process.exit(0);
