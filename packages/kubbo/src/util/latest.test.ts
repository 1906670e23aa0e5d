import assert from "node:assert/strict";
import { test } from "node:test";
import { Latest } from "./latest.ts";

test("a reader gets the current value at once and skips what was overwritten", async () => {
  const latest = new Latest<number>();
  latest.set(1);
  const reader = latest.watch();
  assert.deepEqual(await reader.next(), { done: false, value: 1 });
  latest.set(2);
  latest.set(3);
  assert.deepEqual(await reader.next(), { done: false, value: 3 });
  const waiting = reader.next();
  latest.set(4);
  assert.deepEqual(await waiting, { done: false, value: 4 });
});

test("end() finishes readers after the last value", async () => {
  const latest = new Latest<number>();
  const reader = latest.watch();
  latest.set(1);
  latest.end();
  latest.set(2);
  assert.deepEqual(await reader.next(), { done: false, value: 1 });
  assert.equal((await reader.next()).done, true);
});

test("an aborted signal ends a waiting reader, and the last one to leave is reported", async () => {
  let idle = 0;
  const latest = new Latest<number>(() => idle++);
  const stop = new AbortController();
  const first = latest.watch(stop.signal);
  const second = latest.watch();
  latest.set(1);
  await first.next();
  await second.next();
  const waiting = first.next();
  stop.abort();
  assert.equal((await waiting).done, true);
  assert.equal(idle, 0);
  await second.return();
  assert.equal(idle, 1);
  assert.equal(latest.readers, 0);
});
