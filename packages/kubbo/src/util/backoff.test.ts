import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "./backoff.ts";
import { seededRandom } from "./random.ts";

const options = { initialMs: 100, maxMs: 1000, factor: 2, jitter: 0.2 };

test("the delay grows by the factor up to the cap", () => {
  const middle = () => 0.5;
  assert.deepEqual(
    [1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(attempt, options, middle)),
    [100, 200, 400, 800, 1000, 1000],
  );
});

test("jitter stays within its share, both ways", () => {
  const random = seededRandom(1);
  const delays = Array.from({ length: 1000 }, () => backoffMs(1, options, random));
  assert.ok(Math.min(...delays) >= 80 && Math.min(...delays) < 85);
  assert.ok(Math.max(...delays) <= 120 && Math.max(...delays) > 115);
});
