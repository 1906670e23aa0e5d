import assert from "node:assert/strict";
import { RpcError } from "../src/model/rpc-error.ts";
import type { HeaderList, HttpStream, HttpStreamEvents } from "../src/transport/http2/session.ts";
import { seededRandom } from "../src/util/random.ts";
import { MachinePair } from "./machine-pair.ts";

/** What must have happened to a call when all is over. */
interface Call {
  readonly id: number;
  readonly stream: HttpStream;
  requestBytes: number;
  requestEnded: boolean;
  /** We reset it: nothing more may be told. */
  given: boolean;
  headCame: boolean;
  bytesCame: number;
  end: "none" | "ended" | "reset";
}

/** The server's side of a call. */
interface Handling {
  readonly id: number;
  readonly stream: HttpStream;
  bytesCame: number;
  ended: boolean;
  responded: boolean;
  bytesSent: number;
  done: boolean;
  reset: boolean;
}

/** Byte n of a body with this id: so that bytes that are lost, doubled or swapped are seen. */
const byteAt = (id: number, n: number) => (id * 31 + n) & 0xff;

function body(id: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = byteAt(id, from + i);
  return bytes;
}

function check(id: number, from: number, chunk: Uint8Array): void {
  for (let i = 0; i < chunk.length; i++) {
    assert.equal(chunk[i], byteAt(id, from + i), `byte ${from + i} of call ${id}`);
  }
}

/**
 * Random calls over two machines and a network that splits, delays and cuts, beside a model that knows what must come
 * out. All chance comes from the seed.
 *
 * Checked at every step: bytes come in order and whole, events in their order and none after the last. At the end, when
 * all that may happen has happened: every call has settled, nothing is open or unsent, and the windows are what they
 * would be if nothing had ever been sent.
 */
