import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// The method of docs: after a warm-up of 20 %, memory after forced collections at 10 points; the slope over the
// iterations, with its 90 % interval.

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Heap and what hangs on it, in bytes, after garbage was collected. */
export function usedBytes(): number {
  // Twice: finalizers of the first one free what the second one finds.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export interface Slope {
  /** Bytes per iteration. */
  readonly slope: number;
  /** Half the width of the 90 % interval. */
  readonly margin: number;
}

/** Least squares; 8 degrees of freedom for 10 points. */
export function slopeOf(points: readonly (readonly [iterations: number, bytes: number])[]): Slope {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / sxx;
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  /** Student's t, two-sided 90 %, 8 degrees of freedom. */
  const t = 1.86;
  return { slope, margin: t * Math.sqrt(residual / (n - 2) / sxx) };
}

/**
 * Runs `count` iterations and fails if they leave more than `allowed` bytes each, unless the interval contains 0.
 *
 * @param batch runs so many iterations and comes back when nothing of them is in flight
 */
export async function checkLeak(
  what: string,
  count: number,
  allowed: number,
  batch: (size: number) => Promise<void>,
): Promise<string> {
  await batch(Math.ceil(count / 5));
  const points: [number, number][] = [];
  const size = Math.ceil(count / 10);
  for (let i = 1; i <= 10; i++) {
    await batch(size);
    points.push([i * size, usedBytes()]);
  }
  const { slope, margin } = slopeOf(points);
  const text = `${what}: ${count}, ${slope.toFixed(3)} bytes each (90 % interval +- ${margin.toFixed(3)}; allowed ${allowed})`;
  if (slope > allowed && slope - margin > 0) {
    throw new Error(`${text}: a leak. ${points.map(([x, y]) => `${x}: ${y}`).join(", ")}`);
  }
  return text;
}
