import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteWriter } from "./byte-writer.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const rows: [name: string, write: (out: ByteWriter) => void, hex: string][] = [
  ["u8", (out) => out.u8(0xfe), "fe"],
  ["u16", (out) => out.u16(0x0102), "0102"],
  ["a negative u16", (out) => out.u16(-2), "fffe"],
  ["u32", (out) => out.u32(0xdeadbeef), "deadbeef"],
  ["a negative u32", (out) => out.u32(-1), "ffffffff"],
  ["u64", (out) => out.u64(0x0102030405060708n), "0102030405060708"],
  ["a negative u64", (out) => out.u64(-2n), "fffffffffffffffe"],
  ["f64", (out) => out.f64(1.1), "3ff199999999999a"],
  ["bytes", (out) => out.bytes(Uint8Array.of(1, 2, 3)), "010203"],
];
for (const [name, write, expected] of rows) {
  test(`${name} is written big endian`, () => {
    const out = new ByteWriter();
    write(out);
    assert.equal(hex(out.take()), expected);
  });
}

test("a message stays as it is while later ones are written", () => {
  const out = new ByteWriter();
  const messages = Array.from({ length: 5_000 }, (_, i) => {
    out.u32(i);
    out.bytes(new Uint8Array(i % 50).fill(i));
    return out.take();
  });
  for (const [i, message] of messages.entries()) {
    assert.equal(Buffer.from(message).readUInt32BE(), i);
    assert.ok(message.subarray(4).every((byte) => byte === (i & 0xff)));
    assert.equal(message.length, 4 + (i % 50));
  }
});

test("a message of any size is contiguous", () => {
  const out = new ByteWriter();
  out.u8(1);
  out.take();
  for (let i = 0; i < 100_000; i++) out.u8(i);
  const message = out.take();
  assert.equal(message.length, 100_000);
  assert.ok(message.every((byte, i) => byte === (i & 0xff)));
});

test("reserved bytes are zero until they are set, also after the message has moved", () => {
  const out = new ByteWriter();
  out.u8(0xff);
  const at = out.reserve(4);
  assert.equal(at, 1);
  out.bytes(new Uint8Array(40_000));
  out.setU32(at, 0x01020304);
  assert.equal(hex(out.take().subarray(0, 6)), "ff0102030400");
  out.reserve(2);
  assert.equal(hex(out.take()), "0000");
});

test("truncate takes back what a failed value has written", () => {
  const out = new ByteWriter();
  out.u16(0x0102);
  const { length } = out;
  out.bytes(new Uint8Array(30_000));
  out.truncate(length);
  out.u8(3);
  assert.equal(hex(out.take()), "010203");
});

test("an idle writer does not keep the memory of a large message", () => {
  const out = new ByteWriter();
  out.bytes(new Uint8Array(1_000_000));
  out.take();
  assert.equal(out.buffer.length, 0);
  assert.equal(out.length, 0);
});
