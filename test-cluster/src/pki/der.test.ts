import assert from "node:assert/strict";
import { test } from "node:test";
import * as der from "./der.ts";

const rows: readonly (readonly [what: string, element: Uint8Array, hex: string])[] = [
  ["zero", der.integer(0n), "020100"],
  ["127, the last that fits its byte", der.integer(127n), "02017f"],
  ["128, which needs a leading zero to stay positive", der.integer(128n), "02020080"],
  ["256", der.integer(256n), "02020100"],
  ["an object identifier with a long number", der.objectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
  ["a short length", der.octetString(new Uint8Array(127)).subarray(0, 2), "047f"],
  ["a length of one byte more", der.octetString(new Uint8Array(128)).subarray(0, 3), "048180"],
  ["a length of two bytes", der.octetString(new Uint8Array(300)).subarray(0, 4), "0482012c"],
  ["a time before 2050", der.time(new Date("2049-12-31T23:59:59Z")), "170d3439313233313233353935395a"],
  ["a time from 2050 on", der.time(new Date("2050-01-01T00:00:00Z")), "180f32303530303130313030303030305a"],
  ["bits that do not fill a byte", der.bitString(Uint8Array.of(0x06), 1), "03020106"],
  ["a nested context", der.explicit(0, der.integer(2n)), "a003020102"],
];
for (const [what, element, hex] of rows) {
  test(`DER of ${what}`, () => assert.equal(Buffer.from(element).toString("hex"), hex));
}
