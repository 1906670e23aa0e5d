import { Worker } from "node:worker_threads";
import type { InputWork } from "./input-worker.ts";
import type { Soak, SoakOptions } from "./soak.ts";

/** What the work on random inputs is told. */
export interface InputRun {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** To be called before each input: names the one that hangs or takes the memory. */
  begin(index: number): void;
}

/** Random inputs, each of which depends on the seed and its number alone. */
export interface Inputs {
  readonly about: string;
  readonly defaultCount: number;
  /** What one input may take. */
  readonly maxInputMs: number;
  /** What the thread may keep in its heap, and the process in all. */
  readonly maxHeapMib: number;
  readonly maxRssMib: number;
  /** Throws when something is wrong; otherwise the figures to print. */
  run(run: InputRun): string | Promise<string>;
}

const watchMs = 250;
const reportMs = 10_000;
const mib = 2 ** 20;

/**
 * A soak that runs inputs in a thread of its own, which is ended when one of them takes too long or too much memory.
 *
 * @param file the URL of the module that exports them as `inputs`
 */
export function soakOfInputs(inputs: Inputs, file: string): Soak {
  return {
    about: inputs.about,
    async run(options) {
      const figures = await runInThread(inputs, file, options);
      return [figures];
    },
  };
}

async function runInThread(
  inputs: Inputs,
  file: string,
  { seed, from, count = inputs.defaultCount, log }: SoakOptions,
): Promise<string> {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const work: InputWork = { file, seed, from, count, progress };
  const worker = new Worker(new URL("./input-worker.ts", import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: inputs.maxHeapMib },
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  worker.on("message", resolve);
  worker.on("error", reject);
  worker.on("exit", (code) => reject(new Error(`the thread ended with code ${code}`)));

  let begun = 0;
  let begunAt = performance.now();
  let reportedAt = begunAt;
  let peakRss = 0;
  const watch = setInterval(() => {
    const now = performance.now();
    const current = Atomics.load(progress, 1);
    if (current !== begun) [begun, begunAt] = [current, now];
    const rss = process.memoryUsage().rss / mib;
    peakRss = Math.max(peakRss, rss);
    if (begun > 0 && now - begunAt > inputs.maxInputMs) reject(new Error(`it takes more than ${inputs.maxInputMs} ms`));
    if (rss > inputs.maxRssMib) reject(new Error(`the process takes ${Math.round(rss)} MiB, over ${inputs.maxRssMib}`));
    if (now - reportedAt > reportMs) {
      reportedAt = now;
      log(`${begun} of ${count}, ${Math.round(rss)} MiB`);
    }
  }, watchMs);
  try {
    return `${await promise}, at most ${Math.round(peakRss)} MiB`;
  } catch (cause) {
    const input = Atomics.load(progress, 0);
    throw new Error(`input ${input}; again: --seed ${seed} --from ${input} --count 1`, { cause });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}
