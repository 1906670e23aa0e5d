// The thread of a soak; see ../soak.ts.

import { parentPort, workerData } from "node:worker_threads";
import type { Soak } from "./soak.ts";

export interface SoakWork {
  readonly file: string;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** Two words that the other thread watches: the number of the input, and how many were begun. */
  readonly progress: Int32Array;
}

const { file, seed, from, count, progress } = workerData as SoakWork;
const { soak } = (await import(file)) as { readonly soak: Soak };
const figures = await soak.run({
  seed,
  from,
  count,
  begin(index) {
    Atomics.store(progress, 0, index);
    Atomics.add(progress, 1, 1);
  },
});
parentPort?.postMessage(figures);
