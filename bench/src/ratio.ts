import { seededRandom } from "../../packages/kubbo/src/util/random.ts";

/** A median with the interval in which it lies in nine of ten repetitions of the run. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

const resamples = 2000;

/** The median and its 90 % bootstrap interval; the same values give the same interval. */
export function estimate(values: readonly number[]): Estimate {
  const random = seededRandom(1);
  const medians = Array.from({ length: resamples }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] as number)),
  ).sort((a, b) => a - b);
  return {
    median: median(values),
    low: medians[Math.floor(resamples * 0.05)] as number,
    high: medians[Math.ceil(resamples * 0.95) - 1] as number,
  };
}

/** `of` as a share of `to`, round by round. */
export function ratio(of: readonly number[], to: readonly number[]): Estimate {
  return estimate(of.map((value, round) => value / (to[round] as number)));
}

/** What a table claims. The interval's worse end decides. */
export interface Aim {
  readonly what: string;
  readonly ratio: Estimate;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export type Verdict = "met" | "missed" | "inconclusive";

export function verdict({ ratio: { low, high }, atLeast = Number.NEGATIVE_INFINITY, atMost = Infinity }: Aim): Verdict {
  if (low >= atLeast && high <= atMost) return "met";
  return high < atLeast || low > atMost ? "missed" : "inconclusive";
}
