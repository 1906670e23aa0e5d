import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../model/rpc-error.ts";
import type { Session, SessionEvents } from "../model/session.ts";
import { TestClock } from "../testing/test-clock.ts";
import { Connection } from "./connection.ts";

interface Opening {
  readonly events: SessionEvents;
  readonly signal: AbortSignal;
  succeed(): ReturnType<typeof fakeSession>;
  fail(): void;
}

function fakeSession() {
  const log: string[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const session: Session = {
    call: () => Promise.reject(new Error("not called here")),
    active: 1,
    close: () => {
      log.push("close");
      return finished;
    },
    destroy: () => {
      log.push("destroy");
      finish();
    },
  };
  return { session, log, finish };
}

function setUp() {
  const clock = new TestClock();
  const openings: Opening[] = [];
  const states: string[] = [];
  const connection: Connection = new Connection({
    clock,
    random: () => 0.5,
    backoff: { initialMs: 100, maxMs: 1000, factor: 2, jitter: 0 },
    connectTimeoutMs: 3000,
    onChange: () => states.push(connection.state.t),
    open: (signal, events) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(RpcError.from(signal.reason)));
        openings.push({
          events,
          signal,
          succeed() {
            const fake = fakeSession();
            resolve(fake.session);
            return fake;
          },
          fail: () => reject(new RpcError("UNAVAILABLE", "connect-failed", "refused", { unprocessed: true })),
        });
      }),
  });
  const opening = (index: number) => {
    const found = openings[index];
    assert.ok(found, `there was no attempt ${index + 1}`);
    return found;
  };
  return { clock, connection, state: () => connection.state.t, states, openings, opening };
}

test("a connection that is refused tries again after a growing delay, and remembers why", async () => {
  const { clock, connection, states, opening, openings } = setUp();
  connection.open();
  opening(0).fail();
  await clock.advance(99);
  assert.equal(openings.length, 1);
  assert.match(connection.lastError?.message ?? "", /refused/);
  await clock.advance(1);
  opening(1).fail();
  await clock.advance(199);
  assert.equal(openings.length, 2);
  await clock.advance(1);
  const { session } = opening(2).succeed();
  await clock.advance(0);
  assert.equal(connection.session, session);
  assert.equal(connection.lastError, undefined);
  assert.deepEqual(states, ["connecting", "backoff", "connecting", "backoff", "connecting", "ready"]);
});

test("an attempt that takes too long is given up", async () => {
  const { clock, connection, state, opening } = setUp();
  connection.open();
  await clock.advance(3000);
  assert.ok(opening(0).signal.aborted);
  assert.equal(state(), "backoff");
});

test("a session that is told to go away finishes its calls beside the new one", async () => {
  const { clock, connection, state, opening } = setUp();
  connection.open();
  const first = opening(0).succeed();
  await clock.advance(5000);
  opening(0).events.onDraining("GOAWAY");
  assert.equal(state(), "connecting");
  assert.equal(connection.session, undefined);
  assert.deepEqual(first.log, ["close"]);
  const second = opening(1).succeed();
  await clock.advance(0);
  assert.equal(connection.session, second.session);
  assert.equal(connection.active, 2);
  first.finish();
  await clock.advance(0);
  assert.equal(connection.active, 1);
});

test("events of a session that was replaced change nothing", async () => {
  const { clock, connection, opening } = setUp();
  connection.open();
  opening(0).succeed();
  await clock.advance(5000);
  opening(0).events.onDraining("GOAWAY");
  const { session } = opening(1).succeed();
  await clock.advance(0);
  opening(0).events.onClosed(undefined);
  assert.equal(connection.session, session);
});

test("a session that ends before it was taken over counts as a failed attempt", async () => {
  const { clock, connection, state, opening } = setUp();
  connection.open();
  const { events } = opening(0);
  const { log } = opening(0).succeed();
  events.onClosed(new RpcError("UNAVAILABLE", "connection-lost", "gone"));
  await clock.advance(0);
  assert.equal(state(), "backoff");
  assert.deepEqual(log, ["destroy"]);
});

test("a released connection drains and can be opened again; a closed one cannot", async () => {
  const { clock, connection, state, opening, openings } = setUp();
  connection.open();
  const first = opening(0).succeed();
  await clock.advance(5000);
  connection.release();
  assert.equal(state(), "idle");
  assert.deepEqual(first.log, ["close"]);
  connection.open();
  opening(1).succeed();
  await clock.advance(0);
  assert.equal(state(), "ready");
  first.finish();
  const closing = connection.close();
  assert.equal(state(), "closed");
  connection.open();
  assert.equal(openings.length, 2);
  connection.destroy(new RpcError("CANCELLED", "closed", "now"));
  await closing;
  await connection.close();
  assert.equal(clock.pending, 0);
});

test("an attempt that nobody wants any more is ended, and its session is not kept", async () => {
  const { clock, connection, state, opening } = setUp();
  connection.open();
  connection.release();
  assert.ok(opening(0).signal.aborted);
  await clock.advance(0);
  assert.equal(state(), "idle");
  assert.equal(clock.pending, 0);
});

test("a session that is closed before close() returns is replaced once", async () => {
  const { connection, states, openings, opening } = setUp();
  connection.open();
  const { session } = opening(0).succeed();
  await Promise.resolve();
  session.close = () => {
    opening(0).events.onClosed(undefined);
    return Promise.resolve();
  };
  opening(0).events.onDraining("GOAWAY");
  assert.deepEqual(states, ["connecting", "ready", "backoff"]);
  await connection.close();
  assert.equal(connection.state.t, "closed");
  assert.deepEqual(states.slice(3), ["closed"]);
  assert.equal(openings.length, 1);
});
