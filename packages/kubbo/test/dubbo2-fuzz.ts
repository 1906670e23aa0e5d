import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { RpcError } from "kubbo";
import { Admission } from "../src/model/admission.ts";
import type { Attempt } from "../src/model/call.ts";
import type { Method } from "../src/model/contract.ts";
import { type Frame, Framer, flags } from "../src/protocol/dubbo2/frame.ts";
import { Requester } from "../src/protocol/dubbo2/requester.ts";
import { Responder } from "../src/protocol/dubbo2/responder.ts";
import { Registry } from "../src/server/registry.ts";
import type { Link } from "../src/transport/link.ts";
import type { Clock } from "../src/util/clock.ts";
import { type Random, seededRandom } from "../src/util/random.ts";
import { Greeter } from "./greeter.ts";
import { answerBytes, requestBytes, textBytes } from "./raw-dubbo2.ts";
import { Torture } from "./torture-service.ts";

// Mutated streams of frames against both state machines: nothing but a clear error may come of them, and every call
// settles.

const { frames: vectors } = JSON.parse(
  readFileSync(new URL("../vectors/dubbo2-frames.json", import.meta.url), "utf8"),
) as { readonly frames: readonly { readonly hex: string }[] };

const greeting = Buffer.from("dabb22140000000000000001000000014e", "hex");

/** What mutations begin with: recorded frames of Java, and our own for the service that is there. */
const seeds: readonly Buffer[] = [
  ...vectors.map(({ hex }) => Buffer.from(hex, "hex")),
  requestBytes(Torture, "text", ["hello"]),
  requestBytes(Torture, "bytes", [10]),
  requestBytes(Torture, "note", ["n"], { twoWay: false }),
  ...[2, 3, 4].flatMap((low) => [
    textBytes({ high: 0, low }, "an answer"),
    answerBytes({ high: 0, low }),
    answerBytes({ high: 0, low }, Uint8Array.of(1, 0x61), 70),
  ]),
];

class Chance {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const mutations: readonly ((bytes: Buffer, chance: Chance) => Buffer)[] = [
  (bytes) => bytes,
  // A bit in another state.
  (bytes, chance) => {
    const at = chance.below(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << chance.below(8));
    return bytes;
  },
  // A byte of any value, behind the magic.
  (bytes, chance) => {
    bytes[2 + chance.below(bytes.length - 2)] = chance.below(256);
    return bytes;
  },
  // Another length.
  (bytes, chance) => {
    bytes.writeUInt32BE(chance.one([0, 1, 16, 1000, 70_000, 600_000, 0x7fffffff, 0xffffffff]), 12);
    return bytes;
  },
  // Cut off.
  (bytes, chance) => bytes.subarray(0, 1 + chance.below(bytes.length)),
  // Something put in.
  (bytes, chance) => {
    const at = chance.below(bytes.length);
    const some = Buffer.from(Array.from({ length: 1 + chance.below(8) }, () => chance.below(256)));
    return Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at)]);
  },
  // The body of another frame, with its own length.
  (bytes, chance) => {
    const other = chance.one(seeds).subarray(16);
    const frame = Buffer.concat([bytes.subarray(0, 16), other]);
    frame.writeUInt32BE(other.length, 12);
    return frame;
  },
];

/** A stream of one to six frames, some of them spoilt. */
function mutatedStream(chance: Chance): Buffer {
  const frames = Array.from({ length: 1 + chance.below(6) }, () =>
    chance.one(mutations)(Buffer.from(chance.one(seeds)), chance),
  );
  return Buffer.concat(frames);
}

