import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { CommandError, run } from "./command.ts";
import { shellQuote } from "./shell.ts";

test("a command's output comes back, its input goes in", async () => {
  assert.deepEqual(await run("sh", ["-c", "cat; echo seen >&2"], { input: "given" }), {
    stdout: "given",
    stderr: "seen\n",
  });
});

test("input larger than a pipe is fed piece by piece", async () => {
  async function* chunks() {
    for (let i = 0; i < 64; i++) yield Buffer.alloc(65_536, i);
  }
  assert.equal((await run("wc", ["-c"], { input: chunks() })).stdout.trim(), `${64 * 65_536}`);
});

test("a failing command is an error with its code and what it said", async () => {
  await assert.rejects(run("sh", ["-c", "echo no >&2; exit 3"]), (error: CommandError) => {
    assert.ok(error instanceof CommandError);
    assert.equal(error.code, 3);
    assert.match(error.message, /exit code 3\nno/);
    return true;
  });
});

test("a command that ends before it has read its input is judged by its exit code", async () => {
  assert.equal(
    (await run("true", [], { input: "x".repeat(1 << 20) }).catch((e: unknown) => e)) instanceof Error,
    false,
  );
  await assert.rejects(run("false", [], { input: "x".repeat(1 << 20) }), CommandError);
});

test("a command that does not exist is named", async () => {
  await assert.rejects(run("kubbo-no-such-program", []), /kubbo-no-such-program.*cannot be run.*ENOENT/);
});

test("a command without end is killed at its time", async () => {
  await assert.rejects(run("sleep", ["60"], { timeoutMs: 50 }), /no end within 50 ms/);
});

test("a child that outlives a killed command does not keep us waiting", async () => {
  const started = performance.now();
  await assert.rejects(run("sh", ["-c", "sleep 5; true"], { timeoutMs: 50 }), /no end within/);
  assert.ok(performance.now() - started < 4000);
});

test("an aborted command rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const running = run("sleep", ["60"], { signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(running, reason);
  await assert.rejects(run("true", [], { signal: controller.signal }), reason);
});

for (const word of ["plain", "with blank", "it's", '$HOME `id` \\ "', "new\nline", ""]) {
  test(`the shell reads ${JSON.stringify(word)} as it is`, () => {
    const { stdout } = spawnSync("sh", ["-c", `printf %s ${shellQuote(word)}`], { encoding: "utf8" });
    assert.equal(stdout, word);
  });
}
