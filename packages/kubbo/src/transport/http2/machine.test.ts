import assert from "node:assert/strict";
import { test } from "node:test";
import { echoHandler } from "../../../test/http2-echo.ts";
import { MachinePair, type PairOptions } from "../../../test/machine-pair.ts";
import { requestList } from "../../../test/raw-http2.ts";
import type { RpcError } from "../../model/rpc-error.ts";
import type { HeaderList, HttpRequestHandler, HttpStream, HttpStreamEvents } from "./session.ts";

/** A call and what it was told, as lines. */
interface Told {
  readonly stream: HttpStream;
  readonly lines: string[];
  error: RpcError | undefined;
}

function call(pair: MachinePair, body: Uint8Array | undefined, list: HeaderList = requestList): Told {
  const lines: string[] = [];
  const told: { stream: HttpStream; lines: string[]; error: RpcError | undefined } = {
    lines,
    error: undefined,
    stream: pair.client.request(list, body === undefined, {
      onHead: (head) => void lines.push(`head ${head[1]}`),
      onData: (chunk) => void lines.push(`data ${chunk.length}`),
      onEnd: (trailers) => void lines.push(`end ${trailers.join(" ")}`.trim()),
      onReset(error) {
        told.error = error;
        lines.push(`reset ${error.reason}${error.unprocessed ? " unprocessed" : ""}`);
      },
    }),
  };
  if (body !== undefined) told.stream.end(body);
  return told;
}

function pairOf(options: Partial<PairOptions> = {}): MachinePair {
  const pair = new MachinePair({ handler: echoHandler, ...options });
  pair.settle();
  return pair;
}

const quiet: HttpStreamEvents = { onHead() {}, onData() {}, onEnd() {}, onReset() {} };
const later = () => new Promise((resolve) => setImmediate(resolve));

test("a call is its head, its body and its trailers", () => {
  const pair = pairOf();
  const told = call(pair, Buffer.from("hello"));
  pair.settle();
  assert.deepEqual(told.lines, ["head 200", "data 5", "end x-body 5"]);
});

test("a unary call leaves in one piece, and its answer too", () => {
  const pair = pairOf();
  call(pair, Buffer.from("hello"));
  assert.equal(pair.client.take().length, 1);
});

test("a body of many megabytes passes, and the windows grow for it", () => {
  const pair = pairOf();
  const before = pair.server.inspect().receiveWindow;
  const told = call(pair, Buffer.alloc(30_000_000));
  pair.settle();
  assert.equal(told.lines.at(-1), "end x-body 30000000");
  assert.ok(pair.server.inspect().receiveWindow > before);
});

test("when the stream ids are used up, running calls finish and new ones go elsewhere", async () => {
  const pair = pairOf({ firstStreamId: 2 ** 31 - 3 });
  const [first, second] = [call(pair, Buffer.from("a")), call(pair, Buffer.from("b"))];
  const third = call(pair, Buffer.from("c"));
  await later();
  assert.deepEqual(third.lines, ["reset connection-draining unprocessed"]);
  assert.equal(pair.clientHost.draining.length, 1);
  pair.settle();
  assert.equal(first.lines.at(-1), "end x-body 1");
  assert.equal(second.lines.at(-1), "end x-body 1");
  assert.deepEqual(pair.clientHost.ended, { error: undefined });
});

test("a call is unprocessed if the connection goes before its bytes left, and not after", () => {
  const pair = pairOf();
  const sent = call(pair, Buffer.from("a"));
  pair.send(pair.client);
  const unsent = call(pair, Buffer.from("b"));
  pair.lose();
  assert.deepEqual(sent.lines, ["reset connection-lost"]);
  assert.deepEqual(unsent.lines, ["reset connection-lost unprocessed"]);
});

test("a server that goes away serves what was on its way, refuses what comes later, and says that it did not begin", async () => {
  const streams: HttpStream[] = [];
  const handler: HttpRequestHandler = (stream) => {
    streams.push(stream);
    return quiet;
  };
  const pair = pairOf({ handler });
  const running = call(pair, undefined);
  pair.settle();
  pair.server.announce(1e9);
  const onItsWay = call(pair, undefined);
  pair.send(pair.client);
  pair.settle();
  assert.equal(streams.length, 2);
  const late = call(pair, undefined);
  await later();
  assert.deepEqual(late.lines, ["reset connection-draining unprocessed"]);
  pair.server.end();
  for (const stream of streams) stream.respond([":status", "204"], true);
  pair.settle();
  for (const told of [running, onItsWay]) assert.deepEqual(told.lines, ["head 204", "end"]);
  assert.deepEqual(pair.serverHost.ended, { error: undefined });
});

