// Broken Hessian2 messages: what npm test decodes some of, and `npm run soak -- hessian2` a million.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { decode, encode } from "../src/codec/hessian2/encode.ts";
import {
  array,
  bigDecimal,
  bigInteger,
  bytes,
  codecOf,
  date,
  double,
  int,
  javaClass,
  javaEnum,
  javaException,
  list,
  localDateTime,
  long,
  map,
  object,
  set,
  string,
  throwable,
  typed,
  uuid,
} from "../src/java/index.ts";
import { RpcError } from "../src/model/rpc-error.ts";
import { type Random, seededRandom } from "../src/util/random.ts";

const { vectors } = JSON.parse(readFileSync(new URL("../vectors/hessian2.json", import.meta.url), "utf8")) as {
  readonly vectors: readonly { readonly name: string; readonly hex: string }[];
};

const Color = javaEnum("com.acme.shop.Color", ["RED", "GREEN", "BLUE"]);
const Base = javaClass("com.acme.shop.Base", { id: long, tag: string });
const Item = javaClass(
  "com.acme.shop.Item",
  { name: string, qty: int, price: double, labels: list(string), color: Color, cost: bigDecimal },
  { extends: Base },
);
const Everything = javaClass("com.acme.shop.Everything", {
  items: list(Item),
  groups: map(string, set(long)),
  numbers: array(int),
  raw: bytes,
  when: date,
  time: localDateTime,
  big: bigInteger,
  id: uuid,
  any: object,
  error: throwable,
  get next() {
    return Everything;
  },
});
const ShopException = javaException("com.acme.shop.ShopException", { code: int, detail: string });

/** Contracts, and what is decoded without one. */
export const codecs: readonly { decode(bytes: Uint8Array): unknown }[] = [
  codecOf(Everything, { classes: [Item, ShopException] }),
  codecOf(object, { classes: [Everything, Item, Color, ShopException] }),
  codecOf(throwable, { classes: [ShopException] }),
  codecOf(list(Item)),
  codecOf(map(string, list(bigDecimal))),
  codecOf(Base, { classes: [Item] }),
];

const item = {
  id: 5n,
  tag: "t",
  name: "pen",
  qty: 3,
  price: 1.5,
  labels: ["a", "b"],
  color: "RED" as const,
  cost: "9.90",
};
const inner = {
  items: [item, item, { name: "é😀".repeat(20) }],
  groups: { a: new Set([1n, 2n ** 60n]), b: null as never },
  numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  raw: new Uint8Array(40),
  when: new Date(5),
  time: "2024-02-29T13:14:15",
  big: 2n ** 100n,
  id: "123e4567-e89b-12d3-a456-426614174000",
  any: [typed(bigDecimal, "1.5"), Item.of(item), new Map([[1, "x"]])],
  error: ShopException.create({ code: 5, detail: "d" }, "m", { cause: new Error("inner") }),
};

const samples: readonly Uint8Array[] = [
  ...vectors.map(({ hex }) => Buffer.from(hex, "hex")).filter((sample) => sample.length > 0 && sample.length < 2000),
  codecOf(Everything).encode({ ...inner, next: inner }),
  codecOf(Everything, { classes: [Item] }).encode(inner),
];

/** Bytes that begin something: a random one of them breaks more than a random byte. */
export const openings = Buffer.from("4142434448494a4b4c4d4e4f515253555657585a5f60617078797f80ff", "hex");

/** One to six changes: bytes set, put in, taken out, repeated; an end cut off; a piece of another sample. */
function mutated(random: Random): Uint8Array {
  const pick = <T>(from: ArrayLike<T>): T => from[Math.floor(random() * from.length)] as T;
  let bytes = [...pick(samples)];
  for (let changes = 1 + Math.floor(random() * 6); changes > 0; changes--) {
    const at = Math.floor(random() * (bytes.length + 1));
    switch (Math.floor(random() * 7)) {
      case 0:
        bytes[at] = Math.floor(random() * 256);
        break;
      case 1:
        bytes[at] = pick(openings);
        break;
      case 2:
        bytes.splice(at, 0, pick(openings));
        break;
      case 3:
        bytes.splice(at, 1 + Math.floor(random() * 4));
        break;
      case 4:
        bytes = bytes.slice(0, at);
        break;
      case 5: {
        const other = pick(samples);
        const from = Math.floor(random() * other.length);
        bytes.splice(at, 0, ...other.subarray(from, from + Math.floor(random() * 40)));
        break;
      }
      default:
        bytes.splice(at, 0, ...Array<number>(Math.floor(random() * 1200)).fill(pick(openings)));
    }
  }
  return Uint8Array.from(bytes);
}

/** Not as deep as the default: deepEqual has less room on the stack than the reader. */
const options = { exact: true, limits: { maxDepth: 200 } };

export const isOurs = (error: unknown): boolean =>
  RpcError.is(error) &&
  (error.reason === "bad-message" || error.reason === "limit") &&
  /byte \d+: /.test(error.message);

/** What the message with that number is: the same for the same seed, whatever came before it. */
export function brokenMessage(seed: number, index: number): Uint8Array {
  return mutated(seededRandom(seed + Math.imul(index, 0x9e3779b1)));
}

/**
 * Decodes it with and without a contract. Returns how often that went well, of two times.
 *
 * Errors: an AssertionError for an error that is not the library's own, and for a value that is not written as it was
 * understood.
 */
export function decodeBroken(bytes: Uint8Array, index: number): number {
  let decoded = 0;
  const what = `message ${index}: ${Buffer.from(bytes).toString("hex")}`;
  try {
    const value = decode(bytes, options);
    decoded++;
    // (The first time a double among longs may become a long.)
    const written = encode(value);
    assert.deepEqual(encode(decode(written, options)), written, what);
  } catch (error) {
    assert.ok(isOurs(error), `${what}\n${(error as Error).stack}`);
  }
  try {
    codecs[index % codecs.length]?.decode(bytes);
    decoded++;
  } catch (error) {
    assert.ok(isOurs(error), `${what}\n${(error as Error).stack}`);
  }
  return decoded;
}
