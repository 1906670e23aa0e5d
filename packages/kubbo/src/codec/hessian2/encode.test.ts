import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { decode, encode } from "./encode.ts";
import { asDouble, asInt, asLong, JavaValue } from "./java-value.ts";
import { $class, javaClassOf, setJavaClass } from "./remembered-class.ts";

const hex = (value: unknown): string => Buffer.from(encode(value)).toString("hex");

const rows: [value: unknown, hex: string, back?: unknown][] = [
  [undefined, "4e", null],
  [5, "95"],
  [-0, "448000000000000000"],
  [2 ** 31, "4441e0000000000000"],
  [1.5, "5f000005dc"],
  [5n, "e5"],
  [asLong(5), "e5", 5n],
  [asDouble(5), "5d05", 5],
  [asInt(5), "95", 5],
  [[], "78"],
  [new Set(["k"]), "71116a6176612e7574696c2e48617368536574016b", ["k"]],
  [{ a: 1, b: undefined }, "480161915a", new Map([["a", 1]])],
  [Object.assign(Object.create(null), { a: 1 }), "480161915a", new Map([["a", 1]])],
  [new Map([[1, 2]]), "4891925a"],
  [new Int32Array([1, 2, 3]), "73045b696e74919293", [1, 2, 3]],
  [new Float64Array([1, 2.5]), "72075b646f75626c655c5f000009c4", [1, 2.5]],
  [new BigInt64Array([1n, -1n]), "72055b6c6f6e67e1df", [1n, -1n]],
  [setJavaClass([1, 2], "[double"), "72075b646f75626c655c5d02", [1, 2]],
  [setJavaClass([1, 2], "[long"), "72055b6c6f6e67e1e2", [1n, 2n]],
  [Buffer.from([1, 2]), "220102", Uint8Array.of(1, 2)],
];
for (const [value, expected, back = value] of rows) {
  test(`${Object.prototype.toString.call(value)} ${expected} goes as what it is by itself`, () => {
    assert.equal(hex(value), expected);
    assert.deepEqual(decode(Buffer.from(expected, "hex")), back);
  });
}

test("an object that says its class is an object of that class", () => {
  const item = { [$class]: "com.acme.Item", sku: "x", count: 2 };
  assert.equal(hex(item), "430d636f6d2e61636d652e4974656d9203736b7505636f756e7460017892");
  const back = decode(encode(item)) as typeof item;
  assert.deepEqual(back, item);
  assert.equal(javaClassOf(back), "com.acme.Item");
  assert.equal(hex({ ...back, count: 3 }), "430d636f6d2e61636d652e4974656d9203736b7505636f756e7460017893");
});

test("objects of one class may have different fields: none is lost", () => {
  const list = [
    { [$class]: "A", a: 1 },
    { [$class]: "A", a: 1, b: 2 },
    { [$class]: "A", a: 3 },
  ];
  assert.deepEqual(decode(encode(list)), list);
});

test("shared and cyclic values stay so", () => {
  const shared = { [$class]: "A", x: 1 };
  const list: unknown[] = [shared, shared];
  list.push(list, new Map([["self", list]]));
  const back = decode(encode(list)) as unknown[];
  assert.equal(back[0], back[1]);
  assert.equal(back[2], back);
  assert.equal((back[3] as Map<string, unknown>).get("self"), back);
});

test("values that are equal and not the same are not shared", () => {
  const back = decode(encode([[1], [1]])) as unknown[];
  assert.notEqual(back[0], back[1]);
});

test("references hold beyond the size up to which they are searched one by one", () => {
  const many = Array.from({ length: 100 }, (_, i) => [i]);
  const back = decode(encode([...many, ...many])) as unknown[][];
  for (let i = 0; i < 100; i++) assert.equal(back[i], back[i + 100]);
});

test("class definitions beyond the short form are found again", () => {
  const objects = Array.from({ length: 40 }, (_, i) => ({ [$class]: `C${i}`, i }));
  const twice = [...objects, ...objects.map((object) => ({ ...object }))];
  assert.deepEqual(decode(encode(twice)), twice);
});

test("names that mean something to JavaScript are names like any other", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
  const fields = Object.fromEntries(names.map((name, i) => [name, i]));
  const object = Object.defineProperties({ [$class]: "A" }, Object.getOwnPropertyDescriptors(fields));
  const back = decode(encode(object)) as Record<string, unknown>;
  assert.equal(Object.getPrototypeOf(back), Object.prototype);
  assert.deepEqual(Object.keys(back), names);
  assert.deepEqual(
    names.map((name) => Object.getOwnPropertyDescriptor(back, name)?.value),
    [0, 1, 2, 3, 4],
  );
  assert.equal(hex(back), hex(object));
  assert.deepEqual(decode(encode(fields)), new Map(Object.entries(fields)));
  assert.equal(({} as { readonly polluted?: unknown }).polluted, undefined);
});

test("doubles that are whole numbers come back as doubles when asked for", () => {
  const bytes = encode([asDouble(5), 1.5, 5]);
  assert.deepEqual(decode(bytes), [5, 1.5, 5]);
  const exact = decode(bytes, { exact: true }) as unknown[];
  assert.ok(exact[0] instanceof JavaValue);
  assert.equal(`${exact[0]}`, "5");
  assert.equal(JSON.stringify(exact), "[5,1.5,5]");
  assert.deepEqual(encode(exact), bytes);
});

class Foo {}
const refused: [name: string, value: unknown, message: string][] = [
  ["a function", { a: [() => 1] }, "value.a[0]: expected a value, got function"],
  ["a symbol", new Map([["k", Symbol("x")]]), 'value["k"]: expected a value, got symbol'],
  ["an instance", [new Foo()], "value[0]: expected a plain object, list, map or other value, got Foo"],
  [
    "a bigint beyond 64 bits",
    { [$class]: "A", f: 2n ** 63n },
    "value.f: expected long (64 bits), got bigint 9223372036854775808",
  ],
  ["an invalid Date", [new Date(Number.NaN)], "value[0]: expected Date, got an invalid Date"],
  ["a forced int that is none", asInt(1.5), "value: expected int (-2147483648 to 2147483647), got number 1.5"],
  [
    "a long that has lost digits",
    asLong(2 ** 53),
    "value: expected long (a bigint or a safe integer), got number 9007199254740992",
  ],
];
for (const [name, value, message] of refused) {
  test(`${name} is refused with its path`, () => {
    assert.throws(
      () => encode(value),
      (error) =>
        RpcError.is(error) &&
        error.code === "INVALID_ARGUMENT" &&
        error.reason === "bad-argument" &&
        error.message === message,
    );
  });
}

test("after a value that was refused the next one is written as ever", () => {
  assert.throws(() => encode([[1], () => 1]));
  assert.equal(hex([1]), "7991");
});

test("a value may be encoded while another one is", () => {
  const outer = {
    a: 1,
    get b() {
      return encode([1, 2]);
    },
  };
  assert.deepEqual(
    decode(encode(outer)),
    new Map<string, unknown>([
      ["a", 1],
      ["b", Uint8Array.of(0x7a, 0x91, 0x92)],
    ]),
  );
});

test("what is nested too deeply to be read is not written", () => {
  let value: unknown = 1;
  for (let i = 0; i < 1001; i++) value = [value];
  assert.throws(() => encode(value), /at most 1000 containers within containers/);
});
