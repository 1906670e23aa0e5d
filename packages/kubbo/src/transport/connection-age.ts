import type { Random } from "../util/random.ts";

/** How long a server lets a connection live, so that its peer dials again and finds pods that are new. */
export interface ConnectionAge {
  readonly maxAgeMs: number;
  /** Share of the age that chance takes away or adds, 0..1: connections that began together must not end together. */
  readonly jitter: number;
}

/** The age that one connection may reach, in ms. */
export function connectionAgeMs({ maxAgeMs, jitter }: ConnectionAge, random: Random): number {
  return maxAgeMs * (1 + jitter * (2 * random() - 1));
}
