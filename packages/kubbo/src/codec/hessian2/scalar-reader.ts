import { ByteReader } from "../../wire/byte-reader.ts";
import { badMessage, beyondLimit, type WireError } from "../../wire/wire-error.ts";
import { javaDoubleText } from "./java-double-text.ts";
import type { Hessian2Limits } from "./limits.ts";
import * as tags from "./tags.ts";
import { kind, kindOf, tagText } from "./tags.ts";
import { readText } from "./text.ts";

const two32 = 2 ** 32;
const intMin = -(2 ** 31);
const intMax = 2 ** 31 - 1;
const longLimit = 2 ** 63;
const millisPerMinute = 60_000;

/** The longs that have a tag of their own: a million of them in a list is no million of bigints. */
const shortLongs = Array.from({ length: 24 }, (_, i) => BigInt(i - 8));

/** Numbers as `Hessian2Input` turns them into one another: doubles are cut, longs keep their low 32 bits. */
const intFromDouble = (value: number): number => Math.max(intMin, Math.min(intMax, Math.trunc(value))) | 0;
const longFromDouble = (value: number): bigint =>
  Number.isNaN(value)
    ? 0n
    : BigInt.asIntN(
        64,
        value >= longLimit ? 2n ** 63n - 1n : value < -longLimit ? -(2n ** 63n) : BigInt(Math.trunc(value)),
      );

/**
 * Reads the values of Hessian that have no identity, as a reader that knows the Java type it wants: what Java accepts
 * for that type is accepted (an int where a long is declared, null for a primitive), anything else is an error.
 *
 * Errors: INTERNAL `bad-message`, RESOURCE_EXHAUSTED `limit`; both with the offset. Discard the reader after either.
 * Source: com.alibaba.com.caucho.hessian.io.Hessian2Input (hessian-lite 4.0.3); spec/wire.md 3.12.
 */
export class ScalarReader extends ByteReader {
  readonly limits: Required<Hessian2Limits>;
  /** Dates and binaries so far: one byte of a message may be an object of a hundred. */
  #objects = 0;

  constructor(bytes: Uint8Array, limits: Required<Hessian2Limits>) {
    super(bytes);
    this.limits = limits;
    if (bytes.length > limits.maxBytes) {
      throw beyondLimit(0, `a message of ${bytes.length} bytes`, limits.maxBytes, "limits.maxBytes");
    }
  }

  /** Reads a null, if there is one; otherwise reads nothing and says false. */
  takeNull(): boolean {
    if (this.peek() !== tags.nullTag) return false;
    this.at++;
    return true;
  }

  /** The error for the tag that was read last. */
  wrongTag(expected: string): WireError {
    const at = this.at - 1;
    return badMessage(at, expected, tagText(this.bytes[at] as number));
  }

  /** An int, a number as Java makes an int of it, or 0 for null. */
  readInt(): number {
    const tag = this.u8();
    if (tag >= 0x80 && tag <= 0xbf) return tag - tags.int1;
    switch (kindOf[tag]) {
      case kind.int:
        return this.intOf(tag);
      case kind.long:
        return Number(BigInt.asIntN(32, this.longOf(tag)));
      case kind.double:
        return intFromDouble(this.doubleOf(tag));
      case kind.boolean:
        return tag === tags.booleanTrue ? 1 : 0;
      case kind.null:
        return 0;
      default:
        throw this.wrongTag("int");
    }
  }

  /** A long, a number as Java makes a long of it, or 0 for null. */
  readLong(): bigint {
    const tag = this.u8();
    switch (kindOf[tag]) {
      case kind.long:
        return this.longOf(tag);
      case kind.int:
        return BigInt(this.intOf(tag));
      case kind.double:
        return longFromDouble(this.doubleOf(tag));
      case kind.boolean:
        return tag === tags.booleanTrue ? 1n : 0n;
      case kind.null:
        return 0n;
      default:
        throw this.wrongTag("long");
    }
  }