export async function runModel(seed: number, steps: number): Promise<{ calls: number; cut: boolean }> {
  const random = seededRandom(seed);
  const below = (most: number) => Math.floor(random() * most);
  const calls: Call[] = [];
  const handlings: Handling[] = [];
  const pair = new MachinePair({
    limits: {
      maxConcurrentStreams: 1 + below(20),
      streamWindowBytes: 1 + below(70_000),
      maxStreamWindowBytes: 200_000,
      connectionWindowBytes: 65_535 + below(100_000),
      maxConnectionWindowBytes: 300_000,
      quietMs: Number.POSITIVE_INFINITY,
      idleMs: Number.POSITIVE_INFINITY,
      stallTimeoutMs: Number.POSITIVE_INFINITY,
    },
    handler(stream, list): HttpStreamEvents {
      const id = Number(list[7]);
      const handling: Handling = {
        id,
        stream,
        bytesCame: 0,
        ended: false,
        responded: false,
        bytesSent: 0,
        done: false,
        reset: false,
      };
      handlings.push(handling);
      return {
        onHead() {},
        onData(chunk) {
          assert.ok(!handling.ended && !handling.reset, "data after the end");
          check(id, handling.bytesCame, chunk);
          handling.bytesCame += chunk.length;
        },
        onEnd() {
          assert.ok(!handling.ended && !handling.reset, "a second end");
          handling.ended = true;
          const call = calls[id];
          assert.ok(call?.requestEnded && call.requestBytes === handling.bytesCame, "a request is not whole");
        },
        onReset() {
          assert.ok(!handling.reset, "a second reset");
          handling.reset = true;
        },
      };
    },
  });
  const { client, server } = pair;

  pair.settle(random);

  const begin = () => {
    const id = calls.length;
    const end = random() < 0.2;
    const list: HeaderList = [
      ...[":method", "POST", ":scheme", "http", ":path", "/", ":authority", String(id)],
      ...(random() < 0.2 ? ["x-long", "x".repeat(below(20_000))] : []),
      ...(random() < 0.3 ? ["grpc-timeout", `${below(1000)}m`] : []),
    ];
    const events: HttpStreamEvents = {
      onHead() {
        assert.ok(!call.headCame && call.end === "none" && !call.given, "a head out of order");
        call.headCame = true;
      },
      onData(chunk) {
        assert.ok(call.headCame && call.end === "none" && !call.given, "data out of order");
        check(id, call.bytesCame, chunk);
        call.bytesCame += chunk.length;
      },
      onEnd(trailers) {
        assert.ok(call.headCame && call.end === "none" && !call.given, "an end out of order");
        call.end = "ended";
        assert.deepEqual(trailers, ["x-bytes", String(call.bytesCame)], "an answer is not whole");
      },
      onReset() {
        assert.ok(call.end === "none" && !call.given, "a reset out of order");
        call.end = "reset";
      },
    };
    const stream = client.request(list, end, events);
    const call: Call = {
      id,
      stream,
      requestBytes: 0,
      requestEnded: end,
      given: false,
      headCame: false,
      bytesCame: 0,
      end: "none",
    };
    calls.push(call);
  };
  const some = <T>(list: readonly T[]): T | undefined => list[Math.max(0, list.length - 1 - below(30))];
  const size = () => (random() < 0.1 ? below(100_000) : below(2000));

  const answer = (handling: Handling, end: boolean) => {
    if (handling.done || handling.reset) return;
    if (!handling.responded) {
      handling.responded = true;
      handling.stream.respond([":status", "200"], false);
    }
    const length = size();
    const chunk = body(handling.id, handling.bytesSent, length);
    handling.bytesSent += length;
    if (end) {
      handling.done = true;
      handling.stream.end(chunk, ["x-bytes", String(handling.bytesSent)]);
    } else {
      handling.stream.write(chunk);
    }
  };
  const say = (call: Call, end: boolean) => {
    if (call.requestEnded || call.given) return;
    const length = size();
    const chunk = body(call.id, call.requestBytes, length);
    call.requestBytes += length;
    call.requestEnded = end;
    if (end) call.stream.end(chunk);
    else call.stream.write(chunk);
  };

  for (let step = 0; step < steps; step++) {
    await undefined; // what is told later is told now
    const call = some(calls);
    const handling = some(handlings);
    const choice = below(1000);
    if (choice < 80) begin();
    else if (choice < 200) call && say(call, false);
    else if (choice < 280) call && say(call, true);
    else if (choice < 340) handling && answer(handling, false);
    else if (choice < 430) handling && answer(handling, true);
    else if (choice < 440 && call && call.end === "none") {
      call.given = true;
      call.stream.reset(8);
    } else if (choice < 445 && handling && !handling.done && !handling.reset) {
      handling.done = true;
      handling.reset = true;
      handling.stream.reset(2);
    } else if (choice < 460) call?.stream.pause();
    else if (choice < 480) call?.stream.resume();
    else if (choice < 490) handling?.stream.pause();
    else if (choice < 510) handling?.stream.resume();
    else if (choice < 620) pair.send(client);
    else if (choice < 730) pair.send(server);
    else if (choice < 850) pair.arrive(server, 1 + below(random() < 0.5 ? 20 : 50_000));
    else if (choice < 980) pair.arrive(client, 1 + below(random() < 0.5 ? 20 : 50_000));
    else if (choice < 985) client.setFull(random() < 0.5);
    else if (choice < 990) server.setFull(random() < 0.5);
    else if (choice < 998) pair.tick(below(3000));
    else if (choice === 998 && random() < 0.2) server.announce(1000);
    else if (choice === 999 && random() < 0.2) {
      pair.lose();
      break;
    }
  }

  if (!pair.cut) {
    client.setFull(false);
    server.setFull(false);
    // Everybody takes and says what is left.
    for (let round = 0; round < 1000; round++) {
      for (const call of calls) {
        call.stream.resume();
        if (call.end === "none") say(call, true);
      }
      pair.settle(random);
      for (const handling of handlings) {
        handling.stream.resume();
        answer(handling, true);
      }
      pair.settle(random);
      pair.tick(500);
      await undefined;
      if (client.activeStreams === 0 && server.activeStreams === 0 && client.inspect().waiting === 0) break;
    }
  }
  // What came before the cut can still be taken.
  for (const call of calls) call.stream.resume();
  await undefined;
  for (const call of calls) assert.ok(call.given || call.end !== "none", `call ${call.id} has not settled`);
  assert.equal(client.activeStreams + server.activeStreams, 0, "streams are left");
  assert.equal(client.inspect().waiting, 0);
  if (!pair.cut && !client.ended && !server.ended) {
    pair.settle();
    assert.equal(client.inspect().unsentBytes + server.inspect().unsentBytes, 0);
    assert.equal(client.inspect().sendWindow, server.inspect().receiveWindow, "the windows differ");
    assert.equal(server.inspect().sendWindow, client.inspect().receiveWindow, "the windows differ");
  }
  if (!pair.cut) {
    const fault = pair.clientHost.ended?.error ?? pair.serverHost.ended?.error;
    if (fault) throw RpcError.from(fault);
  }
  return { calls: calls.length, cut: pair.cut };
}
