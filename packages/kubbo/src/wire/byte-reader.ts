import { cellDouble, cellLong, cellWords, highWord, lowWord } from "./bits.ts";
import { badMessage, type WireError } from "./wire-error.ts";

/**
 * Reads one complete message from its bytes, front to back; numbers are big endian.
 *
 * Shape: `at` is the offset of the next byte, from the begin of the view that it was made with. It never copies.
 * Errors: INTERNAL `bad-message` with the offset when fewer bytes are left than asked for; the reader then stands where
 * it stood. Nothing is read outside of the view.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.end - this.at;
  }

  /** Throws unless `count` bytes are left. */
  need(count: number): void {
    if (this.end - this.at < count) throw this.#short(count);
  }

  #short(count: number): WireError {
    const { left } = this;
    return badMessage(
      this.at,
      count === 1 ? "one more byte" : `${count} more bytes`,
      left === 0 ? "the end of the message" : `${left} before the end of the message`,
    );
  }

  /** The next byte, which stays unread. */
  peek(): number {
    if (this.at >= this.end) throw this.#short(1);
    return this.bytes[this.at] as number;
  }

  u8(): number {
    if (this.at >= this.end) throw this.#short(1);
    return this.bytes[this.at++] as number;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    this.need(2);
    const { bytes, at } = this;
    this.at = at + 2;
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  i32(): number {
    this.need(4);
    const { at } = this;
    this.at = at + 4;
    return load32(this.bytes, at);
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  i64(): bigint {
    this.#cell();
    return cellLong[0] as bigint;
  }

  f64(): number {
    this.#cell();
    return cellDouble[0] as number;
  }

  #cell(): void {
    this.need(8);
    const { bytes, at } = this;
    cellWords[highWord] = load32(bytes, at);
    cellWords[lowWord] = load32(bytes, at + 4);
    this.at = at + 8;
  }

  /** The next `count` bytes: a view, not a copy. */
  view(count: number): Uint8Array {
    this.need(count);
    const { bytes, at } = this;
    this.at = at + count;
    return bytes.subarray(at, at + count);
  }

  skip(count: number): void {
    this.need(count);
    this.at += count;
  }
}

function load32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}
