import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "../codec/hessian2/encode.ts";
import { $class, javaClassOf } from "../codec/hessian2/remembered-class.ts";
import { RpcError } from "../model/rpc-error.ts";
import { classCode, plainCode } from "./class-code.ts";
import { fieldsOf } from "./field.ts";
import {
  array,
  bigDecimal,
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
  long,
  map,
  object,
  set,
  short,
  sqlTimestamp,
  string,
  typed,
} from "./index.ts";

const { vectors } = JSON.parse(readFileSync(new URL("../../vectors/hessian2.json", import.meta.url), "utf8")) as {
  readonly vectors: readonly { readonly name: string; readonly hex: string }[];
};

const vector = (name: string): Buffer => Buffer.from(vectors.find((each) => each.name === name)?.hex ?? "", "hex");

const Color = javaEnum("com.acme.shop.Color", ["RED", "GREEN", "BLUE"]);
const Base = javaClass("com.acme.shop.Base", { id: long, tag: string });
const Item = javaClass(
  "com.acme.shop.Item",
  { name: string, qty: int, price: double, gift: boolean, labels: list(string), color: Color, cost: bigDecimal },
  { extends: Base },
);
const Node = javaClass("com.acme.shop.Node", {
  name: string,
  get next() {
    return Node;
  },
  get kids() {
    return list(Node);
  },
  any: object,
});

const pen = {
  id: 7n,
  tag: "T",
  name: "pen",
  qty: 3,
  price: 1.5,
  gift: true,
  labels: ["x", "y"],
  color: "BLUE" as const,
  cost: "9.90",
};

test("an object of Java comes with its fields as declared, in the declared order", () => {
  const item = codecOf(Item).decode(vector("pojo_item"));
  assert.deepEqual(item, pen);
  assert.deepEqual(Object.keys(item), Object.keys(pen));
  assert.equal(Object.getPrototypeOf(item), Object.prototype);
});

test("an object goes with the declared fields, whatever it has", () => {
  const codec = codecOf(Item);
  assert.deepEqual(codec.decode(codec.encode(pen)), pen);
  assert.deepEqual(codec.decode(codec.encode({})), {
    id: 0n,
    tag: null,
    name: null,
    qty: 0,
    price: 0,
    gift: false,
    labels: null,
    color: null,
    cost: null,
  });
  const fields = (value: object): string[] => Object.keys(decode(codec.encode(value)) as object);
  assert.deepEqual(fields({ name: "a" }), fields(pen));
});

test("what came as null, or not at all, is null or zero", () => {
  const item = codecOf(Item).decode(vector("pojo_item_nulls"));
  assert.equal(item.name, null);
  assert.equal(item.id, 0n);
  const Longer = javaClass("com.acme.shop.Item", { name: string, added: long, list: list(string), code: char });
  assert.deepEqual(codecOf(Longer).decode(vector("pojo_item")), { name: "pen", added: 0n, list: null, code: "\0" });
});

test("fields that are not declared are passed over, and references still count them", () => {
  const Kept = javaClass("com.acme.shop.Item", { tag: string });
  const items = codecOf(list(Kept)).decode(vector("pojo_list_classref"));
  assert.equal(items.length, 3);
  assert.equal(items[2], items[0]);
});

test("one class may be declared twice: where a declaration stands, it counts", () => {
  const Short = javaClass("com.acme.shop.Item", { name: string });
  const both = codecOf(javaClass("Both", { long: Item, short: Short, again: Item }));
  const raw = { ...(decode(vector("pojo_item")) as object) };
  const bytes = encode({ [$class]: "Both", long: raw, short: { ...raw }, again: { ...raw } });
  for (let times = 0; times < 2; times++) {
    const { long: first, short: second, again } = both.decode(bytes);
    assert.deepEqual([first, second, again], [pen, { name: "pen" }, pen]);
  }
});

test("definitions that fall on one place of the cache are told apart", () => {
  const Any = codecOf(list(object));
  // Same length of the name, same last letters: the same place; 40 of them, twice.
  const objects = Array.from({ length: 40 }, (_, i) => ({
    [$class]: `C${String(i).padStart(2, "0")}Item`,
    [`f${i}`]: i,
  }));
  for (let times = 0; times < 2; times++) assert.deepEqual(Any.decode(encode(objects)), objects);
});

test("a shared object is one object on both sides", () => {
  const codec = codecOf(list(Item));
  const back = codec.decode(codec.encode([pen, pen, { ...pen }]));
  assert.equal(back[0], back[1]);
  assert.notEqual(back[0], back[2]);
});

