import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../util/random.ts";
import { decodeHuffman, encodeHuffman, huffmanBytes } from "./huffman.ts";
import { huffmanCodes, huffmanLengths } from "./huffman-code.ts";

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString("latin1");

function packed(text: string): Buffer {
  const out = Buffer.alloc(huffmanBytes(text));
  assert.equal(encodeHuffman(text, out, 0), out.length);
  return out;
}

function unpacked(bytes: Uint8Array, room: number): string | undefined {
  const out = Buffer.alloc(room);
  const written = decodeHuffman(bytes, 0, bytes.length, out);
  return written < 0 ? undefined : out.toString("latin1", 0, written);
}

test("the code is the one of RFC 7541, Appendix B", () => {
  // The ends of each length, as they stand there.
  for (const [symbol, code, bits] of [
    [48, 0x0, 5],
    [116, 0x9, 5],
    [32, 0x14, 6],
    [117, 0x2d, 6],
    [38, 0xf8, 8],
    [63, 0x3fc, 10],
    [0, 0x1ff8, 13],
    [92, 0x7fff0, 19],
    [255, 0x3ffffee, 26],
    [249, 0xffffffe, 28],
    [22, 0x3ffffffe, 30],
    [256, 0x3fffffff, 30],
  ] as const) {
    assert.equal(huffmanCodes[symbol], code, `symbol ${symbol}`);
    assert.equal(huffmanLengths[symbol], bits, `symbol ${symbol}`);
  }
});

test("every byte survives, alone and among others", () => {
  for (const char of allBytes) assert.equal(unpacked(packed(char), 1), char);
  assert.equal(unpacked(packed(allBytes), 256), allBytes);
  const random = seededRandom(1);
  for (let i = 0; i < 2000; i++) {
    const length = Math.floor(random() * 60);
    const text = Array.from({ length }, () => allBytes[Math.floor(random() * 256)]).join("");
    assert.equal(unpacked(packed(text), length), text);
  }
});

test("no more is written than there is room for", () => {
  assert.equal(unpacked(packed("0123456789"), 9), undefined);
  assert.equal(unpacked(packed("0123456789"), 10), "0123456789");
});

const broken: [name: string, hex: string][] = [
  ["EOS inside", "3fffffff"],
  ["EOS at the begin", "ffffffff"],
  ["padding that is not all ones", "f1e3c2e5f23a6ba0ab90f4fe"],
  ["a whole byte of padding", "f1e3c2e5f23a6ba0ab90f4ffff"],
  ["a code that is cut off", "f1e3c2e5f23a6ba0ab90"],
];
for (const [name, hex] of broken) {
  test(`${name} is refused`, () => {
    assert.throws(() => unpacked(Buffer.from(hex, "hex"), 100), { reason: "bad-message" });
  });
}
