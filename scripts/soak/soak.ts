/** What a soak is told. */
export interface SoakRun {
  /** The same seed makes the same inputs. */
  readonly seed: number;
  /** The number of the first input, so that one alone can be tried again. */
  readonly from: number;
  readonly count: number;
  /** To be called before each input: names the one that hangs or takes the memory. */
  begin(index: number): void;
}

/**
 * A long test with random inputs, each of which depends on the seed and its number alone. It runs in a thread of its
 * own, which is ended when an input takes too long or too much memory.
 *
 * Add one: a file here that exports `soak`, and its line in `../soak.ts`.
 */
export interface Soak {
  readonly defaultCount: number;
  /** What one input may take. */
  readonly maxInputMs: number;
  /** What the thread may keep in its heap, and the process in all. */
  readonly maxHeapMib: number;
  readonly maxRssMib: number;
  /** Throws when something is wrong; otherwise the figures to print. */
  run(run: SoakRun): string | Promise<string>;
}
