// Long tests with random inputs.
//
//   npm run soak -- hessian2                     as many inputs as the soak has by default
//   npm run soak -- hessian2 --seed 7 --count 1000
//   npm run soak -- hessian2 --seed 7 --from 812 --count 1     one input alone
//
// Ends with code 1 and the number of the input when one crashes, hangs, takes too much memory, or is wrong.

import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Soak } from "./soak/soak.ts";
import type { SoakWork } from "./soak/worker.ts";

/** Each soak is a line here and a file in soak/. */
const soaks: Readonly<Record<string, string>> = {
  hessian2: "./soak/hessian2.ts",
};

const watchMs = 250;
const reportMs = 10_000;
const mib = 2 ** 20;

function fail(text: string): never {
  console.error(text);
  process.exit(2);
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 0) fail(`--${name} ${text}: expected a whole number`);
  return value;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string" }, from: { type: "string" }, count: { type: "string" } },
});
const [name = ""] = positionals;
const path = Object.hasOwn(soaks, name) ? soaks[name] : undefined;
if (path === undefined || positionals.length !== 1) {
  fail(`usage: npm run soak -- ${Object.keys(soaks).join("|")} [--seed N] [--from N] [--count N]`);
}
const file = new URL(path, import.meta.url).href;
const { soak } = (await import(file)) as { readonly soak: Soak };
const seed = wholeNumber("seed", values.seed, 20_241_122);
const from = wholeNumber("from", values.from, 0);
const count = wholeNumber("count", values.count, soak.defaultCount);

const progress = new Int32Array(new SharedArrayBuffer(8));
const work: SoakWork = { file, seed, from, count, progress };
const worker = new Worker(new URL("./soak/worker.ts", import.meta.url), {
  workerData: work,
  resourceLimits: { maxOldGenerationSizeMb: soak.maxHeapMib },
});
const startedAt = performance.now();
const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
let peakRss = 0;

const { promise, resolve, reject } = Promise.withResolvers<string>();
worker.on("message", resolve);
worker.on("error", reject);
worker.on("exit", (code) => reject(new Error(`the thread ended with code ${code}`)));

let begun = 0;
let begunAt = performance.now();
let reportedAt = performance.now();
const watch = setInterval(() => {
  const now = performance.now();
  const current = Atomics.load(progress, 1);
  if (current !== begun) [begun, begunAt] = [current, now];
  const rss = process.memoryUsage().rss / mib;
  peakRss = Math.max(peakRss, rss);
  if (begun > 0 && now - begunAt > soak.maxInputMs) reject(new Error(`it takes more than ${soak.maxInputMs} ms`));
  if (rss > soak.maxRssMib) reject(new Error(`the process takes ${Math.round(rss)} MiB, over ${soak.maxRssMib}`));
  if (now - reportedAt > reportMs) {
    reportedAt = now;
    console.log(`${name}: ${begun} of ${count} in ${seconds()}, ${Math.round(rss)} MiB`);
  }
}, watchMs);

try {
  const figures = await promise;
  console.log(`${name}: ok, seed ${seed}: ${figures}, in ${seconds()}, at most ${Math.round(peakRss)} MiB`);
} catch (error) {
  const input = Atomics.load(progress, 0);
  console.error(`${name}: FAILED at input ${input}, after ${seconds()}`);
  console.error(error);
  console.error(`again: npm run soak -- ${name} --seed ${seed} --from ${input} --count 1`);
  process.exitCode = 1;
} finally {
  clearInterval(watch);
  await worker.terminate();
}
