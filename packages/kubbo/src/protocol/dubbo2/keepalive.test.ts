import assert from "node:assert/strict";
import { test } from "node:test";
import { clientTimes, Keepalive, serverTimes } from "./keepalive.ts";

test("an idle peer is asked after a minute, once, and is lost if it says nothing", () => {
  const keepalive = new Keepalive(clientTimes, 0);
  assert.equal(keepalive.check(59_999, false), "nothing");
  assert.equal(keepalive.check(60_000, false), "ask");
  assert.equal(keepalive.check(69_999, false), "nothing");
  assert.equal(keepalive.check(70_000, false), "lost");
});

test("anything that comes is a sign of life", () => {
  const keepalive = new Keepalive(clientTimes, 0);
  assert.equal(keepalive.check(60_000, false), "ask");
  keepalive.heard(65_000);
  assert.equal(keepalive.check(70_000, false), "nothing");
  assert.equal(keepalive.check(125_000, false), "ask");
});

test("while calls run a silent peer is asked sooner", () => {
  const keepalive = new Keepalive(clientTimes, 0);
  assert.equal(keepalive.check(19_999, true), "nothing");
  assert.equal(keepalive.check(20_000, true), "ask");
  assert.equal(keepalive.check(30_000, true), "lost");
});

test("a call without an answer is a reason to ask at once, but only if nothing came since it was sent", () => {
  const keepalive = new Keepalive(clientTimes, 0);
  keepalive.heard(100);
  keepalive.doubt(50);
  assert.equal(keepalive.check(1000, true), "nothing");
  keepalive.doubt(200);
  assert.equal(keepalive.check(1000, true), "ask");
  assert.equal(keepalive.check(3999, true), "nothing");
  assert.equal(keepalive.check(4000, true), "lost");
});

test("a server asks a consumer that should have asked by itself, and gives it three heartbeats in all", () => {
  const keepalive = new Keepalive(serverTimes, 0);
  assert.equal(keepalive.check(89_999, false), "nothing");
  assert.equal(keepalive.check(90_000, false), "ask");
  assert.equal(keepalive.check(179_999, true), "nothing");
  assert.equal(keepalive.check(180_000, true), "lost");
});
