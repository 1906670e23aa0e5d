import type { ByteReader } from "../../wire/byte-reader.ts";
import { badMessage } from "../../wire/wire-error.ts";

/**
 * Hessian's text: each UTF-16 unit alone as one to three bytes of UTF-8 (CESU-8), lengths in units. A character beyond
 * U+FFFF is two times three bytes; a surrogate without its partner passes through.
 *
 * Source: com.alibaba.com.caucho.hessian.io.Hessian2Output.printString (hessian-lite 4.0.3).
 */

/** From this length on the native reader, which costs about 100 ns to call, wins over a loop. */
const nativeReadFrom = 32;
/** The same for the native writer; with a text that was joined and not read yet it begins to win at 28. */
const nativeWriteFrom = 20;

/** Bytes that a unit takes at most. */
export const maxUnitBytes = 3;

/** Stores the units of `text` from `at` on, where there is room for `maxUnitBytes` of each. Returns the offset after. */
export function storeText(buffer: Buffer, at: number, text: string): number {
  const units = text.length;
  // A text that begins with another character than ASCII's has hardly any of these; all others are tried as ASCII.
  if (text.charCodeAt(0) < 0x80 && storeAscii(buffer, at, text, units)) return at + units;
  let to = at;
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      buffer[to++] = unit;
    } else if (unit < 0x800) {
      buffer[to++] = 0xc0 | (unit >> 6);
      buffer[to++] = 0x80 | (unit & 0x3f);
    } else {
      buffer[to++] = 0xe0 | (unit >> 12);
      buffer[to++] = 0x80 | ((unit >> 6) & 0x3f);
      buffer[to++] = 0x80 | (unit & 0x3f);
    }
  }
  return to;
}

/** Stores a text that is probably all ASCII. False: it was not, and what was stored means nothing. */
function storeAscii(buffer: Buffer, at: number, text: string, units: number): boolean {
  // One byte for each unit: ASCII. Otherwise there may be surrogates, which UTF-8 writes differently.
  if (units >= nativeWriteFrom) return buffer.write(text, at, "utf8") === units;
  let all = 0;
  // Without a branch in the loop it takes two thirds of the time.
  for (let i = 0; i < units; i++) {
    const unit = text.charCodeAt(i);
    all |= unit;
    buffer[at + i] = unit;
  }
  return all < 0x80;
}

const { fromCharCode } = String;

/**
 * Reads `units` UTF-16 units. A character in four bytes, which Java neither writes nor reads, is taken for two units,
 * or for the last one if only one is left (some peers count it so).
 *
 * Errors: INTERNAL `bad-message` at the byte that is not UTF-8.
 */
export function readText(reader: ByteReader, units: number): string {
  reader.need(units);
  const { bytes, at } = reader;
  if (units < nativeReadFrom) {
    const text = shortAscii(bytes, at, units);
    if (text !== undefined) {
      reader.at = at + units;
      return text;
    }
  } else if (isAscii(bytes, at, units)) {
    reader.at = at + units;
    return asBuffer(bytes).toString("latin1", at, at + units);
  }
  return anyText(reader, units);
}

/** One array per length, filled again for each text: `apply` takes an array of exactly the arguments. */
const codesOfLength = Array.from({ length: nativeReadFrom }, (_, units) => new Array<number>(units).fill(0));

/**
 * Undefined if it is not all ASCII.
 *
 * One call of fromCharCode for all units: up to 32 units it takes 30 to 120 ns, unit by unit or the native reader 100
 * to 200, and unlike concatenation it gives a flat string.
 */
function shortAscii(bytes: Uint8Array, at: number, units: number): string | undefined {
  const codes = codesOfLength[units] as number[];
  let all = 0;
  for (let i = 0; i < units; i++) {
    const code = bytes[at + i] as number;
    all |= code;
    codes[i] = code;
  }
  return all < 0x80 ? fromCharCode.apply(null, codes) : undefined;
}

function isAscii(bytes: Uint8Array, from: number, units: number): boolean {
  let all = 0;
  const end = from + units;
  for (let at = from; at < end; at++) all |= bytes[at] as number;
  return all < 0x80;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Units that go into one call of fromCharCode. */
const blockUnits = 512;
const block = new Uint16Array(blockUnits);

function anyText(reader: ByteReader, units: number): string {
  let text = "";
  let left = units;
  while (left > 0) {
    let filled = 0;
    // A character of four bytes fills two, so one place is kept free.
    while (left > 0 && filled < blockUnits - 1) {
      const lead = reader.u8();
      if (lead < 0x80) {
        block[filled++] = lead;
        left--;
      } else if (lead < 0xe0) {
        if (lead < 0xc2) throw notText(reader.at - 1, lead);
        block[filled++] = ((lead & 0x1f) << 6) | continuation(reader);
        left--;
      } else if (lead < 0xf0) {
        const unit = ((lead & 0x0f) << 12) | (continuation(reader) << 6) | continuation(reader);
        if (unit < 0x800) throw notText(reader.at - 3, lead);
        block[filled++] = unit;
        left--;
      } else {
        if (lead > 0xf4) throw notText(reader.at - 1, lead);
        const point =
          ((lead & 0x07) << 18) | (continuation(reader) << 12) | (continuation(reader) << 6) | continuation(reader);
        if (point < 0x10000 || point > 0x10ffff) throw notText(reader.at - 4, lead);
        block[filled++] = 0xd800 | ((point - 0x10000) >> 10);
        block[filled++] = 0xdc00 | (point & 0x3ff);
        left = Math.max(0, left - 2);
      }
    }
    text += fromCharCode.apply(null, block.subarray(0, filled) as unknown as number[]);
  }
  return text;
}

function continuation(reader: ByteReader): number {
  const byte = reader.u8();
  if ((byte & 0xc0) !== 0x80) throw notText(reader.at - 1, byte);
  return byte & 0x3f;
}

function notText(at: number, byte: number) {
  return badMessage(at, "text in UTF-8", `0x${byte.toString(16)}`);
}
