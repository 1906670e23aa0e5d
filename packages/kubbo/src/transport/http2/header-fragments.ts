import { ConnectionFault } from "./connection-fault.ts";
import { http2Error } from "./session.ts";

/**
 * Joins the fragments of a header block: HEADERS without END_HEADERS and the CONTINUATIONs after it, with nothing of
 * another stream between.
 *
 * Limits: `maxBytes` for the block, checked before memory is taken. Beyond it the connection ends (ENHANCE_YOUR_CALM):
 * a block that is not read to its end leaves the two tables different.
 * Source: RFC 9113, 4.3, 6.10.
 */
export class HeaderFragments {
  readonly #maxBytes: number;
  #bytes: Buffer | undefined;
  #length = 0;
  /** The stream whose block is under way; 0: none is. */
  streamId = 0;
  endStream = false;
  /** When it began. */
  sinceMs = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  begin(streamId: number, endStream: boolean, nowMs: number): void {
    this.streamId = streamId;
    this.endStream = endStream;
    this.sinceMs = nowMs;
    this.#length = 0;
  }

  add(bytes: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#maxBytes) {
      throw new ConnectionFault(http2Error.enhanceYourCalm, `a header block of more than ${this.#maxBytes} bytes`);
    }
    if (!this.#bytes || this.#bytes.length < length) {
      const next = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(4096, 2 * length)));
      if (this.#bytes) next.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = next;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }

  /** The whole block; the next one may begin. */
  take(): Buffer {
    const block = (this.#bytes ?? Buffer.alloc(0)).subarray(0, this.#length);
    this.#bytes = undefined;
    this.streamId = 0;
    return block;
  }
}