  /** As `readLong`, as a number. Errors: one beyond 2^53, which a number cannot hold. */
  readLongNumber(): number {
    const tag = this.u8();
    if (kindOf[tag] === kind.long) return this.longNumberOf(tag);
    this.at--;
    const { at } = this;
    return safeNumber(at, this.readLong());
  }

  /** A double, any other number, or 0 for null. */
  readDouble(): number {
    const tag = this.u8();
    switch (kindOf[tag]) {
      case kind.double:
        return this.doubleOf(tag);
      case kind.int:
        return this.intOf(tag);
      case kind.long:
        return Number(this.longOf(tag));
      case kind.boolean:
        return tag === tags.booleanTrue ? 1 : 0;
      case kind.null:
        return 0;
      default:
        throw this.wrongTag("double");
    }
  }

  /** A boolean, a number (0 is false), or false for null. */
  readBoolean(): boolean {
    const tag = this.u8();
    switch (kindOf[tag]) {
      case kind.boolean:
        return tag === tags.booleanTrue;
      case kind.int:
        return this.intOf(tag) !== 0;
      case kind.long:
        return this.longOf(tag) !== 0n;
      case kind.double:
        return this.doubleOf(tag) !== 0;
      case kind.null:
        return false;
      default:
        throw this.wrongTag("boolean");
    }
  }

  /** A string, a number as text, or null. */
  readString(): string | null {
    const tag = this.u8();
    if (tag <= tags.shortStringMax) return this.#text(tag, 0);
    switch (kindOf[tag]) {
      case kind.string:
        return this.stringOf(tag);
      case kind.int:
        return String(this.intOf(tag));
      case kind.long:
        return String(this.longOf(tag));
      case kind.double:
        return javaDoubleText(this.doubleOf(tag));
      case kind.null:
        return null;
      default:
        throw this.wrongTag("string");
    }
  }

  /** A binary, or null. Always a copy: a view would keep the whole message alive. */
  readBinary(): Uint8Array | null {
    const tag = this.u8();
    if (kindOf[tag] === kind.binary) return this.binaryOf(tag);
    if (tag === tags.nullTag) return null;
    throw this.wrongTag("binary");
  }

  /** A date, or null. Errors: a date that no `Date` can hold, such as Java's `new Date(Long.MAX_VALUE)`. */
  readDate(): Date | null {
    const tag = this.u8();
    if (kindOf[tag] === kind.date) return this.dateOf(tag);
    if (tag === tags.nullTag) return null;
    throw this.wrongTag("date");
  }

  /** A date by its milliseconds since 1970, or null. */
  readMillis(): bigint | null {
    const tag = this.u8();
    if (kindOf[tag] === kind.date) return this.millisOf(tag);
    if (tag === tags.nullTag) return null;
    throw this.wrongTag("date");
  }

  // What follows reads the rest of a value whose tag, of the right kind, was read.

  protected intOf(tag: number): number {
    if (tag <= 0x49) return this.i32();
    if (tag <= 0xbf) return tag - tags.int1;
    if (tag <= 0xcf) return ((tag - tags.int2) << 8) + this.u8();
    return ((tag - tags.int3) << 16) + this.u16();
  }

  protected longOf(tag: number): bigint {
    if (tag >= 0xd8 && tag <= 0xef) return shortLongs[tag - 0xd8] as bigint;
    return tag === tags.long8 ? this.i64() : BigInt(this.shortLongOf(tag));
  }

  /** As a number. Errors: one that a number cannot hold. */
  protected longNumberOf(tag: number): number {
    return tag === tags.long8 ? safeNumber(this.at - 1, this.i64()) : this.shortLongOf(tag);
  }

  /** Every form but the one of eight bytes. */
  protected shortLongOf(tag: number): number {
    if (tag >= 0xf0) return ((tag - tags.long2) << 8) + this.u8();
    if (tag >= 0xd8) return tag - tags.long1;
    if (tag === tags.long4) return this.i32();
    return ((tag - tags.long3) << 16) + this.u16();
  }

