import assert from "node:assert/strict";
import { test } from "node:test";
import { type PeerEvent, PeerProcess, parseEvent } from "./peer-process.ts";

function start(script: string, onEvent?: (event: PeerEvent) => void): PeerProcess {
  return new PeerProcess({
    command: process.execPath,
    args: ["-e", script],
    env: process.env,
    ...(onEvent ? { onEvent } : {}),
  });
}

for (const [line, event] of [
  ['{"event":"ready","port":1}', { event: "ready", port: 1 }],
  ['{"event":5}', undefined],
  ['{"port":1}', undefined],
  ["{broken", undefined],
  ["[1]", undefined],
  ["INFO started", undefined],
] as const) {
  test(`${line} is ${event ? "an event" : "not an event"}`, () => {
    assert.deepEqual(parseEvent(line), event);
  });
}

test("events past and to come are found, and what is not an event is passed over", async () => {
  const seen: string[] = [];
  await using peer = start(
    `console.log('noise'); console.log('{"event":"a"}'); setTimeout(() => console.log('{"event":"b"}'), 20)`,
    (event) => seen.push(event.event),
  );
  await peer.waitFor("a", 10_000);
  await peer.waitFor("b", 10_000);
  assert.equal((await peer.waitFor("a", 10_000)).event, "a");
  assert.deepEqual(seen.slice(0, 2), ["a", "b"]);
});

test("a peer that ends too early is told with its exit code and stderr", async () => {
  await using peer = start(`console.error('no port'); process.exitCode = 4`);
  await assert.rejects(peer.waitFor("ready", 10_000), /code 4\) without "ready":\nno port/);
  assert.deepEqual(await peer.exited, { code: 4, signal: null });
});

test("a peer that says nothing is waited for no longer than told", async () => {
  await using peer = start("setInterval(() => {}, 1000)");
  await assert.rejects(peer.waitFor("ready", 1), /did not print "ready" within 1 ms/);
});

test("a program that cannot be started is told as such", async () => {
  await using peer = new PeerProcess({ command: "no-such-program", args: [], env: process.env });
  await assert.rejects(peer.waitFor("ready", 10_000), /cannot start no-such-program/);
});

test("a peer that ignores SIGTERM is killed after the time given", async () => {
  await using peer = start(
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('{"event":"up"}')`,
  );
  await peer.waitFor("up", 10_000);
  assert.deepEqual(await peer.stop(50), { code: null, signal: "SIGKILL" });
});
