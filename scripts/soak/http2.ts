import { runModel } from "../../packages/kubbo/test/http2-model.ts";
import { runMutations } from "../../packages/kubbo/test/http2-mutations.ts";
import type { Soak } from "./lib/soak.ts";

/** Steps of one run of the model, and inputs of one run of the mutations: both begin with a seed of their own. */
const stepsPerRun = 2000;
const inputsPerRun = 2000;

export const soak: Soak = {
  about: "1,000,000 steps of random HTTP/2 calls beside a model, and 1,000,000 mutated connections",
  async run({ seed, from, count = 1_000_000, log }) {
    let calls = 0;
    let cuts = 0;
    const failed = (run: number, cause: unknown) =>
      new Error(`failed; npm run soak -- http2 --seed ${seed} --from ${run} --count ${stepsPerRun} does it again`, {
        cause,
      });
    const runs = Math.ceil(count / stepsPerRun);
    for (let run = from; run < from + runs; run++) {
      try {
        const made = await runModel(seed + run, stepsPerRun);
        calls += made.calls;
        cuts += made.cut ? 1 : 0;
      } catch (cause) {
        throw failed(run, cause);
      }
    }
    const model = `${runs * stepsPerRun} steps, ${calls} calls, ${cuts} connections cut: every call settled, no byte lost, no window wrong`;
    log(model);
    let faults = 0;
    for (let run = from; run < from + runs; run++) {
      try {
        faults += runMutations(seed + run, inputsPerRun / 2).faults;
      } catch (cause) {
        throw failed(run, cause);
      }
      if ((run - from) % 50 === 49) log(`${(run - from + 1) * inputsPerRun} mutated connections`);
    }
    return [
      model,
      `${runs * inputsPerRun} mutated connections, ${faults} ended as faults: nothing thrown, every call settled once`,
    ];
  },
};
