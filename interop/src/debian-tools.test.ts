import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findOrInstall, withoutServices } from "./debian-tools.ts";
import { runCommand } from "./run-command.ts";

function policyFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kubbo-policy-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "policy-rc.d");
}

async function answerOf(file: string): Promise<number> {
  const { code } = await runCommand("sh", [file, "nginx", "start"], { timeoutMs: 10_000 });
  return code;
}

test("a program that is there is found, whoever asks", async () => {
  assert.match(await findOrInstall({ name: "sh", package: "dash" }, false), /\/sh$/);
});

test("a program that is missing and cannot be installed is an error that says what to install", async () => {
  await assert.rejects(findOrInstall({ name: "kubbo-no-such-program", package: "some-package" }, false), {
    name: "MissingProgram",
    message: /kubbo-no-such-program[\s\S]*apt-get install some-package/,
  });
});

test("no service starts while a package is installed, and after it they may", async (t) => {
  const file = policyFile(t);
  const text = await withoutServices(async () => {
    assert.equal(await answerOf(file), 101);
    return readFileSync(file, "utf8");
  }, file);
  assert.ok(!existsSync(file));
  // Left behind by a process that was killed: no process has such an id (the largest is 2 ** 22).
  writeFileSync(file, text.replace(String(process.pid), "99999999"));
  assert.equal(await answerOf(file), 0);
});

test("a policy that the machine has stays", async (t) => {
  const file = policyFile(t);
  writeFileSync(file, "exit 101\n");
  await withoutServices(async () => {}, file);
  assert.equal(readFileSync(file, "utf8"), "exit 101\n");
});
