/** Streams that are remembered. */
const places = 256;

/**
 * The streams that we reset not long ago: the peer may have sent frames on them before it knew, which are ignored, while
 * frames on any other closed stream are its fault.
 *
 * Source: RFC 9113, 5.1 "closed". The memory is short: what is older than the oldest place is given the benefit of doubt.
 */
export class RecentResets {
  readonly #ring: number[] = [];
  #next = 0;
  /** The largest id that was pushed out. */
  #forgotten = 0;

  add(streamId: number): void {
    const pushedOut = this.#ring[this.#next];
    if (pushedOut !== undefined && pushedOut > this.#forgotten) this.#forgotten = pushedOut;
    this.#ring[this.#next] = streamId;
    this.#next = (this.#next + 1) % places;
  }

  /** Whether frames on this closed stream may be late ones. */
  mayBeLate(streamId: number): boolean {
    return streamId <= this.#forgotten || this.#ring.includes(streamId);
  }
}
