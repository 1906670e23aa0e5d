import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

function soak(...args: readonly string[]) {
  const command = ["--conditions=kubbo-source", "scripts/soak.ts", ...args];
  return spawnSync(process.execPath, command, { encoding: "utf8", timeout: 60_000 });
}

test("a short soak says what it did", () => {
  const { status, stdout, stderr } = soak("hessian2", "--seed", "7", "--count", "50");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^50 messages, \d+ bytes, decoded \d+ of 100 times, at most \d+ MiB$/m);
});

test("a soak that nobody knows, and a number that is none, are refused", () => {
  assert.equal(soak("hessian3").status, 2);
  assert.match(soak("hessian2", "--count", "many").stderr, /--count many: expected a whole number/);
});