test("circles come and go", () => {
  const codec = codecOf(Node);
  const node = codec.decode(vector("cycle"));
  assert.equal(node.next, node);
  assert.equal(node.kids[0], node);
  assert.equal(node.kids[1]?.kids, null);
  const again = codec.decode(codec.encode(node));
  assert.equal(again.next, again);
  assert.equal(again.any, again.kids);
});

test("a class may stand for every shape of field that Java has", () => {
  const Prims = javaClass("com.acme.shop.Prims", {
    b: byte,
    s: short,
    c: char,
    f: boxed(float),
    bb: boxed(byte),
    ss: boxed(short),
    cc: boxed(char),
    ff: boxed(float),
    ii: boxed(int),
    ll: boxed(long),
    when: date,
    ts: sqlTimestamp,
    raw: bytes,
    nums: array(int),
  });
  const codec = codecOf(Prims);
  const expected = {
    b: 1,
    s: 2,
    c: "z",
    f: 1.100000023841858,
    bb: 3,
    ss: 4,
    cc: "y",
    ff: 2.2,
    ii: 5,
    ll: 6n,
    when: new Date(60_000),
    ts: new Date(1),
    raw: Uint8Array.of(1, 2),
    nums: [4],
  };
  assert.deepEqual(codec.decode(vector("pojo_prims")), expected);
  assert.deepEqual(codec.decode(codec.encode(expected)), expected);
  // As a field a Timestamp is a plain date, alone it is an object: as Java has it.
  const raw = decode(codec.encode(expected)) as { readonly ts: unknown };
  assert.ok(raw.ts instanceof Date);
});

test("records, inner and generic classes are classes", () => {
  const Point = javaClass("com.acme.shop.Point", { x: int, y: double, label: string });
  assert.deepEqual(codecOf(Point).decode(vector("record")), { x: 1, y: 2.5, label: "p" });
  const Outer = javaClass("com.acme.shop.Outer", { o: string });
  const Inner = javaClass("com.acme.shop.Outer$Inner", { v: int, this$0: Outer });
  assert.deepEqual(codecOf(Inner).decode(vector("inner")), { v: 5, this$0: { o: "out" } });
  const Generic = javaClass("com.acme.shop.Generic", {
    value: boxed(int),
    index: map(string, list(int)),
    uniq: set(int),
    arr: array(boxed(int)),
  });
  assert.deepEqual(codecOf(Generic).decode(vector("generic_pojo")), {
    value: 3,
    index: new Map([["k", [1, 2]]]),
    uniq: new Set([9]),
    arr: [8],
  });
});

test("of a shadowed field the last value counts, as in Java", () => {
  const Shadow = javaClass("com.acme.shop.Shadow", { tag: string }, { extends: Base });
  assert.deepEqual(codecOf(Shadow).decode(vector("shadow")), { id: 1n, tag: "own" });
});

test("an object of a declared subclass keeps its class and fields, both ways", () => {
  const codec = codecOf(Base, { classes: [Item] });
  const item = codec.decode(vector("pojo_item"));
  assert.deepEqual(item, { ...pen, [$class]: "com.acme.shop.Item" });
  assert.equal(javaClassOf(item), "com.acme.shop.Item");
  assert.deepEqual(codec.decode(codec.encode(item)), item);
  assert.deepEqual(codec.decode(codec.encode(Item.of({ name: "x" }))), {
    ...codecOf(Item).decode(codecOf(Item).encode({ name: "x" })),
    [$class]: "com.acme.shop.Item",
  });
  assert.equal(javaClassOf(codec.decode(codec.encode(typed(Item, { qty: 1 }) as never))), "com.acme.shop.Item");
  // Without the subclass the object is taken by its fields.
  assert.deepEqual(codecOf(Base).decode(vector("pojo_item")), { id: 7n, tag: "T" });
});

test("a value of a class that is no subclass is refused", () => {
  const Other = javaClass("com.acme.shop.Other", { id: long });
  const codec = codecOf(Base, { classes: [Other] });
  assert.throws(
    () => codec.encode(Other.of({ id: 1n })),
    /base: expected com\.acme\.shop\.Base, got com\.acme\.shop\.Other/,
  );
  // One that nobody declared may be a subclass that the provider knows.
  assert.deepEqual(decode(codec.encode({ [$class]: "com.acme.shop.Unknown", id: 1 } as never)), {
    [$class]: "com.acme.shop.Unknown",
    id: 1n,
  });
});

