import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { echoServer, exchange, goodClient, open } from "../../../test/http2-echo.ts";
import {
  frame,
  headerBlock,
  headers,
  RawClient,
  requestList,
  settings,
  settingsAck,
  u32,
} from "../../../test/raw-http2.ts";
import { until } from "../../../test/until.ts";
import { TestClock } from "../../testing/test-clock.ts";
import { HpackEncoder } from "../../wire/hpack/encoder.ts";
import { encodeHuffman, huffmanBytes } from "../../wire/hpack/huffman.ts";
import { clientPreface, frameType } from "./frame.ts";
import { http2Error } from "./session.ts";

/** What the server may hold more than before, during and after an attack, in bytes. */
const memoryBytes = 48 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function memory(): number {
  collect(); // the attacker lives in this process as well, and leaves garbage
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Frames that are sent again and again, and how the connection ends. The bytes are of round n, from 0. */
const floods: [name: string, bytes: (round: number) => Buffer, code: number, before?: () => Buffer][] = [
  [
    "rapid reset",
    (round) => Buffer.concat([headers(2 * round + 1, false), frame(frameType.rstStream, 0, 2 * round + 1, u32(8))]),
    http2Error.enhanceYourCalm,
  ],
  [
    "rapid reset after a byte of body",
    (round) =>
      Buffer.concat([
        headers(2 * round + 1, false),
        frame(frameType.data, 0, 2 * round + 1, Buffer.from("x")),
        frame(frameType.rstStream, 0, 2 * round + 1, u32(8)),
      ]),
    http2Error.enhanceYourCalm,
  ],
  ["requests that break a rule", (round) => headers(2 * round + 1, true, ["x", "y"]), http2Error.enhanceYourCalm],
  [
    "empty CONTINUATIONs",
    () => frame(frameType.continuation, 0, 1),
    http2Error.enhanceYourCalm,
    () => frame(frameType.headers, 0, 1, headerBlock(requestList)),
  ],
  [
    "full CONTINUATIONs",
    () => frame(frameType.continuation, 0, 1, Buffer.alloc(16_000, 0x88)),
    http2Error.enhanceYourCalm,
    () => frame(frameType.headers, 0, 1, headerBlock(requestList)),
  ],
  ["SETTINGS", () => settings(4, 70_000), http2Error.enhanceYourCalm],
  ["PINGs", () => frame(frameType.ping, 0, 0, Buffer.alloc(8)), http2Error.enhanceYourCalm],
  ["WINDOW_UPDATEs", () => frame(frameType.windowUpdate, 0, 0, u32(1)), http2Error.enhanceYourCalm],
  ["PRIORITYs", (round) => frame(frameType.priority, 0, 2 * round + 1, Buffer.alloc(5)), http2Error.enhanceYourCalm],
  ["frames of unknown types", () => frame(0x77, 0, 0, Buffer.alloc(10)), http2Error.enhanceYourCalm],
  ["empty DATA", () => frame(frameType.data, 0, 1), http2Error.enhanceYourCalm, () => headers(1, false)],
  [
    "DATA of padding alone",
    () => frame(frameType.data, 0x8, 1, Buffer.from([3, 0, 0, 0])),
    http2Error.enhanceYourCalm,
    () => headers(1, false),
  ],
];

for (const [name, bytes, code, before] of floods) {
  test(`a flood of ${name} ends its connection, and nobody else notices`, async () => {
    await using echo = await echoServer();
    const good = await goodClient(echo.port);
    const memoryBefore = memory();
    let most = 0;
    for (let attacker = 0; attacker < 3; attacker++) {
      await using client = await RawClient.connect(echo.port);
      if (before) client.write(before());
      for (let round = 0; round < 100_000 && !client.closed; round += 200) {
        await client.push(Buffer.concat(Array.from({ length: 200 }, (_, i) => bytes(round + i))));
        most = Math.max(most, memory() - memoryBefore);
        // The end shows only after a turn of the event loop.
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal(await client.goawayCode(), code);
      await client.untilClosed();
    }
    assert.ok(most < memoryBytes, `${most} bytes more`);
    assert.ok((await good.stop()) > 0);
    await until("the streams are gone", () => echo.server.activeCalls === 0);
  });
}

test("a peer that answers every message with WINDOW_UPDATEs, late and all at once, is no attacker", async () => {
  await using echo = await echoServer({
    handler(stream) {
      stream.respond([":status", "200"], false);
      for (let i = 0; i < 5000; i++) stream.write(Buffer.alloc(10));
      return { onHead() {}, onData() {}, onEnd() {}, onReset() {} };
    },
  });
  await using client = await RawClient.connect(echo.port);
  client.write(headers(1, false));
  await client.find(() => client.frames.filter(({ type }) => type === frameType.data).length === 5000);
  const update = [frame(frameType.windowUpdate, 0, 0, u32(10)), frame(frameType.windowUpdate, 0, 1, u32(10))];
  client.write(...Array.from({ length: 5000 }, () => update).flat());
  client.write(frame(frameType.ping, 0, 0, u32(1, 2)));
  assert.ok(await client.find(({ type, flags }) => type === frameType.ping && flags === 1), "it was answered");
});

test("a table entry that is named thousands of times is a list too large, refused with 431", async () => {
  await using echo = await echoServer();
  const good = await goodClient(echo.port);
  await using client = await RawClient.connect(echo.port);
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  const big = [...requestList, "x-bomb", "b".repeat(3900)];
  let streamId = 1;
  for (let i = 0; i < 2; i++, streamId += 2) {
    const length = encoder.encode(big);
    client.write(frame(frameType.headers, 0x5, streamId, Buffer.from(encoder.bytes.subarray(0, length))));
  }
  const memoryBefore = memory();
  for (let i = 0; i < 50; i++, streamId += 2) {
    await client.push(frame(frameType.headers, 0x5, streamId, Buffer.alloc(16_000, 0x80 | 62)));
  }
  const last = streamId - 2;
  const answer = await client.find((each) => each.type === frameType.headers && each.streamId === last);
  assert.deepEqual(answer?.list, [":status", "431"]);
  assert.ok(memory() - memoryBefore < memoryBytes);
  assert.ok((await good.stop()) > 0);
});

test("a string that grows when it is unpacked is refused before it is kept", async () => {
  await using echo = await echoServer();
  const good = await goodClient(echo.port);
  await using client = await RawClient.connect(echo.port);
  const text = "0".repeat(36_000); // 22,500 bytes packed
  const packed = Buffer.alloc(huffmanBytes(text));
  encodeHuffman(text, packed, 0);
  const length = packed.length - 127;
  const head = [0x00, 0x01, 0x78, 0xff, (length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
  const block = Buffer.concat([headerBlock(requestList), Buffer.from(head), packed]);
  client.write(
    frame(frameType.headers, 0x1, 1, block.subarray(0, 16_000)),
    frame(frameType.continuation, 0x4, 1, block.subarray(16_000)),
  );
  const answer = await client.find((each) => each.type === frameType.headers && each.streamId === 1);
  assert.deepEqual(answer?.list, [":status", "431"]);
  // The table is as it should be: the connection goes on.
  client.write(headers(3, true));
  assert.ok(await client.find((each) => each.streamId === 3 && each.flags === 0x5), "it was answered");
  assert.ok((await good.stop()) > 0);
});

test("streams beyond the limit are refused, and a flood of them ends the connection", async () => {
  await using echo = await echoServer({ limits: { maxConcurrentStreams: 10 } });
  const good = await goodClient(echo.port);
  await using client = await RawClient.connect(echo.port);
  for (let i = 0; i < 11; i++) client.write(headers(2 * i + 1, false));
  assert.equal(await client.resetCode(21), http2Error.refusedStream);
  for (let i = 11; i < 2000; i++) client.write(headers(2 * i + 1, false));
  assert.equal(await client.goawayCode(), http2Error.enhanceYourCalm);
  assert.ok((await good.stop()) > 0);
});

test("a peer that grants no window holds one answer each, until it is given up", async () => {
  const clock = new TestClock();
  await using echo = await echoServer({ clock, limits: { stallTimeoutMs: 5000, quietMs: 1e9 } });
  await using client = await RawClient.connect(echo.port, false);
  client.write(clientPreface, settings(4, 0), settingsAck);
  client.write(headers(1, true, [...requestList.slice(0, 5), "/big/1000000", ...requestList.slice(6)]));
  await client.find((each) => each.type === frameType.headers && each.streamId === 1);
  const good = await goodClient(echo.port);
  await until("it waits", () => echo.server.inspect().some(({ unsentBytes }) => unsentBytes === 1_000_000));
  for (let i = 0; i < 8; i++) await clock.advance(1000);
  assert.equal(await client.resetCode(1), http2Error.cancel);
  assert.ok(echo.server.inspect().every(({ unsentBytes }) => unsentBytes < 1000));
  assert.ok((await good.stop()) > 0);
});

test("a peer that reads nothing is not listened to, costs little, and loses its connection in the end", async () => {
  const clock = new TestClock();
  await using echo = await echoServer({ clock, limits: { stallTimeoutMs: 20_000, quietMs: 1e9 } });
  const good = await goodClient(echo.port);
  await using client = await RawClient.connect(echo.port);
  await client.find((each) => each.type === frameType.settings);
  client.socket.pause();
  const memoryBefore = memory();
  let streamId = 1;
  const turns = async (count: number) => {
    for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const port = String(client.socket.localPort);
  const bytesRead = () => echo.server.inspect().find(({ peer }) => peer.endsWith(port))?.bytesIn;
  // Each request is answered at once; at some point nobody takes more requests from it.
  let stuck = false;
  for (let i = 0; i < 20_000 && !stuck; i++) {
    client.write(...Array.from({ length: 100 }, (_, k) => headers(streamId + 2 * k, true)));
    streamId += 200;
    await turns(1);
    if (client.socket.writableLength < 1024 * 1024) continue;
    const before = bytesRead();
    await turns(100);
    stuck = bytesRead() === before;
  }
  assert.ok(stuck, "the server took everything");
  assert.ok(memory() - memoryBefore < memoryBytes, `${memory() - memoryBefore} bytes`);
  const goodCalls = await good.stop();
  assert.ok(goodCalls > 0);
  for (let i = 0; i < 30; i++) await clock.advance(1000);
  client.socket.resume();
  await client.untilClosed();
});

const silent: [name: string, bytes: Buffer, code: number | undefined][] = [
  ["says nothing at all", Buffer.alloc(0), undefined],
  ["sends half of the preface", clientPreface.subarray(0, 12), http2Error.settingsTimeout],
  ["sends no SETTINGS", clientPreface, http2Error.settingsTimeout],
  ["does not acknowledge SETTINGS", Buffer.concat([clientPreface, settings()]), http2Error.settingsTimeout],
  [
    "begins a header block and stops",
    Buffer.concat([clientPreface, settings(), settingsAck, frame(frameType.headers, 0, 1, headerBlock(requestList))]),
    http2Error.enhanceYourCalm,
  ],
  [
    "stops in the middle of a frame",
    Buffer.concat([clientPreface, settings(), Buffer.from([0, 0])]),
    http2Error.settingsTimeout,
  ],
];
for (const [name, bytes, code] of silent) {
  test(`a peer that ${name} loses its connection after 10 s`, async () => {
    const clock = new TestClock();
    await using echo = await echoServer({ clock });
    await using client = await RawClient.connect(echo.port, false);
    client.write(bytes);
    await until("it is connected", () => echo.server.connections === 1);
    // What was written has been read when this one has been answered, which was written after it.
    await exchangeOnce(echo.port);
    for (let i = 0; i < 9; i++) await clock.advance(1000);
    assert.equal(client.closed, false);
    for (let i = 0; i < 4; i++) await clock.advance(1000);
    assert.equal(await client.goawayCode(), code);
    for (let i = 0; i < 3; i++) await clock.advance(1000);
    await client.untilClosed();
  });
}

async function exchangeOnce(port: number): Promise<void> {
  const session = await open(port);
  await exchange(session, Buffer.from("x"));
  await session.close();
}

test("a peer that is gone without a word is found by a PING, one that answers stays", async () => {
  const clock = new TestClock();
  await using echo = await echoServer({ clock, limits: { quietMs: 20_000 } });
  await using gone = await RawClient.connect(echo.port);
  const there = await open(echo.port);
  await gone.find((each) => each.type === frameType.settings);
  for (let i = 0; i < 70; i++) {
    await clock.advance(1000);
  }
  assert.ok(gone.frames.some(({ type, flags }) => type === frameType.ping && flags === 0));
  assert.equal(await gone.goawayCode(), http2Error.noError);
  assert.equal((await exchange(there, Buffer.from("still there"))).body.toString(), "still there");
  await there.close();
});

test("an idle connection is told to go in two steps, and no call is lost by it", async () => {
  const clock = new TestClock();
  await using echo = await echoServer({ clock, limits: { idleMs: 60_000, quietMs: 1e9 } });
  await using client = await RawClient.connect(echo.port);
  await client.find((each) => each.type === frameType.settings && each.flags === 1);
  for (let i = 0; i < 61; i++) await clock.advance(1000);
  const first = await client.find(({ type }) => type === frameType.goaway);
  assert.equal(first?.payload.readUInt32BE(0), 2 ** 31 - 1);
  client.write(headers(1, true));
  assert.ok(await client.find((each) => each.streamId === 1 && each.flags === 0x5), "it was answered");
  for (let i = 0; i < 2; i++) await clock.advance(1000);
  await client.untilClosed();
  assert.deepEqual(
    client.frames.filter(({ type }) => type === frameType.goaway).map(({ payload }) => payload.readUInt32BE(0)),
    [2 ** 31 - 1, 1],
  );
});
