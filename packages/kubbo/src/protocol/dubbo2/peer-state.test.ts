import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPeerState, type PeerEvent, type PeerState } from "./peer-state.ts";

const rows: [from: PeerState, event: PeerEvent, to: PeerState][] = [
  ["greeting", "greeted", "open"],
  ["greeting", "readonly", "greeting"],
  ["greeting", "close", "closing"],
  ["open", "readonly", "readonly"],
  ["open", "greeted", "open"],
  ["open", "idle", "open"],
  ["open", "close", "closing"],
  ["readonly", "readonly", "readonly"],
  ["readonly", "writeable", "open"],
  ["readonly", "idle", "readonly"],
  ["readonly", "close", "closing"],
  ["closing", "writeable", "closing"],
  ["closing", "idle", "ended"],
  ["ended", "close", "ended"],
  ["ended", "greeted", "ended"],
];

for (const [from, event, to] of rows) {
  test(`a connection that is ${from} is ${to} after ${event}`, () => {
    assert.equal(nextPeerState(from, event), to);
  });
}

test("a connection that is lost stays so, whatever it was", () => {
  for (const state of ["greeting", "open", "readonly", "closing", "ended", "lost"] as const) {
    assert.equal(nextPeerState(state, "lost"), "lost");
    assert.equal(nextPeerState(nextPeerState(state, "lost"), "writeable"), "lost");
  }
});
