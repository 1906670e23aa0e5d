import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { decode, encode } from "./encode.ts";
import { type Hessian2Limits, resolveLimits } from "./limits.ts";
import { Hessian2Reader } from "./reader.ts";
import { javaClassOf } from "./remembered-class.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const reader = (hex: string): Hessian2Reader => new Hessian2Reader(bytes(hex));

const legal: [name: string, hex: string, value: unknown][] = [
  ["an open list", "57 91 92 5a", [1, 2]],
  ["an open typed list", "55 0141 91 5a", [1]],
  ["a long list in its long form", "58 91 95", [5]],
  ["a map of a type", "4d 0141 0161 91 5a", new Map([["a", 1]])],
  ["a string in chunks of all kinds", "52 0001 61 52 0000 30 01 62", "ab"],
  ["a binary in chunks of all kinds", "41 0001 01 41 0000 34 02 0203", Uint8Array.of(1, 2, 3)],
  ["an int that could be shorter", "49 00000005", 5],
  ["a long that could be shorter", "4c 0000000000000005", 5n],
  ["a double that could be shorter", "44 4014000000000000", 5],
  ["several class definitions before one object", "43 0141 90 43 0142 91 0178 61 95", { x: 5 }],
];
for (const [name, hex, value] of legal) {
  test(`${name} is read`, () => {
    const found = decode(bytes(hex));
    assert.deepEqual(found instanceof Object && "x" in found ? { x: found.x } : found, value);
  });
}

test("the second use of a type is its index, and lists and maps share the table", () => {
  const [list, map, again] = decode(bytes("7b 71 0141 91 4d 0142 5a 71 91 92")) as object[];
  assert.deepEqual([list, map, again].map(javaClassOf), ["A", "B", "B"]);
});

const broken: [name: string, hex: string, message: string][] = [
  ["an unused tag", "40", "value: byte 0: expected a value, found unused (0x40)"],
  ["an end without a begin", "79 5a", "value[0]: byte 1: expected a value, found end (0x5a)"],
  ["a list longer than the message", "58 49 7fffffff", "value: byte 1: expected a length of 0 to 0, found 2147483647"],
  ["a list of negative length", "58 8f", "value: byte 1: expected a length of 0 to 0, found -1"],
  ["a reference to nothing", "51 90", "value: byte 1: expected a reference to one of 0 values, found 0"],
  [
    "a reference to what comes later",
    "7a 51 91 79 91",
    "value[0]: byte 2: expected a reference to one of 1 values, found 1",
  ],
  ["an object without its class", "60", "value: byte 0: expected one of 0 class definitions, found 0"],
  ["a class definition alone", "43 0141 90", "value: byte 4: expected one more byte, found the end of the message"],
  [
    "a class definition before something else",
    "43 0141 90 91",
    "value: byte 4: expected an object after its class definition, found int (0x91)",
  ],
  ["a class without a name", "43 91", "value: byte 1: expected the name of a class, found int (0x91)"],
  [
    "a class with more fields than bytes",
    "43 0141 bf",
    "value: byte 3: expected a number of fields from 0 to 0, found 47",
  ],
  ["a type index that is none", "71 95 91", "value: byte 1: expected one of 0 types, found 5"],
  ["a type that is no type", "71 54 91", "value: byte 1: expected the type of a list or map, found boolean (0x54)"],
  [
    "a string that changes its mind",
    "52 0001 61 91",
    "value: byte 4: expected the next chunk of a string, found int (0x91)",
  ],
  [
    "a date no Date can hold",
    "4a 7fffffffffffffff",
    "value: byte 0: expected a date within 8,640,000,000,000,000 ms of 1970 (dateMillis holds any), found 9223372036854775807 ms",
  ],
  [
    "a wrong value deep inside",
    "48 0161 79 43 0141 91 0162 60 40",
    'value["a"][0].b (A): byte 11: expected a value, found unused (0x40)',
  ],
];
for (const [name, hex, message] of broken) {
  test(`${name} is an error with path and offset`, () => {
    assert.throws(
      () => decode(bytes(hex)),
      (error) => {
        assert.ok(RpcError.is(error));
        assert.equal(error.message, message);
        return error.code === "INTERNAL" && error.reason === "bad-message";
      },
    );
  });
}

