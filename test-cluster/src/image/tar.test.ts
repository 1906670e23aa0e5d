import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type TarEntry, tarOf } from "./tar.ts";

async function bytesOf(entries: Iterable<TarEntry>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarOf(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const file = (path: string, content: string, mode = 0o644): TarEntry => ({
  t: "file",
  path,
  mode,
  content: Buffer.from(content),
});

const skip = process.platform !== "linux" && "the tar of other systems lists in other words";

test("GNU tar lists what was written, with missing parents, modes, owners and links", { skip }, async () => {
  const archive = await bytesOf([
    file("usr/local/bin/node", "binary", 0o755),
    { t: "link", path: "usr/bin/node", mode: 0o777, target: "../local/bin/node" },
    { t: "directory", path: "home/node", mode: 0o755, owner: 1000 },
    { t: "directory", path: "tmp", mode: 0o1777 },
  ]);
  const listed = execFileSync("tar", ["--list", "--verbose", "--numeric-owner", "--utc"], {
    input: archive,
  }).toString();
  assert.deepEqual(
    listed
      .trim()
      .split("\n")
      .map((line) => line.replace(/\s+/g, " ")),
    [
      "drwxr-xr-x 0/0 0 1970-01-01 00:00 home/",
      "drwxr-xr-x 1000/1000 0 1970-01-01 00:00 home/node/",
      "drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/",
      "drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/",
      "drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/bin/",
      "lrwxrwxrwx 0/0 0 1970-01-01 00:00 usr/bin/node -> ../local/bin/node",
      "drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/local/",
      "drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/local/bin/",
      "-rwxr-xr-x 0/0 6 1970-01-01 00:00 usr/local/bin/node",
    ],
  );
});

for (const length of [99, 100, 101, 255, 300]) {
  test(`a path of ${length} bytes and a link target of as many come back whole`, async () => {
    const path = `d/${"x".repeat(length - 2)}`;
    const target = "y".repeat(length);
    const archive = await bytesOf([file(path, "content"), { t: "link", path: "link", mode: 0o777, target }]);
    const listed = execFileSync("tar", ["--list", "--verbose"], { input: archive }).toString();
    assert.ok(listed.includes(` ${path}\n`), listed);
    assert.ok(listed.includes(` link -> ${target}\n`), listed);
    assert.equal(execFileSync("tar", ["--extract", "--to-stdout", path], { input: archive }).toString(), "content");
  });
}

for (const bytes of [0, 1, 511, 512, 513]) {
  test(`a file of ${bytes} bytes is padded to whole blocks`, async () => {
    const archive = await bytesOf([file("f", "a".repeat(bytes))]);
    assert.equal(archive.length % 512, 0);
    assert.equal(execFileSync("tar", ["--extract", "--to-stdout", "f"], { input: archive }).length, bytes);
  });
}

test("the same entries in another order give the same bytes", async () => {
  const entries = [file("b/c", "1"), file("a", "2"), file("b-", "3")];
  assert.deepEqual(await bytesOf(entries), await bytesOf([...entries].reverse()));
});

test("two entries of one path, absolute paths and paths upwards are refused", async () => {
  await assert.rejects(bytesOf([file("a", ""), file("a", "")]), /two entries/);
  await assert.rejects(bytesOf([file("/a", "")]), /absolute/);
  await assert.rejects(bytesOf([file("a/../../b", "")]), /upwards/);
});

test("a file that changed its size since it was looked at is an error, not a broken archive", async () => {
  const directory = mkdtempSync(join(tmpdir(), "kubbo-tar-"));
  try {
    const from = join(directory, "f");
    writeFileSync(from, "12345");
    const entry = (bytes: number): TarEntry => ({ t: "file", path: "f", mode: 0o644, content: { from, bytes } });
    assert.ok((await bytesOf([entry(5)])).includes("12345"));
    await assert.rejects(bytesOf([entry(4)]), /changed while it was read/);
    await assert.rejects(bytesOf([entry(6)]), /changed while it was read/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
