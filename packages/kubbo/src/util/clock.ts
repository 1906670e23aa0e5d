/** Time as a value that a test can hold still. */
export interface Clock {
  /**
   * Milliseconds on the scale of `Date.now()`, but monotonic: it never goes back when the system clock is set.
   * Deadlines are absolute times of this clock.
   */
  now(): number;

  /**
   * Runs `run` once, `delayMs` from now. A timer keeps the process alive unless `unref` says that it only tidies up.
   */
  setTimer(run: () => void, delayMs: number, options?: { readonly unref?: boolean }): Timer;
}

export interface Timer {
  /** Stops the timer; nothing happens if it has run or was cancelled before. */
  cancel(): void;
}

/** The longest delay that Node's timers take; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/** The real time of this process. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  setTimer(run, delayMs, options) {
    const handle = setTimeout(run, Math.min(Math.max(delayMs, 0), longestDelayMs));
    if (options?.unref) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