  protected doubleOf(tag: number): number {
    switch (tag) {
      case tags.doubleZero:
        return 0;
      case tags.doubleOne:
        return 1;
      case tags.double1:
        return this.i8();
      case tags.double2:
        return this.i16();
      case tags.doubleMilli:
        return 0.001 * this.i32();
      default:
        return this.f64();
    }
  }

  protected stringOf(tag: number): string {
    if (tag !== tags.stringChunk) return this.#text(this.#stringLength(tag), 0);
    const parts: string[] = [];
    let units = 0;
    for (let current = tag; ; current = this.u8()) {
      const part = this.#text(this.#stringLength(current), units);
      parts.push(part);
      units += part.length;
      if (current !== tags.stringChunk) return parts.join("");
    }
  }

  #stringLength(tag: number): number {
    if (tag <= tags.shortStringMax) return tag;
    if (tag === tags.stringChunk || tag === tags.stringEnd) return this.u16();
    if (tag >= 0x30 && tag <= 0x33) return ((tag - tags.mediumString) << 8) + this.u8();
    throw this.wrongTag("the next chunk of a string");
  }

  /** @param before units of the chunks before */
  #text(units: number, before: number): string {
    const { maxStringLength } = this.limits;
    if (units + before > maxStringLength) {
      throw beyondLimit(this.at, `a string of ${units + before} units`, maxStringLength, "limits.maxStringLength");
    }
    return readText(this, units);
  }

  protected binaryOf(tag: number): Uint8Array {
    this.#countObject();
    if (tag !== tags.binaryChunk) return new Uint8Array(this.#bytes(this.#binaryLength(tag), 0));
    // Twice over the chunks: first for their lengths alone, since a view of each would cost more than the chunk.
    const from = this.at;
    let length = 0;
    for (let current = tag; ; current = this.u8()) {
      const chunk = this.#binaryLength(current);
      this.#bytes(chunk, length);
      length += chunk;
      if (current !== tags.binaryChunk) break;
    }
    this.at = from;
    const whole = new Uint8Array(length);
    let filled = 0;
    for (let current = tag; ; current = this.u8()) {
      const chunk = this.#bytes(this.#binaryLength(current), 0);
      whole.set(chunk, filled);
      filled += chunk.length;
      if (current !== tags.binaryChunk) return whole;
    }
  }

  #countObject(): void {
    if (++this.#objects > this.limits.maxReferences) {
      throw beyondLimit(this.at, "dates and binaries", this.limits.maxReferences, "limits.maxReferences");
    }
  }

  #binaryLength(tag: number): number {
    if (tag === tags.binaryChunk || tag === tags.binaryEnd) return this.u16();
    if (tag >= 0x20 && tag <= 0x2f) return tag - tags.shortBinary;
    if (tag >= 0x34 && tag <= 0x37) return ((tag - tags.mediumBinary) << 8) + this.u8();
    throw this.wrongTag("the next chunk of a binary");
  }

  #bytes(length: number, before: number): Uint8Array {
    const { maxBinaryLength } = this.limits;
    if (length + before > maxBinaryLength) {
      throw beyondLimit(this.at, `a binary of ${length + before} bytes`, maxBinaryLength, "limits.maxBinaryLength");
    }
    return this.view(length);
  }

  protected millisOf(tag: number): bigint {
    return tag === tags.dateMinutes ? BigInt(this.i32() * millisPerMinute) : this.i64();
  }

  protected dateOf(tag: number): Date {
    this.#countObject();
    const at = this.at - 1;
    if (tag === tags.dateMinutes) return new Date(this.i32() * millisPerMinute);
    const high = this.i32();
    const date = new Date(high * two32 + this.u32());
    if (!Number.isNaN(date.getTime())) return date;
    this.at = at + 1;
    throw badMessage(at, "a date within 8,640,000,000,000,000 ms of 1970 (dateMillis holds any)", `${this.i64()} ms`);
  }
}

function safeNumber(at: number, value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw badMessage(at, "a long that a number can hold (declare it as long, which is a bigint)", `${value}`);
}
