/** How many calls a server works on at once, over all its connections and protocols. */
export class Admission {
  readonly #max: number;
  #active = 0;

  /** @param max more are refused, not queued: who waits in a queue is mostly gone when his turn comes */
  constructor(max: number) {
    this.#max = max;
  }

  get active(): number {
    return this.#active;
  }

  get max(): number {
    return this.#max;
  }

  /** Takes a place, if there is one; `leave` gives it back. */
  tryEnter(): boolean {
    if (this.#active >= this.#max) return false;
    this.#active++;
    return true;
  }

  leave(): void {
    this.#active--;
  }
}
