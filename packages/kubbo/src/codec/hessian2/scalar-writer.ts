import { cellLong, cellWords, highWord, lowWord } from "../../wire/bits.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { badArgument } from "../../wire/wire-error.ts";
import * as tags from "./tags.ts";
import { maxUnitBytes, storeText } from "./text.ts";

/** Units of a string chunk as Java cuts them. Source: Hessian2Output.writeString. */
const stringChunkUnits = 0x8000;
/** Bytes of a binary chunk: the most that its two-byte length can say. */
const binaryChunkBytes = 0xffff;

/** Java's long. */
export const longMin: bigint = -(2n ** 63n);
export const longMax: bigint = 2n ** 63n - 1n;

const millisPerMinute = 60_000;

/**
 * Writes the values of Hessian that have no identity, each in its shortest form, as Java does.
 *
 * Shape: everything goes to `out`, which may hold other bytes before: a frame's head, for one.
 * Errors: INVALID_ARGUMENT `bad-argument` for a value outside of its Java type, before anything of it is written.
 */
export class ScalarWriter {
  readonly out: ByteWriter;

  constructor(out: ByteWriter = new ByteWriter()) {
    this.out = out;
  }

  writeNull(): void {
    this.out.u8(tags.nullTag);
  }

  writeBoolean(value: boolean): void {
    this.out.u8(value ? tags.booleanTrue : tags.booleanFalse);
  }

  /** Errors: a number that is not a whole one in 32 bits. */
  writeInt(value: number): void {
    if (value !== (value | 0)) throw badArgument("int (-2147483648 to 2147483647)", `number ${value}`);
    const { out } = this;
    if (value >= -16 && value <= 47) out.u8(tags.int1 + value);
    else if (value >= -2048 && value <= 2047) out.u16((tags.int2 << 8) + value);
    else if (value >= -262144 && value <= 262143) {
      out.ensure(3);
      out.u8(tags.int3 + (value >> 16));
      out.u16(value);
    } else {
      out.ensure(5);
      out.u8(tags.int4);
      out.u32(value);
    }
  }

  /** Errors: a bigint beyond 64 bits; a number that is not a safe integer, since it may have lost digits. */
  writeLong(value: bigint | number): void {
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value)) throw badArgument("long (a bigint or a safe integer)", `number ${value}`);
      if (value === (value | 0)) this.#smallLong(value);
      else this.writeLong(BigInt(value));
      return;
    }
    // The words of the cell tell whether 32 bits are enough; numbers from bigints cost six times as much.
    cellLong[0] = value;
    if (cellLong[0] !== value) throw badArgument("long (64 bits)", `bigint ${value}`);
    const high = cellWords[highWord] as number;
    const low = cellWords[lowWord] as number;
    if (high === low >> 31) this.#smallLong(low);
    else {
      const { out } = this;
      out.ensure(9);
      out.u8(tags.long8);
      out.u32(high);
      out.u32(low);
    }
  }

  #smallLong(value: number): void {
    const { out } = this;
    if (value >= -8 && value <= 15) out.u8(tags.long1 + value);
    else if (value >= -2048 && value <= 2047) out.u16((tags.long2 << 8) + value);
    else if (value >= -262144 && value <= 262143) {
      out.ensure(3);
      out.u8(tags.long3 + (value >> 16));
      out.u16(value);
    } else {
      out.ensure(5);
      out.u8(tags.long4);
      out.u32(value);
    }
  }

  /**
   * Differs from Java in one value: -0 goes in full, which Java turns into 0.
   *
   * Source: Hessian2Output.writeDouble.
   */
  writeDouble(value: number): void {
    const { out } = this;
    const int = value | 0;
    if (int === value && int >= -32768 && int <= 32767 && (int !== 0 || 1 / value > 0)) {
      if (int === 0) out.u8(tags.doubleZero);
      else if (int === 1) out.u8(tags.doubleOne);
      else if (int >= -128 && int <= 127) out.u16((tags.double1 << 8) | (int & 0xff));
      else {
        out.ensure(3);
        out.u8(tags.double2);
        out.u16(int);
      }
      return;
    }
    // Only if the thousandths give back the same double. -0 and what wraps around 32 bits does not.
    const milli = (value * 1000) | 0;
    if (0.001 * milli === value && milli !== 0) {
      out.ensure(5);
      out.u8(tags.doubleMilli);
      out.u32(milli);
    } else {
      out.ensure(9);
      out.u8(tags.double8);
      out.f64(value);
    }
  }

  writeString(value: string): void {
    const units = value.length;
    if (units > stringChunkUnits) {
      this.#longString(value);
      return;
    }
    const { out } = this;
    out.ensure(maxUnitBytes * units + 3);
    const { buffer } = out;
    let { at } = out;
    if (units <= tags.shortStringMax) buffer[at++] = tags.shortString + units;
    else if (units <= tags.mediumStringMax) {
      buffer[at++] = tags.mediumString + (units >> 8);
      buffer[at++] = units;
    } else {
      buffer[at++] = tags.stringEnd;
      buffer[at++] = units >> 8;
      buffer[at++] = units;
    }
    out.at = storeText(buffer, at, value);
  }

  #longString(value: string): void {
    const { out } = this;
    let at = 0;
    while (value.length - at > stringChunkUnits) {
      const last = value.charCodeAt(at + stringChunkUnits - 1);
      // Both halves of a surrogate pair go into one chunk.
      const units = last >= 0xd800 && last <= 0xdbff ? stringChunkUnits - 1 : stringChunkUnits;
      out.ensure(maxUnitBytes * units + 3);
      out.u8(tags.stringChunk);
      out.u16(units);
      out.at = storeText(out.buffer, out.at, value.slice(at, at + units));
      at += units;
    }
    this.writeString(value.slice(at));
  }

  writeBinary(value: Uint8Array): void {
    const { out } = this;
    const { length } = value;
    out.ensure(length + 3 * (1 + Math.ceil(length / binaryChunkBytes)));
    let at = 0;
    while (length - at > binaryChunkBytes) {
      out.u8(tags.binaryChunk);
      out.u16(binaryChunkBytes);
      out.bytes(value.subarray(at, at + binaryChunkBytes));
      at += binaryChunkBytes;
    }
    const left = length - at;
    if (left <= tags.shortBinaryMax) out.u8(tags.shortBinary + left);
    else if (left <= tags.mediumBinaryMax) out.u16((tags.mediumBinary << 8) + left);
    else {
      out.u8(tags.binaryEnd);
      out.u16(left);
    }
    out.bytes(at === 0 ? value : value.subarray(at));
  }

  /** Errors: an invalid Date. */
  writeDate(value: Date): void {
    const millis = value.getTime();
    if (Number.isNaN(millis)) throw badArgument("Date", "an invalid Date");
    this.writeMillis(millis);
  }

  /** A date by its milliseconds since 1970, which in Java may lie where no `Date` reaches. */
  writeMillis(millis: number | bigint): void {
    const { out } = this;
    const minutes = Number(millis) / millisPerMinute;
    if (minutes === (minutes | 0)) {
      out.ensure(5);
      out.u8(tags.dateMinutes);
      out.u32(minutes);
    } else {
      out.ensure(9);
      out.u8(tags.dateMillis);
      out.u64(BigInt(millis));
    }
  }
}
