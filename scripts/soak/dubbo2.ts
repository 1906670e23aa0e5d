import { fuzzDubbo2 } from "../../packages/kubbo/test/dubbo2-fuzz.ts";
import type { Soak } from "./lib/soak.ts";

const step = 50_000;

export const soak: Soak = {
  about: "1,000,000 mutated frame streams against the Dubbo2 client and server state machines",
  async run({ seed, count = 1_000_000, log }) {
    for (let done = 0; done < count; done += step) {
      await fuzzDubbo2(seed + done, Math.min(step, count - done));
      log(`${Math.min(done + step, count)} streams`);
    }
    return [`${count} mutated streams against client and server, seed ${seed}: no crash, no lost call, no wrong byte`];
  },
};
