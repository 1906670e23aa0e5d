import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../codec/hessian2/encode.ts";
import { RpcError } from "../model/rpc-error.ts";
import {
  type AnyJavaType,
  array,
  bigDecimal,
  bigInteger,
  boolean,
  boxed,
  byte,
  bytes,
  char,
  codecOf,
  date,
  double,
  float,
  int,
  javaClass,
  javaEnum,
  list,
  localDate,
  long,
  map,
  set,
  short,
  sqlTimestamp,
  string,
  throwable,
  uuid,
} from "./index.ts";

/** Byte strings by hand, and what Java reads in them for a declared type; see the `source` of the file. */
const { vectors } = JSON.parse(
  readFileSync(new URL("../../vectors/hessian2-java-accepts.json", import.meta.url), "utf8"),
) as { readonly vectors: readonly { readonly name: string; readonly hex: string; readonly javaResult: string }[] };

const Color = javaEnum("com.acme.shop.Color", ["RED", "GREEN", "BLUE"]);
const Base = javaClass("com.acme.shop.Base", { id: long, tag: string });
const Item = javaClass(
  "com.acme.shop.Item",
  { name: string, qty: int, price: double, gift: boolean, labels: list(string), color: Color, cost: bigDecimal },
  { extends: Base },
);
const Point = javaClass("com.acme.shop.Point", { x: int, y: double, label: string });
const Prims = javaClass("com.acme.shop.Prims", { b: byte, s: short, c: char, when: date, ts: sqlTimestamp });
const none = { id: 0n, tag: null, name: null, qty: 0, price: 0, gift: false, labels: null, color: null, cost: null };
const noPrims = { b: 0, s: 0, c: "\0", when: null, ts: null };

/** Stands for an error, where Java has one. */
const refused = Symbol("refused");

/** For each byte string the declared type and what a program gets. A comment stands where Java does otherwise. */
const rows: Readonly<Record<string, readonly [type: AnyJavaType, value: unknown]>> = {
  "pojo arg as H map": [Item, { ...none, id: 5n, name: "pen", qty: 3, price: 2 }],
  "pojo arg as M typed map": [Item, { ...none, name: "pen" }],
  "pojo with unknown field + missing": [Item, { ...none, qty: 7 }],
  "pojo int field given long/double/string": [Item, { ...none, qty: 7 }],
  "pojo int field given string": [Item, refused],
  "pojo int field given null": [Item, none],
  "pojo long field given int, double field given int": [Item, { ...none, id: 7n, price: 7 }],
  "pojo BigDecimal field given string / double": [Item, refused],
  "pojo BigDecimal field given double": [Item, refused],
  // Java refuses; peers in other languages are known to send the name alone.
  "pojo enum field given string": [Item, { ...none, color: "RED" }],
  "pojo List field given [string array": [Item, { ...none, labels: ["q"] }],
  "pojo List field given HashSet typed": [Item, { ...none, labels: ["q"] }],
  "class name differs from param class (other pojo), param Item": [Item, { ...none, name: "pen" }],
  // As above.
  "enum param from string": [Color, "RED"],
  "enum bad constant": [Color, refused],
  "BigDecimal param from string": [bigDecimal, refused],
  "BigDecimal param from double": [bigDecimal, refused],
  "BigDecimal param from int": [bigDecimal, refused],
  "BigInteger signum+mag only": [bigInteger, 4294967295n],
  "BigInteger mag untyped list": [bigInteger, -5n],
  "BigInteger value string": [bigInteger, 0n],
  "int param from long": [int, 7],
  "int param from double 2.7": [int, 2],
  "long param from int": [long, 7n],
  "int param from string": [int, refused],
  "Integer from null": [boxed(int), null],
  "int from null": [int, 0],
  "double from int": [double, 7],
  "float from double": [float, 1.1],
  "short from int": [boxed(short), 7],
  "char from string": [char, "A"],
  "boolean from int": [boolean, true],
  "String from int": [string, "7"],
  "String from double": [string, "1.0"],
  "Date from long": [date, refused],
  "Date from int": [date, refused],
  "byte[] from list": [bytes, refused],
  "int[] from untyped list": [array(int), [1, 2]],
  "String[] from untyped list": [array(string), ["a", "b"]],
  "Item[] from untyped list of H": [array(Item), [{ ...none, name: "p" }]],
  "List from typed [int": [list(int), [1]],
  "Set from untyped list": [set(int), new Set([1, 2])],
  "Map from M unknown type": [map(string, int), new Map([["k", 1]])],
  "UUID from string": [uuid, refused],
  // Java cannot read lists of unknown length.
  "variable list 57": [list(int), [1, 2]],
  "variable typed list 55": [list(int), [1, 2]],
  // Java refuses four bytes of UTF-8.
  "utf8 4-byte emoji": [string, "😀"],
  "utf8 4-byte counted as 2": [string, "😀"],
  "LocalDate from handle": [localDate, "2024-02-05"],
  "LocalDate from string": [localDate, refused],
  record: [Point, { x: 5, y: 1, label: null }],
  // Java refuses a map for a record; here a record is a class.
  "record from H map": [Point, { x: 5, y: 1, label: null }],
  "Timestamp field in pojo from UTC date": [Prims, { ...noPrims, ts: new Date(60_000), when: new Date(60_000) }],
  "Character null / byte range": [Prims, { ...noPrims, b: -56 }],
};

for (const { name, hex, javaResult } of vectors) {
  const row = rows[name];
  if (!row) {
    // What has no declared type in Java is about classes that Java does not load: here it is read all the same.
    test(`${name}: is read without a declared type`, () => {
      decode(Buffer.from(hex, "hex"));
    });
    continue;
  }
  const [type, value] = row;
  test(`${name}: where Java has ${javaResult.slice(0, 60)}`, () => {
    const read = () => codecOf(type as never).decode(Buffer.from(hex, "hex"));
    if (value === refused) assert.throws(read, (error) => RpcError.is(error) && error.reason === "bad-message");
    else assert.deepEqual(read(), value);
  });
}

test("every row is about a byte string of the file", () => {
  const names = new Set(vectors.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(rows).filter((name) => !names.has(name)),
    [],
  );
});

test("the exceptions that Java takes are taken", () => {
  for (const { name, hex } of vectors.filter((each) => /^exc |exception/.test(each.name))) {
    const error = codecOf(throwable).decode(Buffer.from(hex, "hex"));
    assert.equal(error.javaMessage, "boom", name);
  }
});
