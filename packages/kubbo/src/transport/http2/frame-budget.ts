/** What a peer may spend at once, and what it gets back per second. node:http2 grants 1,000 and 33 for resets alone. */
const burst = 1000;
const perSecond = 100;

/**
 * Bounds what makes work and brings nothing: a bucket of credit. A connection has two.
 *
 * One is for frames: SETTINGS, PING, PRIORITY, WINDOW_UPDATE, empty DATA, CONTINUATION, frames of unknown types. A
 * message that came or went earns what may follow from it. The other is for requests: RST_STREAM, and requests that were
 * refused or broke a rule; one that was answered earns what makes up for one that was not. Time gives credit as well. A
 * peer that has spent all is told ENHANCE_YOUR_CALM and its connection ends; others do not notice.
 *
 * Source: CVE-2023-44487 (rapid reset), CVE-2019-9511 to 9518 (floods), CVE-2024-27316 (CONTINUATION).
 */
export class FrameBudget {
  #credit = burst;
  #atMs: number | undefined;
  readonly #most: number;

  /** @param most credit that can be saved up by work */
  constructor(most: number = burst) {
    this.#most = most;
  }

  /** False: there is no credit left. */
  spend(): boolean {
    return --this.#credit >= 0;
  }

  earn(count: number): void {
    this.#credit = Math.min(this.#most, this.#credit + count);
  }

  /** To be called now and then. */
  passTime(nowMs: number): void {
    const seconds = (nowMs - (this.#atMs ?? nowMs)) / 1000;
    this.#atMs = nowMs;
    if (this.#credit < burst) this.#credit = Math.min(burst, this.#credit + seconds * perSecond);
  }
}
