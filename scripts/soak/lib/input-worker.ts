// The thread of a soak of random inputs; see inputs.ts.

import { parentPort, workerData } from "node:worker_threads";
import type { Inputs } from "./inputs.ts";

export interface InputWork {
  readonly file: string;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** Two words that the other thread watches: the number of the input, and how many were begun. */
  readonly progress: Int32Array;
}

const { file, seed, from, count, progress } = workerData as InputWork;
const { inputs } = (await import(file)) as { readonly inputs: Inputs };
const figures = await inputs.run({
  seed,
  from,
  count,
  begin(index) {
    Atomics.store(progress, 0, index);
    Atomics.add(progress, 1, 1);
  },
});
parentPort?.postMessage(figures);
