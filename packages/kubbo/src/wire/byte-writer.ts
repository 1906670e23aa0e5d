import { cellDouble, cellLong, cellWords, highWord, lowWord } from "./bits.ts";

/** Messages are cut from slabs of this size, one after the other, so that a small one costs no allocation. */
const slabBytes = 16 * 1024;

const nothing = Buffer.alloc(0);

/**
 * Writes messages, one after the other; numbers are big endian.
 *
 * Shape: write, then `take()` the message: a view that nobody writes to again. A message is always contiguous. A
 * writer can be used again at once, also after `truncate(0)` where a message failed.
 * Cost: a view per message; a message that is larger than what is left of the slab is copied while it grows, at most
 * once over all. A view keeps its slab alive: what is to be kept long is copied by the one who keeps it.
 * Errors: none. Ranges are the caller's business: values are cut to the width written.
 */
export class ByteWriter {
  /**
   * For loops that store bytes themselves: after `ensure(n)` the n bytes at `buffer[at]` are theirs, and `at` must be
   * moved past those used. Any call that may write can replace the buffer.
   */
  buffer: Buffer = nothing;
  at = 0;
  /** The length of `buffer`, at hand. */
  #end = 0;
  #start = 0;

  /** Bytes of the message so far. */
  get length(): number {
    return this.at - this.#start;
  }

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    if (this.#end - this.at < count) this.#grow(count);
  }

  #grow(count: number): void {
    const { length } = this;
    const wanted = length + count;
    const next = Buffer.allocUnsafeSlow(wanted <= slabBytes / 2 ? slabBytes : wanted * 2);
    next.set(this.buffer.subarray(this.#start, this.at));
    this.buffer = next;
    this.#end = next.length;
    this.#start = 0;
    this.at = length;
  }

  u8(value: number): void {
    this.ensure(1);
    this.buffer[this.at++] = value;
  }

  u16(value: number): void {
    this.ensure(2);
    const { buffer, at } = this;
    buffer[at] = value >> 8;
    buffer[at + 1] = value;
    this.at = at + 2;
  }

  /** Signed or unsigned: the bits are the same. */
  u32(value: number): void {
    this.ensure(4);
    this.at = store32(this.buffer, this.at, value);
  }

  /** Signed or unsigned: the bits are the same. */
  u64(value: bigint): void {
    this.ensure(8);
    cellLong[0] = value;
    this.#cell();
  }

  f64(value: number): void {
    this.ensure(8);
    cellDouble[0] = value;
    this.#cell();
  }

  #cell(): void {
    const high = cellWords[highWord] as number;
    const low = cellWords[lowWord] as number;
    this.at = store32(this.buffer, store32(this.buffer, this.at, high), low);
  }

  /** Copies `bytes`. */
  bytes(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Leaves `count` zero bytes for later and tells where they are, for `setU32`. */
  reserve(count: number): number {
    this.ensure(count);
    const offset = this.length;
    this.buffer.fill(0, this.at, this.at + count);
    this.at += count;
    return offset;
  }

  /** Writes over four bytes of the message, at an offset from its begin. */
  setU32(offset: number, value: number): void {
    store32(this.buffer, this.#start + offset, value);
  }

  /** Takes back everything after the first `length` bytes of the message: a value that failed leaves nothing behind. */
  truncate(length: number): void {
    this.at = this.#start + length;
  }

  /** The message. The next byte written begins another one. */
  take(): Uint8Array {
    const message = this.buffer.subarray(this.#start, this.at);
    // The slab of a large message goes with it, or an idle writer would hold it.
    if (this.#end > slabBytes) {
      this.buffer = nothing;
      this.#end = 0;
      this.at = 0;
    }
    this.#start = this.at;
    return message;
  }
}

/** Returns the offset after the four bytes. */
function store32(buffer: Uint8Array, at: number, value: number): number {
  buffer[at] = value >> 24;
  buffer[at + 1] = value >> 16;
  buffer[at + 2] = value >> 8;
  buffer[at + 3] = value;
  return at + 4;
}
