import { ConnectionFault } from "./connection-fault.ts";
import { frameFlag, frameHeadBytes, frameType, lastFrameType, read32 } from "./frame.ts";
import { http2Error } from "./session.ts";

/** Where frames go. Every method may throw a ConnectionFault: then nothing more is read. */
export interface FrameSink {
  /** A frame begins: the place for what can be told by its head, before memory is taken for the rest. */
  onFrameHead(type: number, flags: number, streamId: number, length: number): void;
  /** A whole frame other than DATA. The payload is `bytes[start, end)`, theirs only until the call returns. */
  onFrame(type: number, flags: number, streamId: number, bytes: Buffer, start: number, end: number): void;
  /** A piece of the body of the DATA frame that began; never empty. The bytes are the receiver's. */
  onData(bytes: Buffer, start: number, end: number): void;
  /** The DATA frame is complete, its padding too. */
  onDataEnd(): void;
  /** True: nothing more is wanted. */
  readonly ended: boolean;
}

/**
 * Splits the bytes of a connection into frames.
 *
 * Shape: chunks in by `push`, cut anywhere. DATA is passed on piece by piece as it comes; other frames whole, as a view
 * on the chunk where they lie in one, and copied together where they do not. Frames of unknown types are skipped.
 * Limits: the sink refuses a length in `onFrameHead`; only then is memory taken.
 * Source: RFC 9113, 4.1, 6.1.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  /** A head that did not lie in one chunk. */
  readonly #head = Buffer.alloc(frameHeadBytes);
  #headFilled = 0;
  #inFrame = false;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  /** Bytes of the frame that are still to come. */
  #left = 0;
  /** A frame that did not lie in one chunk; set if and only if it is not DATA, known, and begun. */
  #payload: Buffer | undefined;
  #payloadFilled = 0;
  /** Of DATA: its padding, which comes last; -1: the byte that tells it is to come. */
  #padding = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Whether a frame has begun and is not complete. */
  get inFrame(): boolean {
    return this.#inFrame || this.#headFilled > 0;
  }

  push(chunk: Buffer): void {
    const sink = this.#sink;
    const end = chunk.length;
    let at = 0;
    while (at < end && !sink.ended) {
      if (!this.#inFrame) {
        if (this.#headFilled === 0 && end - at >= frameHeadBytes) {
          this.#begin(chunk, at);
          at += frameHeadBytes;
        } else {
          const taken = Math.min(frameHeadBytes - this.#headFilled, end - at);
          this.#head.set(chunk.subarray(at, at + taken), this.#headFilled);
          this.#headFilled += taken;
          at += taken;
          if (this.#headFilled < frameHeadBytes) return;
          this.#headFilled = 0;
          this.#begin(this.#head, 0);
        }
      }
      at = this.#type === frameType.data ? this.#readData(chunk, at, end) : this.#readOther(chunk, at, end);
    }
  }

  #begin(bytes: Buffer, at: number): void {
    this.#left = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    this.#type = bytes[at + 3] as number;
    this.#flags = bytes[at + 4] as number;
    this.#streamId = read32(bytes, at + 5) & 0x7fffffff;
    this.#inFrame = true;
    this.#sink.onFrameHead(this.#type, this.#flags, this.#streamId, this.#left);
    this.#padding = 0;
    if (this.#type === frameType.data && (this.#flags & frameFlag.padded) !== 0) {
      if (this.#left === 0) throw new ConnectionFault(http2Error.frameSize, "a padded DATA frame without its padding");
      this.#padding = -1;
    }
  }

  /** Returns where it stopped to read. */
  #readData(chunk: Buffer, from: number, end: number): number {
    let at = from;
    if (this.#padding === -1) {
      if (at === end) return at;
      const padding = chunk[at++] as number;
      this.#left--;
      if (padding > this.#left) throw new ConnectionFault(http2Error.protocol, "a DATA frame with too much padding");
      this.#padding = padding;
    }
    const body = Math.min(this.#left - this.#padding, end - at);
    if (body > 0) {
      this.#left -= body;
      this.#sink.onData(chunk, at, at + body);
      at += body;
    }
    if (this.#left === this.#padding && this.#left > 0) {
      const skipped = Math.min(this.#left, end - at);
      this.#left -= skipped;
      this.#padding -= skipped;
      at += skipped;
    }
    if (this.#left === 0) {
      this.#inFrame = false;
      this.#sink.onDataEnd();
    }
    return at;
  }

  #readOther(chunk: Buffer, at: number, end: number): number {
    const taken = Math.min(this.#left, end - at);
    const known = this.#type <= lastFrameType;
    if (taken === this.#left && !this.#payload) {
      this.#inFrame = false;
      if (known) this.#sink.onFrame(this.#type, this.#flags, this.#streamId, chunk, at, at + taken);
      return at + taken;
    }
    if (known) {
      if (!this.#payload) {
        this.#payload = Buffer.allocUnsafe(this.#left);
        this.#payloadFilled = 0;
      }
      this.#payload.set(chunk.subarray(at, at + taken), this.#payloadFilled);
      this.#payloadFilled += taken;
    }
    this.#left -= taken;
    if (this.#left === 0) {
      this.#inFrame = false;
      const payload = this.#payload;
      this.#payload = undefined;
      if (payload) this.#sink.onFrame(this.#type, this.#flags, this.#streamId, payload, 0, payload.length);
    }
    return at + taken;
  }
}