test("an object that is shared with a place that does not say its class remembers it", () => {
  const Wide = javaClass("Wide", { any: object, base: Base, item: Item });
  const codec = codecOf(Wide);
  // As Java may send them: the field that says the class comes first.
  const item = { ...(decode(vector("pojo_item")) as object) };
  const back = codec.decode(encode({ [$class]: "Wide", item, base: item, any: item }));
  assert.equal(back.any, back.item);
  assert.equal(javaClassOf(back.any), "com.acme.shop.Item");
  assert.deepEqual(codec.decode(codec.encode(back)), back);
  assert.equal(javaClassOf(codec.decode(encode({ [$class]: "Wide", item })).item), undefined);
});

test("so does a list", () => {
  const Wide = javaClass("Wide", { any: object, longs: array(long) });
  const codec = codecOf(Wide);
  const given = { longs: [1n, 2n] };
  const bytes = codec.encode({ ...given, any: typed(array(long), given.longs) });
  const back = codec.decode(encode({ [$class]: "Wide", longs: (decode(bytes) as typeof given).longs }));
  assert.equal(javaClassOf(back.longs), undefined);
  const longs = (decode(bytes) as typeof given).longs;
  const shared = codec.decode(encode({ [$class]: "Wide", longs, any: longs }));
  assert.equal(shared.any, shared.longs);
  assert.equal(javaClassOf(shared.any), "[long");
  assert.deepEqual(codec.decode(codec.encode(shared)), shared);
});

test("of a subclass that nobody declared the fields of the declared class go as declared", () => {
  const unknown = { [$class]: "com.acme.shop.Unknown", id: 1, cost: "9.90", color: "RED", more: 2, tag: undefined };
  const raw = decode(codecOf(Item).encode(unknown as never)) as { readonly id: unknown; readonly cost: unknown };
  assert.equal(javaClassOf(raw), "com.acme.shop.Unknown");
  assert.equal(javaClassOf(raw.cost), "java.math.BigDecimal");
  assert.equal(raw.id, 1n);
  const item = codecOf(Item).decode(codecOf(Item).encode(unknown as never));
  assert.deepEqual([item.id, item.cost, item.color, item.tag], [1n, "9.90", "RED", null]);
});

test("where Object is declared, the classes of the contract are read as declared and remember their class", () => {
  const codec = codecOf(list(object), { classes: [Item] });
  const [item] = codec.decode(Buffer.concat([Buffer.of(0x79), vector("pojo_item")]));
  assert.deepEqual(item, { ...pen, [$class]: "com.acme.shop.Item" });
  assert.deepEqual(codec.decode(codec.encode([item])), [item]);
});

test("a map is taken for an object, as Java does", () => {
  const bytes = encode({ name: "pen", qty: 9, id: 5, zzz: 1, price: 2 });
  assert.deepEqual(codecOf(Item).decode(bytes), {
    ...codecOf(Item).decode(vector("pojo_item_nulls")),
    name: "pen",
    qty: 9,
    id: 5n,
    price: 2,
  });
});

test("names that every object inherits are fields like any other", () => {
  const names = ["constructor", "__proto__", "toString"] as const;
  const Odd = javaClass("Odd", Object.fromEntries(names.map((name) => [name, string])));
  const codec = codecOf(Odd);
  const empty = codec.decode(codec.encode({}));
  assert.deepEqual(Object.keys(empty), names);
  assert.deepEqual(Object.values(empty), [null, null, null]);
  const full = Object.defineProperty({ constructor: "a", toString: "b" }, "__proto__", {
    value: "c",
    enumerable: true,
  });
  assert.deepEqual(Object.values(codec.decode(codec.encode(full as never))), ["a", "c", "b"]);
  assert.equal(Object.getPrototypeOf(empty), Object.prototype);
});

const refused: [value: unknown, message: RegExp][] = [
  [5, /^item: expected com\.acme\.shop\.Item, got number 5$/],
  [[], /^item: expected com\.acme\.shop\.Item, got array$/],
  [{ nam: "x" }, /^item\.nam: expected a field of com\.acme\.shop\.Item \(id, tag, name, .*\), got another one$/],
  [{ qty: "3" }, /^item\.qty: expected int, got string$/],
  [{ qty: null }, /^item\.qty: expected int, got null$/],
  [{ labels: ["a", 5] }, /^item\.labels\[1\]: expected string, got number 5$/],
  [{ cost: true }, /^item\.cost: expected BigDecimal .*, got boolean$/],
];
for (const [value, message] of refused) {
  test(`an Item refuses ${JSON.stringify(value)}`, () => {
    assert.throws(
      () => codecOf(Item).encode(value as never),
      (error) =>
        RpcError.is(error) &&
        error.code === "INVALID_ARGUMENT" &&
        error.reason === "bad-argument" &&
        message.test(error.message),
    );
  });
}

