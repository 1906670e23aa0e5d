import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { frameMessage, MessageAssembler } from "./frame.ts";

const messages = [new Uint8Array([1, 2, 3]), new Uint8Array(), new Uint8Array(300).fill(7)];
const stream = Buffer.concat(messages.map(frameMessage));

function assemble(chunks: Iterable<Uint8Array>, maxMessageBytes = 1000) {
  const found: Uint8Array[] = [];
  const assembler = new MessageAssembler(maxMessageBytes, (message) => found.push(Uint8Array.from(message)));
  for (const chunk of chunks) assembler.push(chunk);
  return { found, complete: assembler.complete };
}

test("messages come out whole in one chunk, byte by byte, and cut at every offset", () => {
  assert.deepEqual(assemble([stream]), { found: messages, complete: true });
  assert.deepEqual(assemble([...stream].map((byte) => Uint8Array.of(byte))), { found: messages, complete: true });
  for (let at = 0; at <= stream.length; at++) {
    assert.deepEqual(assemble([stream.subarray(0, at), stream.subarray(at)]), { found: messages, complete: true });
  }
});

test("a stream that ends inside a message or a prefix is not complete", () => {
  for (const length of [1, 4, 5, 7]) assert.equal(assemble([stream.subarray(0, length)]).complete, false);
});

test("a length beyond the limit is refused before the message comes", () => {
  const prefix = Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff);
  assert.throws(
    () => assemble([prefix]),
    (error) => RpcError.is(error) && error.code === "RESOURCE_EXHAUSTED" && /4294967295 bytes/.test(error.message),
  );
});

test("compressed messages and unknown flags are refused", () => {
  assert.throws(
    () => assemble([Uint8Array.of(1, 0, 0, 0, 0)]),
    (error) => RpcError.is(error) && error.reason === "unsupported",
  );
  assert.throws(
    () => assemble([Uint8Array.of(2, 0, 0, 0, 0)]),
    (error) => RpcError.is(error) && error.reason === "bad-message",
  );
});
