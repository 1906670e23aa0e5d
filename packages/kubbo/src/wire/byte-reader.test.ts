import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../model/rpc-error.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { named, within } from "./wire-error.ts";

const reader = (hex: string) => new ByteReader(Buffer.from(hex, "hex"));

const rows: [name: string, read: (reader: ByteReader) => unknown, hex: string, value: unknown][] = [
  ["u8", (r) => r.u8(), "fe", 0xfe],
  ["i8", (r) => r.i8(), "fe", -2],
  ["u16", (r) => r.u16(), "fffe", 0xfffe],
  ["i16", (r) => r.i16(), "fffe", -2],
  ["u32", (r) => r.u32(), "deadbeef", 0xdeadbeef],
  ["i32", (r) => r.i32(), "fffffffe", -2],
  ["i64", (r) => r.i64(), "fffffffffffffffe", -2n],
  ["f64", (r) => r.f64(), "3ff199999999999a", 1.1],
];
for (const [name, read, hex, value] of rows) {
  test(`${name} is read big endian`, () => {
    const whole = reader(`${hex}00`);
    assert.equal(read(whole), value);
    assert.equal(whole.left, 1);
  });

  test(`${name} is an error with its offset where the message ends too early`, () => {
    const short = reader(`aa${hex.slice(2)}`);
    short.skip(1);
    assert.throws(
      () => read(short),
      (error) =>
        RpcError.is(error) &&
        error.reason === "bad-message" &&
        error.facts["at"] === 1 &&
        /^byte 1: /.test(error.message),
    );
    assert.equal(short.at, 1);
  });
}

test("nothing outside of the view is read", () => {
  const whole = Uint8Array.of(1, 2, 3, 4, 5);
  const inside = new ByteReader(whole.subarray(1, 3));
  assert.equal(inside.u16(), 0x0203);
  assert.throws(() => inside.peek(), /found the end of the message/);
  assert.throws(() => inside.view(1), /expected one more byte/);
});

test("a view is no copy", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const view = new ByteReader(bytes).view(2);
  bytes[0] = 9;
  assert.deepEqual([...view], [9, 2]);
});

test("what a writer writes, a reader reads", () => {
  const out = new ByteWriter();
  const longs = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)];
  const doubles = [0, -0, 1.5, Number.MIN_VALUE, Number.MAX_VALUE, Number.NaN, Number.NEGATIVE_INFINITY];
  for (const each of longs) out.u64(each);
  for (const each of doubles) out.f64(each);
  const back = new ByteReader(out.take());
  for (const each of longs) assert.equal(back.i64(), each);
  for (const each of doubles) assert.equal(back.f64(), each);
});

test("an error gets its path from the containers, and its final text at the border", () => {
  let error: unknown;
  try {
    reader("").u8();
  } catch (thrown) {
    error = named(within(within(thrown, "[3]"), ".items"), "order");
  }
  assert.ok(RpcError.is(error));
  assert.equal(error.message, "order.items[3]: byte 0: expected one more byte, found the end of the message");
  assert.equal(error.facts["path"], "order.items[3]");
  assert.match(error.stack ?? "", /order\.items\[3\]/);
  const other = new Error("not ours");
  assert.equal(named(within(other, "[3]"), "order"), other);
});