test("an instance of a program's own class is an object with fields", () => {
  class Pen {
    name = "pen";
    #hidden = 1;
    get qty(): number {
      return this.#hidden + 2;
    }
  }
  const item = codecOf(Item).decode(codecOf(Item).encode(new Pen()));
  assert.equal(item.name, "pen");
  assert.equal(item.qty, 3);
});

test("a float field is refused with the reason, unless it is allowed", () => {
  const Bad = javaClass("com.acme.Bad", { ratio: float });
  assert.throws(
    () => codecOf(list(Bad)),
    (error) =>
      RpcError.is(error) &&
      error.reason === "bad-contract" &&
      /^the field com\.acme\.Bad\.ratio is a float: .* allowFloat/.test(error.message),
  );
  const Allowed = javaClass("com.acme.Bad", { ratio: float }, { allowFloat: true });
  assert.deepEqual(codecOf(Allowed).decode(codecOf(Allowed).encode({ ratio: 0.5 })), { ratio: 0.5 });
});

test("a field that is no type is named when the class is used first", () => {
  const Bad = javaClass("com.acme.Bad", { name: "string" });
  assert.throws(() => codecOf(Bad), /the field com\.acme\.Bad\.name is string, not a Java type/);
});

test("a type that makes new types for ever is an error, not an endless loop", () => {
  const tree = (depth: number): ReturnType<typeof javaClass<"Tree", object>> =>
    javaClass("Tree", {
      get kids() {
        return list(tree(depth + 1));
      },
    }) as never;
  assert.throws(() => codecOf(tree(0)), /the contract has over 100000 types, .*Keep the type it makes/);
});

test("bytes that do not fit the declaration are an error with path and offset", () => {
  const codec = codecOf(list(Item));
  const bytes = encode([{ [$class]: "com.acme.shop.Item", name: "x", labels: ["a", ["b"]] }]);
  assert.throws(
    () => codec.decode(bytes),
    (error) =>
      RpcError.is(error) &&
      error.reason === "bad-message" &&
      /^list\[0\]\.labels\[1\] \(com\.acme\.shop\.Item\): byte \d+: expected string, found list/.test(error.message),
  );
  assert.throws(() => codecOf(Item).decode(encode([1])), /^.*expected com\.acme\.shop\.Item, found list/);
  assert.throws(() => codecOf(list(Item)).decode(encode("x")), /expected java\.util\.List, found string/);
});

test("the work of a class is the same where no code may be made", () => {
  const types = { a: int, b: string, __proto: list(string), constructor: long };
  const fields = fieldsOf(new Map([...Object.entries(types), ["__proto__", string]]));
  const values = [1, "x", ["y"], 5n, "z"];
  const [made, plain] = [classCode(fields), plainCode(fields)].map((code) => {
    const object = code.make();
    const zeros = Object.entries(object);
    code.fill(object, values);
    return { zeros, entries: Object.entries(object), prototype: Object.getPrototypeOf(object) };
  });
  assert.deepEqual(made, plain);
  assert.deepEqual(
    made?.entries.map(([, value]) => value),
    values,
  );
});

test("classes are written alike where no code may be made", async () => {
  const { Hessian2Writer } = await import("../codec/hessian2/writer.ts");
  const fields = fieldsOf({ a: int, b: string, constructor: long });
  const objects: readonly object[] = [{ a: 1 }, { a: 1, b: "x", constructor: 5n }, { a: 1, c: 2 }, {}];
  for (const object of objects) {
    const [made, plain] = [classCode(fields), plainCode(fields)].map((code) => {
      const writer = new Hessian2Writer();
      return [code.write(writer, object), Buffer.from(writer.out.take()).toString("hex")];
    });
    assert.deepEqual(made, plain);
  }
  const messages = [classCode(fields), plainCode(fields)].map((code) => {
    try {
      code.write(new Hessian2Writer(), { a: 1, b: 2 });
    } catch (error) {
      return RpcError.is(error) && "path" in error ? error.path : error;
    }
    return undefined;
  });
  assert.deepEqual(messages, [".b", ".b"]);
});
