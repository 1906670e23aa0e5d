import assert from "node:assert/strict";
import { test } from "node:test";
import { runModel } from "../../../test/http2-model.ts";
import { runMutations } from "../../../test/http2-mutations.ts";

test("random calls over a network that splits, delays and cuts end as they must (npm run soak -- http2 for more)", async (t) => {
  let calls = 0;
  let cuts = 0;
  for (let seed = 1; seed <= 30; seed++) {
    try {
      const { calls: made, cut } = await runModel(seed, 1500);
      calls += made;
      if (cut) cuts++;
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  t.diagnostic(`${calls} calls, ${cuts} connections cut`);
});

test("connections that were changed at random end as errors of their own, and every call settles once", (t) => {
  const { faults } = runMutations(1, 1500);
  t.diagnostic(`${faults} of 3,000 connections ended with a fault`);
  assert.ok(faults > 500);
});
