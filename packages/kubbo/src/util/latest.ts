/**
 * A value over time of which only the newest counts: snapshots, states.
 *
 * Each iterator yields the current value at once, then every later one; a slow reader skips what was overwritten
 * meanwhile and never holds back the writer. `end()` finishes all iterators after the last value was seen.
 */
export class Latest<T> {
  #value: { readonly is: T } | undefined;
  #version = 0;
  #ended = false;
  readonly #waiting = new Set<() => void>();
  readonly #onIdle: (() => void) | undefined;
  #readers = 0;

  /** @param onIdle called whenever the last reader has left: the source may stop. */
  constructor(onIdle?: () => void) {
    this.#onIdle = onIdle;
  }

  get value(): T | undefined {
    return this.#value?.is;
  }

  get readers(): number {
    return this.#readers;
  }

  set(value: T): void {
    if (this.#ended) return;
    this.#value = { is: value };
    this.#version++;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /**
   * Values from the current one on, until `end()`, `break` or the signal. An aborted signal ends the iteration
   * quietly: whoever aborts knows why.
   */
  async *watch(signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
    let seen = 0;
    this.#readers++;
    let wake = () => {};
    const onAbort = () => wake();
    signal?.addEventListener("abort", onAbort);
    try {
      for (;;) {
        if (signal?.aborted) return;
        if (this.#value && this.#version !== seen) {
          seen = this.#version;
          yield this.#value.is;
          continue;
        }
        if (this.#ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
          this.#waiting.add(resolve);
        });
        this.#waiting.delete(wake);
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(wake);
      if (--this.#readers === 0) this.#onIdle?.();
    }
  }
}
