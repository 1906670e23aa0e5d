import assert from "node:assert/strict";
import { test } from "node:test";
import { randomHeaderList } from "../../../test/random-header-list.ts";
import { seededRandom } from "../../util/random.ts";
import { HpackDecoder } from "./decoder.ts";
import { HpackEncoder } from "./encoder.ts";
import { headerListBytes } from "./header-list.ts";

function decoder(options: { maxTableBytes?: number; maxListBytes?: number } = {}) {
  return new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 65_536, ...options });
}

function block(encoder: HpackEncoder, list: readonly string[]): Buffer {
  const length = encoder.encode(list);
  return Buffer.from(encoder.bytes.subarray(0, length));
}

function decode(into: HpackDecoder, hex: string) {
  const bytes = Buffer.from(hex, "hex");
  return into.decode(bytes, 0, bytes.length);
}

test("10,000 random lists survive, with changes of the table's size in between", () => {
  const random = seededRandom(7);
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  const back = decoder();
  for (let i = 0; i < 10_000; i++) {
    if (random() < 0.02) encoder.allow(Math.floor(random() * 5000));
    if (random() < 0.01) encoder.allow(0);
    if (random() < 0.02) encoder.allow(4096);
    const list = randomHeaderList(random);
    const bytes = block(encoder, list);
    assert.deepEqual(back.decode(bytes, 0, bytes.length).list, list, `list ${i}: ${bytes.toString("hex")}`);
    assert.equal(back.tableBytes, encoder.tableBytes);
  }
});

test("a list that comes again is one byte per field, and the decoder gives the same object for it", () => {
  const list = [":method", "POST", ":path", "/org.acme.Greeter/greet", "content-type", "application/grpc+proto"];
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  const back = decoder();
  const blocks = Array.from({ length: 6 }, () => {
    const bytes = block(encoder, [...list]);
    return { length: bytes.length, decoded: back.decode(bytes, 0, bytes.length) };
  });
  assert.deepEqual(
    blocks.map(({ length }) => length).slice(2),
    [3, 3, 3, 3],
    "as text once, into the table the second time, an index from then on",
  );
  for (const { decoded } of blocks) assert.deepEqual(decoded.list, list);
  assert.equal(blocks[4]?.decoded, blocks[5]?.decoded);
});

test("what differs from call to call stays out of the table, and the rest is one byte per field", () => {
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  let length = 0;
  for (let i = 0; i < 300; i++) {
    length = encoder.encode([":method", "POST", ":path", "/a/b", "grpc-timeout", `${i}m`, "x-call", `id-${i}`]);
  }
  assert.ok(encoder.tableBytes < 200, `${encoder.tableBytes}`);
  assert.ok(length < 40, `${length}`);
});

test("secrets are marked as never to be indexed", () => {
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  for (let i = 0; i < 3; i++) {
    const bytes = block(encoder, ["authorization", "Bearer x", "token-bin", "abc"]);
    assert.equal(bytes[0], 0x1f, "never indexed, name 23");
    assert.equal(encoder.tableBytes, 0);
  }
});

test("a list is refused before anything of it changes the table", () => {
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  const good = ["a", "1", "b", "2"];
  encoder.encode(good);
  for (const bad of [
    ["a", "1", "b", "2", "c", "x\r\ny"],
    ["a", "1", "Upper", "2"],
    ["a", "1", "", "2"],
    ["a", "\u4e2d"],
    ["a", " blank"],
    ["a", "nul\0"],
  ]) {
    assert.throws(() => encoder.encode(bad), { code: "INVALID_ARGUMENT", reason: "bad-argument" });
  }
  assert.equal(encoder.tableBytes, 0);
  encoder.encode(good);
  assert.equal(encoder.tableBytes, 2 * 34);
});

test("a list beyond the limit is dropped and the table is as if it had been kept", () => {
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  const back = decoder({ maxListBytes: 4096 });
  const big = ["x-seen-again", "v", "x-long", "l".repeat(5000), "x-after", "w"];
  for (let i = 0; i < 4; i++) {
    const bytes = block(encoder, big);
    const decoded = back.decode(bytes, 0, bytes.length);
    assert.equal(decoded.tooLarge, true);
    assert.equal(decoded.list.length, 0);
    assert.equal(back.tableBytes, encoder.tableBytes);
  }
  const small = block(encoder, ["x-seen-again", "v"]);
  assert.equal(small.length, 1);
  assert.deepEqual(back.decode(small, 0, 1).list, ["x-seen-again", "v"]);
});

test("one entry of the table that is named thousands of times costs no memory", () => {
  const back = decoder({ maxListBytes: 32_768 });
  const value = "v".repeat(4000);
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  for (let i = 0; i < 2; i++) {
    const bytes = block(encoder, ["x", value]);
    back.decode(bytes, 0, bytes.length);
  }
  const bomb = Buffer.alloc(16_384, 0x80 | 62);
  const before = process.memoryUsage().heapUsed;
  assert.equal(back.decode(bomb, 0, bomb.length).tooLarge, true);
  assert.ok(process.memoryUsage().heapUsed - before < 4 * 1024 * 1024);
});

const broken: [name: string, hex: string][] = [
  ["index 0", "80"],
  ["an index beyond the table", "be"],
  ["a name's index beyond the table", "7f0161"],
  ["an integer that is cut off", "ff"],
  ["an integer that is too long", "ffffffffffffffff01"],
  ["a string that is cut off", "0003616263"],
  ["a string that is longer than the block", "000561"],
  ["a size update after a field", "8220"],
  ["a size update beyond what was announced", "3fe21f"],
  ["three size updates", "202020"],
];
for (const [name, hex] of broken) {
  test(`${name} is an error that tells the offset`, () => {
    assert.throws(() => decode(decoder(), hex), { code: "INTERNAL", reason: "bad-message", message: /^byte \d+: / });
  });
}

test("random and cut blocks end as a list or as bad-message", () => {
  const random = seededRandom(3);
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  for (let i = 0; i < 5000; i++) {
    const bytes = block(encoder, randomHeaderList(random));
    for (let n = Math.floor(random() * 3); n >= 0; n--) bytes[Math.floor(random() * bytes.length)] = random() * 256;
    const end = random() < 0.5 ? bytes.length : Math.floor(random() * bytes.length);
    const back = decoder({ maxListBytes: 8192 });
    try {
      const { list, tooLarge } = back.decode(bytes, 0, end);
      assert.ok(tooLarge || headerListBytes(list) <= 8192);
    } catch (error) {
      assert.equal((error as { reason?: string }).reason, "bad-message", String(error));
    }
    assert.ok(back.tableBytes <= 4096);
  }
});
