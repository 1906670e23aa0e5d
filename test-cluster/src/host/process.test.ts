import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { identityFromStat, isAlive, killProcess, processOf, startedAt } from "./process.ts";

const skip = process.platform !== "linux" && "/proc is Linux' own";

test("a stat line is read by position after the name, whatever is in the name", () => {
  const rest = `S 1 ${Array.from({ length: 17 }, (_, i) => i).join(" ")} 4711 0 0`;
  assert.deepEqual(identityFromStat(`12 (a) b) c) ${rest}`), { pid: 12, startTicks: 4711, state: "S" });
  assert.equal(identityFromStat("12 (cut) S 1"), undefined);
  assert.equal(identityFromStat(""), undefined);
});

test("this process is alive, and another start time under its number is not it", { skip }, () => {
  const self = processOf(process.pid);
  assert.ok(self && isAlive(self));
  assert.equal(isAlive({ ...self, startTicks: self.startTicks - 1 }), false);
  assert.ok(Math.abs((startedAt(self) ?? 0) - (Date.now() - process.uptime() * 1000)) < 5000);
});

test("a signal reaches the process that was meant, and no other of its number", { skip }, async () => {
  const child = spawn("sleep", ["60"]);
  const identity = processOf(child.pid ?? 0);
  assert.ok(identity);
  killProcess({ ...identity, startTicks: identity.startTicks + 1 }, "SIGKILL");
  assert.ok(isAlive(identity));
  const ended = once(child, "exit");
  killProcess(identity, "SIGKILL");
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  assert.equal(isAlive(identity), false);
});
