import { RpcError } from "../../model/rpc-error.ts";

/**
 * gRPC's message framing: one byte of flags (bit 0: compressed), four bytes of length, the message.
 *
 * Source: gRPC over HTTP/2, "Length-Prefixed-Message" (grpc/doc/PROTOCOL-HTTP2.md).
 */
const prefixBytes = 5;

/** A message with its prefix. */
export function frameMessage(message: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}

/**
 * Puts messages together from the pieces of a stream's body.
 *
 * Shape: pieces in by `push`, whole messages out by the callback, in order; a message is a view on the piece when it
 * lies in one. Resumable at any byte.
 * Errors: RESOURCE_EXHAUSTED `limit` as soon as a length beyond `maxMessageBytes` is announced, before memory is taken
 * for it; UNIMPLEMENTED `unsupported` for a compressed message; INTERNAL `bad-message` for unknown flags. Discard the
 * assembler after any of them.
 */
export class MessageAssembler {
  readonly #maxMessageBytes: number;
  readonly #onMessage: (message: Uint8Array) => void;
  readonly #prefix = new Uint8Array(prefixBytes);
  #prefixFilled = 0;
  /** Set if and only if a prefix is complete and its message is not. */
  #message: Uint8Array | undefined;
  #messageFilled = 0;

  constructor(maxMessageBytes: number, onMessage: (message: Uint8Array) => void) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#onMessage = onMessage;
  }

  /** Whether the stream may end here: no message is under way. */
  get complete(): boolean {
    return this.#prefixFilled === 0;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#message) {
        const taken = Math.min(chunk.length - at, this.#message.length - this.#messageFilled);
        this.#message.set(chunk.subarray(at, at + taken), this.#messageFilled);
        this.#messageFilled += taken;
        at += taken;
        if (this.#messageFilled === this.#message.length) this.#finish(this.#message);
        continue;
      }
      const taken = Math.min(chunk.length - at, prefixBytes - this.#prefixFilled);
      this.#prefix.set(chunk.subarray(at, at + taken), this.#prefixFilled);
      this.#prefixFilled += taken;
      at += taken;
      if (this.#prefixFilled < prefixBytes) return;
      const length = this.#announced();
      if (chunk.length - at >= length) {
        this.#finish(chunk.subarray(at, at + length));
        at += length;
      } else {
        this.#message = new Uint8Array(length);
        this.#messageFilled = 0;
      }
    }
  }

  #announced(): number {
    const [flags = 0, a = 0, b = 0, c = 0, d = 0] = this.#prefix;
    if (flags === 1) {
      throw new RpcError(
        "UNIMPLEMENTED",
        "unsupported",
        "the peer sent a compressed message; this version reads uncompressed ones only. Switch compression off there.",
      );
    }
    if (flags !== 0) {
      throw new RpcError("INTERNAL", "bad-message", `a message begins with the flags ${flags}; expected 0 or 1`);
    }
    const length = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    if (length > this.#maxMessageBytes) {
      throw new RpcError(
        "RESOURCE_EXHAUSTED",
        "limit",
        `a message of ${length} bytes was announced; the limit is ${this.#maxMessageBytes} (option maxMessageBytes)`,
        { facts: { bytes: length, limit: this.#maxMessageBytes } },
      );
    }
    return length;
  }

  #finish(message: Uint8Array): void {
    this.#prefixFilled = 0;
    this.#message = undefined;
    this.#onMessage(message);
  }
}
