import { test } from "node:test";
import { fuzzDubbo2 } from "./dubbo2-fuzz.ts";

// `npm run soak -- dubbo2` runs a million with a seed of its own.
test("mutated streams of frames end in a clear error or in answers, on both sides", async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  await fuzzDubbo2(seed, 3000);
});
