import type { Clock, Timer } from "../../util/clock.ts";

/** What wants to know that time passes. */
export interface Ticking {
  tick(nowMs: number): void;
}

const periodMs = 1000;

/**
 * Tells many things that time passes, about once a second, with one timer: a timer per connection and purpose would cost
 * more than what it watches over. It stands still while there is nothing to tell, and keeps no process alive.
 */
export class Ticker {
  readonly #clock: Clock;
  readonly #members = new Set<Ticking>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  add(member: Ticking): void {
    this.#members.add(member);
    this.#timer ??= this.#arm();
  }

  delete(member: Ticking): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): Timer {
    return this.#clock.setTimer(() => this.#tick(), periodMs, { unref: true });
  }

  #tick(): void {
    this.#timer = this.#arm();
    const now = this.#clock.now();
    for (const member of [...this.#members]) member.tick(now);
  }
}
