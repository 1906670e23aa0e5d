/** A number in [0, 1), as `Math.random`. Passed in wherever chance decides, so that a test can decide instead. */
export type Random = () => number;

/**
 * A repeatable source of random numbers for tests and simulations; not for secrets.
 *
 * Source: mulberry32 (public domain), one 32-bit word of state.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
