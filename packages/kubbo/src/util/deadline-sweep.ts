import type { Clock, Timer } from "./clock.ts";

/** What a sweep watches over. `deadline` is a time of the clock; undefined means never. */
export interface Expiring {
  readonly deadline: number | undefined;
}

/** The sweep never runs more often than this; a deadline is met up to so much late. */
const granularityMs = 4;

/**
 * Deadlines of many waiting things with one timer for all of them: a timer per call would cost more than the call.
 *
 * The timer stands on the earliest deadline. When it fires, everything that is due is handed to `onExpired` and
 * removed, and the next earliest deadline is found by a walk over the rest. Things that end early are only taken out
 * of the set; the timer may then fire for nothing, at most once per deadline that was the earliest. It never keeps
 * the process alive: the socket that the things wait for does.
 */
export class DeadlineSweep<T extends Expiring> {
  readonly #clock: Clock;
  readonly #onExpired: (item: T) => void;
  readonly #items = new Set<T>();
  #timer: Timer | undefined;
  /** When the timer fires. Infinity if and only if there is no timer. */
  #wakeAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onExpired: (item: T) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  get size(): number {
    return this.#items.size;
  }

  add(item: T): void {
    if (item.deadline === undefined) return;
    this.#items.add(item);
    if (item.deadline < this.#wakeAt) this.#arm(item.deadline);
  }

  delete(item: T): void {
    // The timer stays: taking it back and setting it again for each call would be a timer per call after all.
    this.#items.delete(item);
  }

  clear(): void {
    this.#items.clear();
    this.#disarm();
  }

  #arm(at: number): void {
    this.#timer?.cancel();
    this.#wakeAt = at;
    this.#timer = this.#clock.setTimer(() => this.#sweep(), Math.max(at - this.#clock.now(), granularityMs), {
      unref: true,
    });
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  #sweep(): void {
    this.#disarm();
    const now = this.#clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    const due: T[] = [];
    for (const item of this.#items) {
      const at = item.deadline ?? Number.POSITIVE_INFINITY;
      if (at <= now) due.push(item);
      else if (at < earliest) earliest = at;
    }
    for (const item of due) this.#items.delete(item);
    if (earliest !== Number.POSITIVE_INFINITY) this.#arm(earliest);
    for (const item of due) this.#onExpired(item);
  }
}
