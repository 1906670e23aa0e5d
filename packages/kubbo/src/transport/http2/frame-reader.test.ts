import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, u32 } from "../../../test/raw-http2.ts";
import { frameType } from "./frame.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";

/** Writes down what it is told, one line each; pieces of a body are joined. */
class Transcript implements FrameSink {
  readonly lines: string[] = [];
  readonly ended = false;
  #body = "";

  onFrameHead(type: number, flags: number, streamId: number, length: number): void {
    this.lines.push(`head ${type} ${flags} ${streamId} ${length}`);
  }

  onFrame(type: number, _flags: number, _streamId: number, bytes: Buffer, start: number, end: number): void {
    this.lines.push(`frame ${type} ${bytes.toString("hex", start, end)}`);
  }

  onData(bytes: Buffer, start: number, end: number): void {
    assert.ok(end > start, "an empty piece");
    this.#body += bytes.toString("hex", start, end);
  }

  onDataEnd(): void {
    this.lines.push(`data ${this.#body}`);
    this.#body = "";
  }
}

const rows: [name: string, bytes: Buffer, lines: string[]][] = [
  ["an empty SETTINGS", frame(frameType.settings, 0, 0), ["head 4 0 0 0", "frame 4 "]],
  ["a PING", frame(frameType.ping, 1, 0, u32(1, 2)), ["head 6 1 0 8", "frame 6 0000000100000002"]],
  ["DATA", frame(frameType.data, 1, 3, Buffer.from("abcdef", "hex")), ["head 0 1 3 3", "data abcdef"]],
  ["empty DATA", frame(frameType.data, 1, 3), ["head 0 1 3 0", "data "]],
  ["padded DATA", frame(frameType.data, 8, 3, Buffer.from("02abcd0000", "hex")), ["head 0 8 3 5", "data abcd"]],
  ["padding alone", frame(frameType.data, 8, 3, Buffer.from("020000", "hex")), ["head 0 8 3 3", "data "]],
  ["no padding after all", frame(frameType.data, 8, 3, Buffer.from("00ab", "hex")), ["head 0 8 3 2", "data ab"]],
  ["an unknown type", frame(0x20, 0, 0, u32(7)), ["head 32 0 0 4"]],
  ["an empty unknown type", frame(0x20, 0, 0), ["head 32 0 0 0"]],
  ["a reserved bit", frame(frameType.ping, 0, 0x80000001, u32(0, 0)), ["head 6 0 1 8", "frame 6 0000000000000000"]],
];

function read(bytes: Buffer, pieces: number): readonly string[] {
  const transcript = new Transcript();
  const reader = new FrameReader(transcript);
  for (let at = 0; at < bytes.length; at += pieces) reader.push(bytes.subarray(at, at + pieces));
  assert.equal(reader.inFrame, false);
  return transcript.lines;
}

for (const [name, bytes, lines] of rows) {
  test(`${name} is read in one piece and byte by byte`, () => {
    assert.deepEqual(read(bytes, bytes.length), lines);
    assert.deepEqual(read(bytes, 1), lines);
  });
}

test("frames that follow one another are read whatever the pieces", () => {
  const all = Buffer.concat(rows.map(([, bytes]) => bytes));
  const lines = rows.flatMap(([, , each]) => each);
  for (let pieces = 1; pieces <= all.length; pieces++) assert.deepEqual(read(all, pieces), lines, `${pieces}`);
});

test("padding that is longer than the frame is refused", () => {
  for (const hex of ["05ab", "02"]) {
    assert.throws(() => read(frame(frameType.data, 8, 3, Buffer.from(hex, "hex")), 100), { http2Code: 1 });
  }
  assert.throws(() => read(frame(frameType.data, 8, 3), 100), { http2Code: 6 });
});