test("what crosses the last GOAWAY is unprocessed", () => {
  const pair = pairOf({ handler: () => quiet });
  const early = call(pair, undefined);
  pair.settle();
  pair.server.end();
  const crossing = call(pair, undefined);
  pair.send(pair.client);
  pair.settle();
  assert.deepEqual(crossing.lines, ["reset connection-draining unprocessed"]);
  assert.deepEqual(early.lines, []);
});

test("calls wait for a free place in order, and no more than there is room for", async () => {
  const pair = pairOf({ limits: { maxConcurrentStreams: 2, maxWaitingRequests: 3 } });
  const calls = Array.from({ length: 6 }, (_, i) => call(pair, Buffer.from(String(i))));
  await later();
  assert.deepEqual(
    calls.map(({ lines }) => lines[0]),
    [undefined, undefined, undefined, undefined, undefined, "reset overload unprocessed"],
  );
  calls[3]?.stream.reset(8);
  pair.settle();
  assert.deepEqual(
    calls.map(({ lines }) => lines.at(-1)),
    ["end x-body 1", "end x-body 1", "end x-body 1", undefined, "end x-body 1", "reset overload unprocessed"],
  );
});

test("a head beyond what the server takes is not sent; one that may not travel is refused", async () => {
  const pair = pairOf();
  const long = call(pair, undefined, [...requestList, "x-long", "l".repeat(40_000)]);
  const broken = call(pair, undefined, [...requestList, "x-broken", "a\r\nb: c"]);
  await later();
  assert.deepEqual(long.lines, ["reset limit unprocessed"]);
  assert.deepEqual(broken.lines, ["reset bad-argument"]);
  assert.equal(pair.client.take().length, 0);
});

test("an answer that comes before the request is complete ends the call, and the request with it", () => {
  let reset: RpcError | undefined;
  const pair = pairOf({
    handler(stream) {
      stream.respond([":status", "413"], true);
      return { ...quiet, onReset: (error) => (reset = error) };
    },
  });
  const told = call(pair, Buffer.alloc(10_000_000));
  pair.settle();
  assert.deepEqual(told.lines, ["head 413", "end"]);
  assert.equal(reset?.facts["http2Code"], 8);
  assert.equal(pair.server.activeStreams, 0);
  assert.equal(pair.client.inspect().unsentBytes, 0);
});

const answers: [name: string, answer: (stream: HttpStream) => void, lines: string[]][] = [
  [
    "a body shorter than its content-length is a reset",
    (stream) => {
      stream.respond([":status", "200", "content-length", "5"], false);
      stream.end(Buffer.from("four"));
    },
    ["head 200", "data 4", "reset connection-lost"],
  ],
  [
    "a body longer than its content-length is a reset",
    (stream) => {
      stream.respond([":status", "200", "content-length", "3"], false);
      stream.end(Buffer.from("four"));
    },
    ["head 200", "reset connection-lost"],
  ],
  ["a response without a status is a reset", (stream) => stream.respond(["x", "y"], true), ["reset connection-lost"]],
];
for (const [name, answer, lines] of answers) {
  test(name, () => {
    const pair = pairOf({
      handler: (stream) => ({ ...quiet, onEnd: () => answer(stream) }),
    });
    const told = call(pair, undefined);
    pair.settle();
    assert.deepEqual(told.lines, lines);
  });
}

test("a paused stream is told nothing and fills its window only; the others go on", () => {
  const pair = pairOf({ limits: { streamWindowBytes: 10_000, maxStreamWindowBytes: 10_000 } });
  const list = [...requestList.slice(0, 5), "/big/50000", ...requestList.slice(6)];
  const paused = call(pair, undefined, list);
  paused.stream.pause();
  const other = call(pair, undefined, list);
  pair.settle();
  assert.deepEqual(paused.lines, ["head 200"]);
  assert.equal(other.lines.at(-1), "end x-body 50000");
  paused.stream.resume();
  pair.settle();
  assert.equal(paused.lines.at(-1), "end x-body 50000");
});

test("a program that writes more than there is room for is told to wait, and when to go on", () => {
  let drained = 0;
  const pair = pairOf({ limits: { streamWindowBytes: 1000 } });
  const stream = pair.client.request(requestList, false, { ...quiet, onDrain: () => drained++ });
  assert.equal(stream.write(Buffer.alloc(100)), true);
  assert.equal(stream.write(Buffer.alloc(200_000)), false);
  assert.equal(drained, 0);
  pair.settle();
  assert.equal(drained, 1);
});

test("an event that throws ends its connection and is not swallowed", () => {
  const pair = pairOf({
    handler() {
      throw new Error("a bug of the program");
    },
  });
  call(pair, undefined);
  pair.send(pair.client);
  assert.throws(() => pair.arrive(pair.server, 1e6), /a bug of the program/);
  assert.equal(pair.server.ended, true);
});
