/**
 * The part of ASN.1's distinguished encoding (DER) that certificates are written in.
 *
 * Source: ITU-T X.690. Every function returns one complete element: tag, length, content.
 */
import { Buffer } from "node:buffer";

function element(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** Short form below 128, else the number of length bytes and the length, big-endian. */
function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  const bytes = bigEndian(BigInt(length));
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function bigEndian(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
}

export const sequence = (...elements: readonly Uint8Array[]) => element(0x30, Buffer.concat(elements));

export const set = (...elements: readonly Uint8Array[]) => element(0x31, Buffer.concat(elements));

export const boolean = (value: boolean) => element(0x01, Buffer.from([value ? 0xff : 0]));

/** A number of at least 0. */
export function integer(value: bigint): Buffer {
  const bytes = bigEndian(value);
  // A leading bit of 1 would make it negative.
  return element(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** Bits that fill whole bytes; `unused` bits at the end do not count. */
export const bitString = (bytes: Uint8Array, unused = 0) =>
  element(0x03, Buffer.concat([Buffer.from([unused]), bytes]));

export const octetString = (bytes: Uint8Array) => element(0x04, bytes);

export const utf8String = (text: string) => element(0x0c, Buffer.from(text, "utf8"));

/** Dotted numbers: `2.5.4.3`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** Seconds, in UTC: UTCTime until 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2), "ascii"))
    : element(0x18, Buffer.from(digits, "ascii"));
}

/** An element known by its number in the context, around others. */
export const explicit = (number: number, ...elements: readonly Uint8Array[]) =>
  element(0xa0 | number, Buffer.concat(elements));

/** An element known by its number in the context, in place of its own tag. */
export const implicit = (number: number, content: Uint8Array) => element(0x80 | number, content);
