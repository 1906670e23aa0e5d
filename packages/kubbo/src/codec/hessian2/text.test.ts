import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { ByteReader } from "../../wire/byte-reader.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { maxUnitBytes, readText, storeText } from "./text.ts";

function written(text: string): Uint8Array {
  const out = new ByteWriter();
  out.ensure(maxUnitBytes * text.length);
  out.at = storeText(out.buffer, out.at, text);
  return out.take();
}

/** The rule in one line: each unit alone. */
function cesu8(text: string): Buffer {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return Buffer.from(
    units.flatMap((unit) =>
      unit < 0x80
        ? [unit]
        : unit < 0x800
          ? [0xc0 | (unit >> 6), 0x80 | (unit & 0x3f)]
          : [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)],
    ),
  );
}

const samples = ["", "a", "\0", "é", "中文", "a😀b", "\ud83d", "\ude00\ud83d", "\uffff", "\u07ff\u0800"];
const texts = samples.flatMap((sample) => [
  sample,
  // Around the lengths at which another way of reading and writing takes over.
  ...[31, 32, 33, 511, 512, 1100].map((length) => "x".repeat(length) + sample + "y".repeat(length)),
  sample.repeat(700),
]);

test("text goes unit by unit and comes back", () => {
  for (const text of texts) {
    const bytes = written(text);
    assert.deepEqual(Buffer.from(bytes), cesu8(text));
    assert.equal(readText(new ByteReader(bytes), text.length), text);
    assert.equal(readText(new ByteReader(new Uint8Array(bytes)), text.length), text);
  }
});

test("reading stops behind the last unit", () => {
  for (const text of texts) {
    const reader = new ByteReader(Buffer.concat([written(text), Buffer.from("tail")]));
    readText(reader, text.length);
    assert.equal(reader.left, 4);
  }
});

test("a character in four bytes is two units, or the one that is left", () => {
  const emoji = Buffer.from("😀");
  assert.equal(readText(new ByteReader(emoji), 2), "😀");
  assert.equal(readText(new ByteReader(emoji), 1), "😀");
  assert.equal(readText(new ByteReader(Buffer.from("a😀b")), 4), "a😀b");
});

const broken: [hex: string, units: number, at: number][] = [
  ["80", 1, 0],
  ["c0", 1, 0],
  ["c3", 1, 1],
  ["c080", 1, 0],
  ["c328", 1, 1],
  ["e28228", 1, 2],
  ["e08080", 1, 0],
  ["f08080804040", 2, 0],
  ["f5808080", 2, 0],
  ["ff", 1, 0],
  ["6161", 3, 0],
];
for (const [hex, units, at] of broken) {
  test(`${hex} is no text of ${units} units: an error at byte ${at}`, () => {
    assert.throws(
      () => readText(new ByteReader(Buffer.from(hex, "hex")), units),
      (error) => RpcError.is(error) && error.reason === "bad-message" && error.facts["at"] === at,
    );
  });
}
