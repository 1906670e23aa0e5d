import { frameFlag, frameHeadBytes, frameType } from "./frame.ts";

/** Frames are put together in pieces of this size. */
const slabBytes = 32 * 1024;

/** A chunk of a body from this size on is passed on as it is instead of being copied. */
const passBytes = 8 * 1024;

const nothing = Buffer.alloc(0);

/**
 * The frames that wait to be written, as bytes.
 *
 * Shape: write frames, then `take()` the bytes in order, one piece for many small frames. A small body is copied once,
 * into the piece that goes to the socket; a large one not at all: whoever gave it must leave it alone.
 * Limits: none of its own; `bytes` tells how much waits.
 */
export class FrameOutput {
  /** Bytes that wait. */
  bytes = 0;
  /** Bytes that were taken, ever. */
  taken = 0;
  #slab: Buffer = nothing;
  #start = 0;
  #at = 0;
  #parts: Uint8Array[] = [];

  /** All that waits. The pieces are the taker's until `reuse`. */
  take(): readonly Uint8Array[] {
    this.#cut();
    const parts = this.#parts;
    this.#parts = [];
    this.taken += this.bytes;
    this.bytes = 0;
    return parts;
  }

  /** Tells that nobody reads the pieces any more that were taken last: their memory is used again. */
  reuse(): void {
    if (this.bytes === 0) this.#start = this.#at = 0;
  }

  /** Gives back what is not needed while nothing is written. */
  idle(): void {
    if (this.bytes > 0) return;
    this.#slab = nothing;
    this.#start = this.#at = 0;
  }

  #cut(): void {
    if (this.#at > this.#start) this.#parts.push(this.#slab.subarray(this.#start, this.#at));
    this.#start = this.#at;
  }

  /** Makes room for `count` more bytes in one piece. */
  #ensure(count: number): void {
    if (this.#slab.length - this.#at >= count) return;
    this.#cut();
    this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, count));
    this.#start = this.#at = 0;
  }

  #head(length: number, type: number, flags: number, streamId: number): void {
    const slab = this.#slab;
    const at = this.#at;
    slab[at] = length >> 16;
    slab[at + 1] = length >> 8;
    slab[at + 2] = length;
    slab[at + 3] = type;
    slab[at + 4] = flags;
    this.#at = at + 5;
    this.#u32(streamId);
    this.bytes += frameHeadBytes + length;
  }

  #u32(value: number): void {
    const slab = this.#slab;
    const at = this.#at;
    slab[at] = value >> 24;
    slab[at + 1] = value >> 16;
    slab[at + 2] = value >> 8;
    slab[at + 3] = value;
    this.#at = at + 4;
  }

  /** Bytes that are no frame: the client's preface. */
  raw(bytes: Uint8Array): void {
    this.#copy(bytes, 0, bytes.length);
    this.bytes += bytes.length;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.#ensure(count);
    const slab = this.#slab;
    let at = this.#at;
    // For a few bytes a loop is cheaper than a view and a call.
    if (count <= 32) for (let i = start; i < end; i++) slab[at++] = bytes[i] as number;
    else slab.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), at);
    this.#at += count;
  }

  /** A header block: HEADERS, and CONTINUATIONs where it is longer than a frame may be. */
  headers(streamId: number, block: Uint8Array, length: number, endStream: boolean, maxFrame: number): void {
    let end = Math.min(length, maxFrame);
    const flags = (endStream ? frameFlag.endStream : 0) | (end === length ? frameFlag.endHeaders : 0);
    this.#ensure(frameHeadBytes + end);
    this.#head(end, frameType.headers, flags, streamId);
    this.#copy(block, 0, end);
    while (end < length) {
      const start = end;
      end = Math.min(length, start + maxFrame);
      this.#ensure(frameHeadBytes + end - start);
      this.#head(end - start, frameType.continuation, end === length ? frameFlag.endHeaders : 0, streamId);
      this.#copy(block, start, end);
    }
  }

  /** The head of a DATA frame; exactly `length` bytes are to follow by `body`. */
  data(streamId: number, length: number, endStream: boolean): void {
    this.#ensure(frameHeadBytes + (length < passBytes ? length : 0));
    this.#head(length, frameType.data, endStream ? frameFlag.endStream : 0, streamId);
  }

  body(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < passBytes) {
      this.#copy(bytes, start, end);
      return;
    }
    this.#cut();
    this.#parts.push(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
  }

  rstStream(streamId: number, code: number): void {
    this.#ensure(frameHeadBytes + 4);
    this.#head(4, frameType.rstStream, 0, streamId);
    this.#u32(code);
  }

  /** @param values identifiers and values by turns */
  settings(values: readonly number[]): void {
    this.#ensure(frameHeadBytes + values.length * 3);
    this.#head(values.length * 3, frameType.settings, 0, 0);
    for (let i = 0; i + 1 < values.length; i += 2) {
      this.#slab[this.#at++] = (values[i] as number) >> 8;
      this.#slab[this.#at++] = values[i] as number;
      this.#u32(values[i + 1] as number);
    }
  }

  settingsAck(): void {
    this.#ensure(frameHeadBytes);
    this.#head(0, frameType.settings, frameFlag.ack, 0);
  }

  /** @param bytes the 8 bytes at `start` are the payload */
  ping(ack: boolean, bytes: Uint8Array, start: number): void {
    this.#ensure(frameHeadBytes + 8);
    this.#head(8, frameType.ping, ack ? frameFlag.ack : 0, 0);
    this.#copy(bytes, start, start + 8);
  }

  goaway(lastStreamId: number, code: number, why: string): void {
    const text = Buffer.from(why, "latin1");
    this.#ensure(frameHeadBytes + 8 + text.length);
    this.#head(8 + text.length, frameType.goaway, 0, 0);
    this.#u32(lastStreamId);
    this.#u32(code);
    this.#copy(text, 0, text.length);
  }

  windowUpdate(streamId: number, increment: number): void {
    this.#ensure(frameHeadBytes + 4);
    this.#head(4, frameType.windowUpdate, 0, streamId);
    this.#u32(increment);
  }
}
