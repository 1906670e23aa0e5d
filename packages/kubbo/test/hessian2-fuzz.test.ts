import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "../codec/hessian2/encode.ts";
import { RpcError } from "../model/rpc-error.ts";
import { type Random, seededRandom } from "../util/random.ts";
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
} from "./index.ts";

const seed = Number(process.env["FUZZ_SEED"] ?? 20_241_122);
const count = Number(process.env["FUZZ_COUNT"] ?? 20_000);

const { vectors } = JSON.parse(readFileSync(new URL("../../vectors/hessian2.json", import.meta.url), "utf8")) as {
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

const codecs = [
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
const openings = Buffer.from("4142434448494a4b4c4d4e4f515253555657585a5f60617078797f80ff", "hex");

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

const isOurs = (error: unknown): boolean =>
  RpcError.is(error) &&
  (error.reason === "bad-message" || error.reason === "limit") &&
  /byte \d+: /.test(error.message);

test(`${count} broken messages are decoded or refused: seed ${seed}`, () => {
  const random = seededRandom(seed);
  let decoded = 0;
  for (let i = 0; i < count; i++) {
    const bytes = mutated(random);
    const what = `message ${i}: ${Buffer.from(bytes).toString("hex")}`;
    try {
      const value = decode(bytes, options);
      decoded++;
      // What is written is understood as it was meant. (The first time a double among longs may become a long.)
      const written = encode(value);
      assert.deepEqual(encode(decode(written, options)), written, what);
    } catch (error) {
      assert.ok(isOurs(error), `${what}\n${(error as Error).stack}`);
    }
    try {
      codecs[i % codecs.length]?.decode(bytes);
      decoded++;
    } catch (error) {
      assert.ok(isOurs(error), `${what}\n${(error as Error).stack}`);
    }
  }
  // Otherwise the changes break everything and nothing is tested.
  assert.ok(decoded > count / 20, `${decoded} were decoded`);
});

test("a message of nothing but openings neither hangs nor takes memory", () => {
  for (const opening of openings) {
    const bytes = new Uint8Array(200_000).fill(opening);
    for (const codec of [{ decode }, ...codecs]) {
      try {
        codec.decode(bytes);
      } catch (error) {
        assert.ok(isOurs(error), `0x${opening.toString(16)}: ${(error as Error).stack}`);
      }
    }
  }
});

test("what is nested too deeply is refused, whatever is nested", () => {
  const text = (value: string): number[] =>
    value.length < 32 ? [value.length, ...Buffer.from(value)] : [0x30, value.length, ...Buffer.from(value)];
  const classes: readonly (readonly [name: string, field: string])[] = [
    ["com.acme.shop.Everything", "next"],
    ["com.acme.shop.Everything", "unknown"],
    ["com.acme.shop.Everything", "items"],
    ["com.acme.shop.Color", "unknown"],
    ["com.acme.shop.ShopException", "cause"],
    ["com.acme.shop.ShopException", "unknown"],
    ["com.acme.Unknown", "cause"],
    ["java.math.BigDecimal", "unknown"],
    ["com.alibaba.com.caucho.hessian.io.EnumSetHandler", "objects"],
    ["com.alibaba.com.caucho.hessian.io.EnumSetHandler", "unknown"],
  ];
  for (const [name, field] of classes) {
    const definition = [0x43, ...text(name), 0x91, ...text(field)];
    const bytes = Uint8Array.from([...definition, ...Array<number>(100_000).fill(0x60)]);
    for (const codec of [{ decode }, ...codecs]) {
      assert.throws(
        () => codec.decode(bytes),
        (error) => isOurs(error),
        `${name}.${field}`,
      );
    }
  }
});
