import { setTimeout as delay } from "node:timers/promises";
import { ClusterError } from "./error.ts";

export interface PollOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Pause between two looks, in ms. Default 50. */
  readonly everyMs?: number;
}

/**
 * Looks again and again until `look` gives a value, and returns that value.
 *
 * For conditions outside this process that announce themselves to nobody. `look` returns undefined for "not yet", and
 * may throw to give up at once. Errors: ClusterError naming `what` after `timeoutMs`; the signal's reason when aborted.
 */
export async function pollUntil<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  { timeoutMs, signal, everyMs = 50 }: PollOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new ClusterError(`${what}: not within ${seconds(timeoutMs)}`);
    await delay(everyMs, undefined, { signal });
  }
}

/** A duration as a person reads it: `850 ms`, `12.3 s`, `4 min 10 s`, `3 h 12 min`. */
export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