const beyond: [option: keyof Hessian2Limits, limit: number, hex: string][] = [
  ["maxBytes", 3, "03616263"],
  ["maxDepth", 2, "79 79 79 90"],
  ["maxDepth", 2, "48 90 48 90 48 5a 5a 5a"],
  ["maxDepth", 1, "43 0141 91 0178 60 60 4e"],
  ["maxReferences", 2, "7a 78 78"],
  ["maxReferences", 2, "7b 20 4b00000000 20"],
  ["maxClasses", 1, "43 0141 90 43 0142 90 60"],
  ["maxClasses", 1, "7a 70 0141 70 0142"],
  ["maxStringLength", 2, "03616263"],
  ["maxStringLength", 2, "52 0002 6162 01 63"],
  ["maxBinaryLength", 2, "23010203"],
  ["maxBinaryLength", 2, "41 0002 0102 21 03"],
  ["maxListLength", 2, "7b909090"],
  ["maxListLength", 2, "57 90 90 90 5a"],
  ["maxListLength", 1, "48 90 90 91 91 5a"],
];
for (const [option, limit, hex] of beyond) {
  test(`${option} is a limit: ${hex}`, () => {
    assert.throws(
      () => decode(bytes(hex), { limits: { [option]: limit } }),
      (error) => {
        assert.ok(RpcError.is(error));
        assert.equal(error.code, "RESOURCE_EXHAUSTED");
        assert.equal(error.reason, "limit");
        assert.match(error.message, new RegExp(`the limit is ${limit}\\..* limits\\.${option}`));
        return true;
      },
    );
    decode(bytes(hex), { limits: { [option]: limit + 1 } });
  });
}

test("an option that is none, or no whole number, is an error with its path", () => {
  assert.throws(() => resolveLimits({ maxDepth: 0 }), /limits\.maxDepth is 0; expected a whole number above 0/);
  assert.throws(() => resolveLimits({ maxDeph: 5 } as never), /limits\.maxDeph is 5; expected one of maxBytes/);
  assert.equal(resolveLimits({ maxDepth: 5 }).maxDepth, 5);
});

test("a message cannot make the reader take memory that it has no bytes for", () => {
  const before = process.memoryUsage().heapUsed;
  const lengths = ["58 49 00ffffff", "56 0141 49 00ffffff", "53 ffff", "42 ffff", "43 0141 49 00ffffff"];
  for (const hex of lengths) assert.throws(() => decode(bytes(hex)), RpcError);
  assert.ok(process.memoryUsage().heapUsed - before < 10_000_000);
});

const coercions: [name: string, read: (reader: Hessian2Reader) => unknown, rows: [hex: string, value: unknown][]][] = [
  [
    "an int",
    (r) => r.readInt(),
    [
      ["e7", 7],
      ["5f00000a8c", 2],
      ["4e", 0],
      ["54", 1],
      ["44 c1e0000000200000", -(2 ** 31)],
      ["44 7ff8000000000000", 0],
      ["4c 0000000100000005", 5],
    ],
  ],
  [
    "a long",
    (r) => r.readLong(),
    [
      ["97", 7n],
      ["5f00000a8c", 2n],
      ["4e", 0n],
      ["44 43f0000000000000", 2n ** 63n - 1n],
      ["44 c3f0000000000000", -(2n ** 63n)],
    ],
  ],
  [
    "a long as number",
    (r) => r.readLongNumber(),
    [
      ["97", 7],
      ["f810", 16],
      ["3c0800", 2048],
      ["5900040000", 262144],
      ["4c 001fffffffffffff", 2 ** 53 - 1],
    ],
  ],
  [
    "a double",
    (r) => r.readDouble(),
    [
      ["97", 7],
      ["e7", 7],
      ["4e", 0],
    ],
  ],
  [
    "a boolean",
    (r) => r.readBoolean(),
    [
      ["91", true],
      ["90", false],
      ["e1", true],
      ["5b", false],
      ["4e", false],
    ],
  ],
  [
    "a string",
    (r) => r.readString(),
    [
      ["97", "7"],
      ["e7", "7"],
      ["5c", "1.0"],
      ["44 4202a05f20000000", "1.0E10"],
      ["4e", null],
    ],
  ],
  [
    "milliseconds",
    (r) => r.readMillis(),
    [
      ["4a 7fffffffffffffff", 2n ** 63n - 1n],
      ["4b ffffffff", -60_000n],
      ["4e", null],
    ],
  ],
];
for (const [name, read, rows] of coercions) {
  for (const [hex, value] of rows) {
    test(`where ${name} is wanted, ${hex} is ${value}`, () => {
      assert.deepEqual(read(reader(hex)), value);
    });
  }
}

test("where Java refuses, so does the reader, and it names both", () => {
  assert.throws(() => reader("0135").readInt(), /byte 0: expected int, found string \(0x01\)/);
  assert.throws(() => reader("97").readDate(), /expected date, found int/);
  assert.throws(() => reader("78").readString(), /expected string, found list/);
  assert.throws(() => reader("7991").readBinary(), /expected binary, found list/);
  assert.throws(() => reader("4c 0020000000000000").readLongNumber(), /declare it as long.*found 9007199254740992/);
});

test("longs come as numbers when asked to, and one that a number cannot hold is an error", () => {
  const longs = encode([1n, -3n, 2n ** 53n - 1n, 5, 2.5]);
  assert.deepEqual(decode(longs, { longAsNumber: true }), [1, -3, 2 ** 53 - 1, 5, 2.5]);
  assert.deepEqual(decode(longs), [1n, -3n, 2n ** 53n - 1n, 5, 2.5]);
  assert.throws(
    () => decode(encode([2n ** 53n]), { longAsNumber: true }),
    /^RpcError: value\[0\]: byte 1: expected a long that a number can hold .*, found 9007199254740992/,
  );
});
