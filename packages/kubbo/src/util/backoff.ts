import type { Random } from "./random.ts";

export interface BackoffOptions {
  /** Delay before the second attempt, in ms, before jitter. */
  readonly initialMs: number;
  /** The delay grows no further than this, in ms, before jitter. */
  readonly maxMs: number;
  /** Growth per attempt. */
  readonly factor: number;
  /** Share of the delay that chance adds or takes away, 0..1. */
  readonly jitter: number;
}

/**
 * The delay before attempt `attempt + 1`, in ms, after `attempt` (1, 2, …) failures in a row.
 *
 * Source: gRPC connection backoff (doc/connection-backoff.md): exponential with a cap, then jitter both ways.
 */
export function backoffMs(attempt: number, options: BackoffOptions, random: Random): number {
  const grown = Math.min(options.maxMs, options.initialMs * options.factor ** (attempt - 1));
  return grown * (1 + options.jitter * (2 * random() - 1));
}
