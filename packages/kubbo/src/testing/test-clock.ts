import type { Clock, Timer } from "../util/clock.ts";

/**
 * A clock that stands still until a test moves it.
 *
 * `advance` runs every timer that becomes due, in order of time, and lets promises settle between them; timers set by
 * timers run as well if they are due by then.
 */
export class TestClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  /** @param startMs the time it shows at first, in ms since the epoch. */
  constructor(startMs = 1_000_000) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  setTimer(run: () => void, delayMs: number): Timer {
    const timer = { at: this.#now + Math.max(delayMs, 0), run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Timers that wait. 0 after everything was closed, or something leaks. */
  get pending(): number {
    return this.#timers.size;
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      let next: { readonly at: number; readonly run: () => void } | undefined;
      for (const timer of this.#timers) if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = until;
  }
}

/** Lets everything that waits only for promises go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
