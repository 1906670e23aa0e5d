export interface SoakOptions {
  /** The same seed makes the same inputs. */
  readonly seed: number;
  /** The number of the first input, where inputs have numbers: so that one alone can be tried again. */
  readonly from: number;
  /** Undefined: as many as the soak is meant for. */
  readonly count: number | undefined;
  /** Progress, a line at a time. */
  log(line: string): void;
}

export interface Soak {
  /** One line: what is shown. */
  readonly about: string;
  /** Lines of the result. Errors: what was found to be wrong. */
  run(options: SoakOptions): Promise<readonly string[]>;
}
