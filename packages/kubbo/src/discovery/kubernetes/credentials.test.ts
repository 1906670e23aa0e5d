import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TestClock } from "../../testing/test-clock.ts";
import { tokenFile } from "./credentials.ts";

test("a token file is read again when it is a minute old, or when its token was refused", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kubbo-token-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "token");
  const clock = new TestClock();
  const credentials = tokenFile(file, clock);
  await assert.rejects(credentials.token(), /ENOENT/);
  writeFileSync(file, "one\n");
  assert.equal(await credentials.token(), "one");
  writeFileSync(file, "two\n");
  await clock.advance(59_999);
  assert.equal(await credentials.token(), "one");
  await clock.advance(1);
  assert.equal(await credentials.token(), "two");
  writeFileSync(file, "three\n");
  credentials.invalidate();
  assert.equal(await credentials.token(), "three");
});
