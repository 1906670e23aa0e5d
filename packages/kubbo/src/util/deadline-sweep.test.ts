import assert from "node:assert/strict";
import { test } from "node:test";
import { TestClock } from "../testing/test-clock.ts";
import { DeadlineSweep } from "./deadline-sweep.ts";

function setUp() {
  const clock = new TestClock(0);
  const expired: string[] = [];
  const sweep = new DeadlineSweep<{ name: string; deadline: number | undefined }>(clock, (item) =>
    expired.push(`${item.name}@${clock.now()}`),
  );
  return { clock, expired, sweep };
}

test("each item expires at its own deadline, whatever the order of adding", async () => {
  const { clock, expired, sweep } = setUp();
  sweep.add({ name: "late", deadline: 500 });
  sweep.add({ name: "early", deadline: 100 });
  sweep.add({ name: "never", deadline: undefined });
  await clock.advance(99);
  assert.deepEqual(expired, []);
  await clock.advance(1000);
  assert.deepEqual(expired, ["early@100", "late@500"]);
  assert.equal(clock.pending, 0);
});

test("an item that ended early does not expire", async () => {
  const { clock, expired, sweep } = setUp();
  const item = { name: "done", deadline: 100 };
  sweep.add(item);
  sweep.delete(item);
  sweep.add({ name: "other", deadline: 300 });
  await clock.advance(1000);
  assert.deepEqual(expired, ["other@300"]);
});

test("a thousand waiting items use one timer", () => {
  const { clock, sweep } = setUp();
  for (let i = 0; i < 1000; i++) sweep.add({ name: `${i}`, deadline: 1000 - i });
  assert.equal(clock.pending, 1);
  sweep.clear();
  assert.equal(clock.pending, 0);
});
