import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { test } from "node:test";
import { ByteWriter } from "../wire/byte-writer.ts";
import { WriteBatch } from "./write-batch.ts";

test("what is written in one turn arrives whole and in order, messages of one writer as one piece", async () => {
  const received: Buffer[] = [];
  const server = createServer((socket) => socket.on("data", (chunk) => received.push(chunk)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  const pieces: number[] = [];
  const write = socket.write.bind(socket);
  socket.write = (part: Uint8Array | string) => {
    pieces.push(part.length);
    return write(part);
  };
  const batch = new WriteBatch(socket);
  const out = new ByteWriter();
  const message = (text: string) => {
    out.bytes(Buffer.from(text));
    return out.take();
  };
  batch.write(message("one "));
  batch.write(message("two "));
  batch.write(Buffer.from("elsewhere "));
  batch.write(message("three "));
  assert.equal(batch.bytes, 24);
  assert.deepEqual(pieces, []);
  await new Promise(setImmediate);
  assert.equal(batch.bytes, 0);
  assert.deepEqual(pieces, [8, 10, 6]);
  batch.write(message("four"));
  batch.flush();
  assert.deepEqual(pieces, [8, 10, 6, 4]);
  socket.end();
  await once(socket, "close");
  assert.equal(Buffer.concat(received).toString(), "one two elsewhere three four");
  server.close();
});