/** The same bytes in pieces. */
function* pieces(bytes: Buffer, chance: Chance): Generator<Buffer> {
  const whole = chance.below(2) === 0;
  for (let at = 0; at < bytes.length; ) {
    const length = whole ? bytes.length : 1 + chance.below(40);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** A clock that stands, and counts the timers that were left behind. */
function stoppedClock(): Clock & { readonly pending: number } {
  let pending = 0;
  return {
    now: () => 1_000_000,
    setTimer() {
      pending++;
      let cancelled = false;
      return {
        cancel() {
          if (!cancelled) pending--;
          cancelled = true;
        },
      };
    },
    get pending() {
      return pending;
    },
  };
}

const maxBytes = 64 * 1024;

/** A link that takes what is written apart again: only whole, right frames may be written. */
function checkedLink() {
  const frames: Frame[] = [];
  const deferred: (() => void)[] = [];
  const framer = new Framer(1 << 20, (frame) => frames.push(frame));
  const link: Link = {
    write: (bytes) => framer.push(bytes),
    end() {},
    destroy() {},
    buffered: 0,
    pause() {},
    resume() {},
    defer: (run) => void deferred.push(run),
  };
  return { link, frames, deferred };
}

const registry = new Registry([]);
const provided = {
  text: (text: string) => text,
  bytes: (length: number) => new Uint8Array(Math.min(Math.max(length, 0), 1000)),
  sleep: () => "slept",
  note: () => undefined,
};
registry.add({ interface: Torture.interface }, Torture, provided);
const nothing = Object.fromEntries([...Greeter.methods.keys()].map((name) => [name, () => null]));
registry.add({ interface: Greeter.interface, version: "1.0.0" }, Greeter, nothing);
registry.add({ interface: Greeter.interface, version: "1.0.0", group: "g1" }, Greeter, nothing);

/** Feeds a stream; what a receiver may throw is an RpcError that says why the connection must end. */
function feed(receive: (chunk: Buffer) => void, stream: Buffer, chance: Chance): boolean {
  try {
    for (const piece of pieces(stream, chance)) receive(piece);
    return true;
  } catch (error) {
    assert.ok(RpcError.is(error) && (error.reason === "not-a-peer" || error.reason === "limit"), String(error));
    return false;
  }
}

/** Two-way requests that a framer finds in a stream, up to where it gives up: so many answers there may be. */
function countRequests(stream: Buffer): number {
  let requests = 0;
  const framer = new Framer(maxBytes, ({ flags: bits }) => {
    if ((bits & (flags.request | flags.twoWay | flags.event)) === (flags.request | flags.twoWay)) requests++;
  });
  try {
    framer.push(stream);
  } catch {
    // So far as it goes.
  }
  return requests;
}

async function fuzzResponder(stream: Buffer, chance: Chance): Promise<void> {
  const clock = stoppedClock();
  const admission = new Admission(100);
  const { link, frames, deferred } = checkedLink();
  const responder = new Responder({
    link,
    clock,
    dispatcher: registry,
    admission,
    peer: "fuzz",
    maxMessageBytes: maxBytes,
    maxBufferedBytes: 1 << 20,
  });
  const whole = feed((chunk) => responder.receive(chunk), stream, chance);
  // Handlers answer in microtasks.
  for (let i = 0; i < 12; i++) await undefined;
  for (const run of deferred.splice(0)) run();
  const answers = frames.filter(({ flags: bits }) => (bits & (flags.request | flags.event)) === 0);
  const requests = countRequests(stream);
  if (whole) {
    assert.equal(answers.length + responder.active, requests, "every two-way request is answered once");
    assert.equal(responder.active, 0, "a handler that answers at once has been answered");
  } else assert.ok(answers.length <= requests);
  responder.lost();
  assert.equal(admission.active, 0);
  assert.equal(clock.pending, 0);
}

const text = Torture.methods.get("text") as Method;
const attempt: Attempt = {
  service: { interface: Torture.interface },
  method: text,
  kind: "unary",
  message: ["x"],
  attachments: {},
  deadline: 2_000_000,
  signal: undefined,
  context: undefined,
  endpoint: undefined as never,
  attempt: 1,
};

async function fuzzRequester(stream: Buffer, chance: Chance): Promise<void> {
  const clock = stoppedClock();
  const { link } = checkedLink();
  const requester = new Requester({
    link,
    clock,
    events: { onGreeted() {}, onReadonly() {} },
    where: "fuzz",
    application: undefined,
    maxMessageBytes: maxBytes,
    maxCalls: 100,
    maxBufferedBytes: 1 << 20,
  });
  requester.greet();
  requester.receive(greeting);
  let settled = 0;
  const calls = [1, 2, 3].map(() =>
    requester.call(attempt).then(
      () => void settled++,
      (error) => {
        assert.ok(RpcError.is(error), String(error));
        settled++;
      },
    ),
  );
  feed((chunk) => requester.receive(chunk), stream, chance);
  requester.lost(new RpcError("UNAVAILABLE", "connection-lost", "the end"));
  await Promise.all(calls);
  assert.equal(settled, 3);
  assert.equal(requester.active, 0);
  assert.equal(clock.pending, 0);
}

/** Runs `count` streams against both sides. Errors: what went wrong, with the stream as hex and its number. */
export async function fuzzDubbo2(seed: number, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const chance = new Chance(seededRandom(seed + i));
    const stream = mutatedStream(chance);
    try {
      await fuzzResponder(stream, chance);
      await fuzzRequester(stream, chance);
    } catch (error) {
      throw new Error(`stream ${i} of seed ${seed}: ${stream.toString("hex")}`, { cause: error });
    }
  }
}
