import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the demo plays to its end, and every call is answered", async (t) => {
  const program = spawn(
    process.execPath,
    ["--conditions=kubbo-source", fileURLToPath(new URL("main.ts", import.meta.url))],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(() => program.kill("SIGKILL"));
  let output = "";
  program.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const startedAt = performance.now();
  const [code] = await once(program, "exit");
  assert.equal(code, 0, output);
  assert.match(output, /All \d+ calls were answered\./);
  for (const act of ["start", "scale up", "rolling update", "kill -9", "API server down", "API server up"]) {
    assert.match(
      output,
      new RegExp(`^${act} .*\\d+ +0 +`, "m"),
      `the summary has no act "${act}" without failures:\n${output}`,
    );
  }
  t.diagnostic(`${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
});
