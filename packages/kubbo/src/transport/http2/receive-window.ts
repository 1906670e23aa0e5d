/**
 * How much the peer may send, of a stream or of the connection.
 *
 * What the program has taken is given back when it is half of the window, so that a message costs no frame of its own;
 * each time the window doubles, up to its maximum: a large message, or a long stream, soon has what a fast network
 * needs, and a small one never asks for it.
 *
 * Invariant: left + owed + what the program has not taken = size.
 * Source: RFC 9113, 5.2, 6.9.
 */
export class ReceiveWindow {
  /** What the peer may still send. */
  left: number;
  #size: number;
  readonly #maxSize: number;
  #owed = 0;

  constructor(size: number, maxSize: number) {
    this.left = size;
    this.#size = size;
    this.#maxSize = maxSize;
  }

  /** False: the peer sent more than it may. */
  receive(bytes: number): boolean {
    this.left -= bytes;
    return this.left >= 0;
  }

  /** The program has taken so many bytes. Returns what a WINDOW_UPDATE shall give; 0: none yet. */
  consume(bytes: number): number {
    this.#owed += bytes;
    if (this.#owed * 2 < this.#size) return 0;
    const growth = Math.min(this.#size, this.#maxSize - this.#size);
    const given = this.#owed + growth;
    this.#size += growth;
    this.#owed = 0;
    this.left += given;
    return given;
  }
}
