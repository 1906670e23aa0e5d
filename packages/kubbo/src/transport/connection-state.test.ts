import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from "./connection-state.ts";

const nowMs = 10_000;
const delayMs = (failures: number) => failures * 100;
const young: ConnectionState = { t: "ready", sinceMs: nowMs - 10 };
const old: ConnectionState = { t: "ready", sinceMs: nowMs - 60_000 };
const waiting: ConnectionState = { t: "backoff", failures: 2, untilMs: nowMs };

const rows: [from: ConnectionState, event: ConnectionEvent, to: ConnectionState][] = [
  [{ t: "idle" }, "open", { t: "connecting", failures: 0 }],
  [{ t: "idle" }, "lost", { t: "idle" }],
  [{ t: "connecting", failures: 0 }, "opened", { t: "ready", sinceMs: nowMs }],
  [{ t: "connecting", failures: 0 }, "failed", { t: "backoff", failures: 1, untilMs: nowMs + 100 }],
  [{ t: "connecting", failures: 3 }, "failed", { t: "backoff", failures: 4, untilMs: nowMs + 400 }],
  [{ t: "connecting", failures: 0 }, "open", { t: "connecting", failures: 0 }],
  [waiting, "due", { t: "connecting", failures: 2 }],
  [waiting, "open", waiting],
  [old, "lost", { t: "connecting", failures: 0 }],
  [old, "drained", { t: "connecting", failures: 0 }],
  [young, "lost", { t: "backoff", failures: 1, untilMs: nowMs + 100 }],
  [young, "drained", { t: "backoff", failures: 1, untilMs: nowMs + 100 }],
  [old, "open", old],
  [old, "release", { t: "idle" }],
  [waiting, "release", { t: "idle" }],
  [{ t: "connecting", failures: 0 }, "release", { t: "idle" }],
  [old, "close", { t: "closed" }],
  [{ t: "closed" }, "open", { t: "closed" }],
  [{ t: "closed" }, "release", { t: "closed" }],
];

for (const [from, event, to] of rows) {
  test(`a connection that is ${from.t} becomes ${to.t} on ${event}`, () => {
    assert.deepEqual(nextConnectionState(from, event, nowMs, delayMs), to);
  });
}
