import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { holderOfLock, takeLock } from "./lock.ts";

const skip = process.platform !== "linux" && "abstract socket names are Linux' own";

const name = (suffix: string) => `test-${process.pid}-${suffix}`;
const options = { purpose: "a test", timeoutMs: 5000, onWait: () => {} };

test("the second waits until the first lets go, and is told who holds it", { skip }, async () => {
  const first = await takeLock(name("a"), { ...options, purpose: "the first" });
  const holders: string[] = [];
  const waiting = Promise.withResolvers<void>();
  const second = takeLock(name("a"), {
    ...options,
    onWait: (holder) => {
      holders.push(holder);
      waiting.resolve();
    },
  });
  await waiting.promise;
  await first.release();
  await (await second).release();
  assert.deepEqual(holders, [`the first, process ${process.pid}`]);
});

test("the wait ends at its time-out and at an abort", { skip }, async () => {
  await using _first = await takeLock(name("b"), options);
  await assert.rejects(takeLock(name("b"), { ...options, timeoutMs: 30 }), /still held after 30 ms/);
  const controller = new AbortController();
  const waiting = takeLock(name("b"), { ...options, signal: controller.signal, onWait: () => controller.abort() });
  await assert.rejects(waiting, { name: "AbortError" });
});

test("a holder that is killed holds no longer", { skip }, async () => {
  const program = `
    const { takeLock } = await import(${JSON.stringify(new URL("lock.ts", import.meta.url).href)});
    await takeLock(${JSON.stringify(name("c"))}, { purpose: "x", timeoutMs: 1000, onWait: () => {} });
    console.log("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  await assert.rejects(takeLock(name("c"), { ...options, timeoutMs: 0 }), /still held/);
  child.kill("SIGKILL");
  await (await takeLock(name("c"), options)).release();
});

test("locks of different names do not meet", { skip }, async () => {
  await using _one = await takeLock(name("d"), options);
  await using _two = await takeLock(name("e"), options);
});

test("a lock's holder can be asked for without taking it", { skip }, async () => {
  assert.equal(await holderOfLock(name("f")), undefined);
  await using _lock = await takeLock(name("f"), { ...options, purpose: "looking" });
  assert.equal(await holderOfLock(name("f")), `looking, process ${process.pid}`);
});
