import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { eventOf, heartbeatRequest, heartbeatResponse, isEvent, readonlyEvent } from "./event.ts";
import { beginFrame, endFrame, type Frame, Framer, flags } from "./frame.ts";

const { frames: vectors } = JSON.parse(
  readFileSync(new URL("../../../vectors/dubbo2-frames.json", import.meta.url), "utf8"),
) as { readonly frames: readonly { readonly name: string; readonly hex: string }[] };

const whole = Buffer.from(vectors.map(({ hex }) => hex).join(""), "hex");

function split(chunks: Iterable<Uint8Array>, maxBodyBytes = 10_000): Frame[] {
  const found: Frame[] = [];
  const framer = new Framer(maxBodyBytes, (frame) => found.push({ ...frame, body: Uint8Array.from(frame.body) }));
  for (const chunk of chunks) framer.push(chunk);
  return found;
}

function hexOf({ flags: frameFlags, status, id, body }: Frame): string {
  const out = new ByteWriter();
  beginFrame(out, frameFlags, status, id);
  out.bytes(body);
  return Buffer.from(endFrame(out)).toString("hex");
}

test("the frames that Java sent are split and written again to the same bytes, in one chunk and byte by byte", () => {
  const expected = vectors.map(({ hex }) => hex);
  assert.deepEqual(split([whole]).map(hexOf), expected);
  assert.deepEqual(split([...whole].map((byte) => Uint8Array.of(byte))).map(hexOf), expected);
});

test("a stream may be cut at every offset", () => {
  const some = Buffer.from(
    vectors
      .slice(2, 6)
      .map(({ hex }) => hex)
      .join(""),
    "hex",
  );
  const expected = split([some]).map(hexOf);
  for (let at = 0; at <= some.length; at++) {
    assert.deepEqual(split([some.subarray(0, at), some.subarray(at)]).map(hexOf), expected);
  }
});

test("events are the bytes that Java sends", () => {
  const frameOf = (name: string) =>
    split([Buffer.from(vectors.find((each) => each.name.includes(name))?.hex ?? "", "hex")])[0] as Frame;
  const out = new ByteWriter();
  const [request, response, readonly] = [
    frameOf("heartbeat request"),
    frameOf("heartbeat response"),
    frameOf("readonly event"),
  ];
  assert.deepEqual([request, response, readonly].map(eventOf), ["heartbeat", "heartbeat", "readonly"]);
  assert.ok([request, response, readonly].every(isEvent));
  assert.equal(Buffer.from(heartbeatRequest(out, request.id)).toString("hex"), hexOf(request));
  assert.equal(Buffer.from(heartbeatResponse(out, response.id)).toString("hex"), hexOf(response));
  assert.equal(Buffer.from(readonlyEvent(out, readonly.id)).toString("hex"), hexOf(readonly));
  // dubbo-go answers a heartbeat with two nulls.
  assert.equal(eventOf({ ...response, body: Uint8Array.of(0x4e, 0x4e) }), "heartbeat");
  assert.equal(eventOf({ ...response, body: new Uint8Array() }), "unknown");
});

test("an id keeps all of its 64 bits", () => {
  const out = new ByteWriter();
  beginFrame(out, flags.request, 0, { high: 0xffffffff, low: 0x80000001 });
  assert.deepEqual(split([endFrame(out)])[0]?.id, { high: 0xffffffff, low: 0x80000001 });
});

test("a length beyond the limit is refused before the body comes", () => {
  const header = Buffer.from("dabbc2000000000000000001ffffffff", "hex");
  assert.throws(
    () => split([header]),
    (error) => RpcError.is(error) && error.reason === "limit" && /4294967295 bytes/.test(error.message),
  );
});

const strangers: [bytes: string | Buffer, guess: RegExp][] = [
  ["HTTP/1.1 400 Bad Request\r\n", /HTTP\/1/],
  ["-ERR\r\n", /a text protocol/],
  [Buffer.from("15030100020246", "hex"), /TLS/],
  [Buffer.from("000018040000000000", "hex"), /HTTP\/2/],
  [Buffer.from("da00", "hex"), /first bytes da00/],
];

for (const [bytes, guess] of strangers) {
  test(`what is not Dubbo2 is guessed at its first wrong byte: ${guess.source}`, () => {
    const stream = Buffer.from(bytes as string);
    for (const chunks of [[stream], [stream.subarray(0, 1), stream.subarray(1)]]) {
      assert.throws(
        () => split(chunks),
        (error) => RpcError.is(error) && error.reason === "not-a-peer",
      );
    }
    assert.throws(() => split([stream]), guess);
  });
}
