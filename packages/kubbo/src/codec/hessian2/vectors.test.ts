import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { seededRandom } from "../../util/random.ts";
import { decode, encode } from "./encode.ts";
import { Hessian2Reader } from "./reader.ts";
import { Hessian2Writer } from "./writer.ts";

/** Values that Dubbo Java 3.3.5 wrote; see the `source` of the file. */
const { vectors } = JSON.parse(readFileSync(new URL("../../../vectors/hessian2.json", import.meta.url), "utf8")) as {
  readonly vectors: readonly { readonly name: string; readonly value: string; readonly hex: string }[];
};

/** Vectors that are not one value. */
const notOneValue: Readonly<Record<string, string>> = {
  optional: "Java refused to write it",
  enum_twice: "three values in one stream; has its own test",
  calendar_then_ref: "Java counts a Calendar twice when it writes and once when it reads: not even Java can read it",
};

/** Values that come back in another form. */
const otherForm: Readonly<Record<string, string>> = {
  bytes_9000: "Java cuts chunks at the end of its buffer; the boundaries are free",
};

const fromHex = (hex: string): Buffer => Buffer.from(hex, "hex");
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const values = vectors.filter(({ name }) => !Object.hasOwn(notOneValue, name));

test("every vector is there", () => {
  assert.equal(vectors.length, 183);
  assert.equal(values.length, 180);
});

for (const { name, hex } of values) {
  test(`${name} is decoded, and encoded to the same bytes`, () => {
    const bytes = fromHex(hex);
    const value = decode(bytes, { exact: true });
    if (Object.hasOwn(otherForm, name)) {
      assert.deepEqual(decode(encode(value)), value);
    } else {
      assert.equal(toHex(encode(value)), hex);
    }
  });
}

test("a vector decodes to the same value wherever its bytes lie", () => {
  const random = seededRandom(7);
  for (const { hex } of values) {
    const bytes = fromHex(hex);
    const value = decode(bytes);
    for (const Kind of [Uint8Array, Buffer]) {
      const room = new Uint8Array(bytes.length + 64).map(() => Math.floor(random() * 256));
      const at = Math.floor(random() * 64);
      room.set(bytes, at);
      const copy = Kind === Buffer ? Buffer.from(room.buffer, at, bytes.length) : room.subarray(at, at + bytes.length);
      assert.deepEqual(decode(copy), value);
    }
  }
});

test("no vector decodes when it is cut anywhere, or when a byte follows", () => {
  for (const { name, hex } of values) {
    const bytes = fromHex(hex);
    const step = Math.max(1, Math.floor(bytes.length / 300));
    for (let length = 0; length < bytes.length; length += step) {
      assert.throws(
        () => decode(bytes.subarray(0, length)),
        (error) => RpcError.is(error) && error.reason === "bad-message",
        `${name} cut to ${length} bytes`,
      );
    }
    assert.throws(() => decode(Buffer.concat([bytes, Buffer.of(0x4e)])), /expected the end of the message/, name);
  }
});

test("several values share the classes and references of their stream", () => {
  const hex = vectors.find(({ name }) => name === "enum_twice")?.hex ?? "";
  const reader = new Hessian2Reader(fromHex(hex));
  const three = [reader.readValue(), reader.readValue(), reader.readValue()];
  assert.equal(reader.left, 0);
  assert.equal(three[0], three[2]);
  assert.deepEqual(
    three.map((each) => (each as { readonly name: string }).name),
    ["RED", "BLUE", "RED"],
  );
  const writer = new Hessian2Writer();
  for (const each of three) writer.writeValue(each);
  assert.equal(toHex(writer.out.take()), hex);
  writer.reset();
  writer.writeValue(three[0]);
  assert.equal(toHex(writer.out.take()), "4313636f6d2e61636d652e73686f702e436f6c6f7291046e616d656003524544");
});

/** What the vectors are in JavaScript; their text is Java's, so this is said once more. */
const meanings: Readonly<Record<string, unknown>> = {
  null: null,
  "int_-262145": -262145,
  "long_-9": -9n,
  "long_-9223372036854775808": -(2n ** 63n),
  "double_12.25": 12.25,
  double_NaN: Number.NaN,
  "double_4.9E-324": 5e-324,
  string_emoji: "a😀b",
  string_lone_surrogate: "\ud83d",
  string_chunk_surrogate: `${"e".repeat(32767)}😀f`,
  bytes_15: Uint8Array.from({ length: 15 }, (_, i) => i),
  bytes_9000: Uint8Array.from({ length: 9000 }, (_, i) => i % 256),
  date_ms: new Date(1_700_000_000_123),
  date_minute: new Date(1_699_999_980_000),
  date_neg: new Date(-1),
  int_array_9: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  string_array2d: [["a"], []],
  linkedhashmap: new Map<unknown, unknown>([
    ["b", 2],
    [3, "c"],
  ]),
  object_array: [1, "x", null],
};
for (const [name, meaning] of Object.entries(meanings)) {
  test(`${name} is what Java meant`, () => {
    const hex = vectors.find((each) => each.name === name)?.hex;
    assert.deepEqual(decode(fromHex(hex ?? "")), meaning);
  });
}
