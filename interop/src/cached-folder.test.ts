import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cachedFolder, cacheRoot } from "./cached-folder.ts";

async function newCache() {
  const root = await mkdtemp(join(tmpdir(), "kubbo-cache-"));
  const lines: string[] = [];
  return {
    options: { root, version: "v1", timeoutMs: 10_000, log: (line: string) => lines.push(line) },
    lines,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

test("two callers at once build a folder once, and the second says that it waits", async () => {
  await using cache = await newCache();
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let builds = 0;
  const first = cachedFolder(cache.options, async (folder) => {
    builds++;
    await writeFile(join(folder, "made"), "1");
    started.resolve();
    await release.promise;
  });
  await started.promise;
  const second = cachedFolder(
    {
      ...cache.options,
      log: (line) => {
        cache.lines.push(line);
        release.resolve();
      },
    },
    async () => {
      builds++;
    },
  );
  assert.equal(await first, await second);
  assert.equal(builds, 1);
  assert.match(cache.lines[0] ?? "", /waiting for another process/);
  assert.equal(await readFile(join(await first, "made"), "utf8"), "1");
});

test("a build that fails leaves nothing behind, and the next one starts anew", async () => {
  await using cache = await newCache();
  await assert.rejects(
    cachedFolder(cache.options, async (folder) => {
      await writeFile(join(folder, "half"), "");
      throw new Error("no");
    }),
    /no/,
  );
  assert.deepEqual(await readdir(cache.options.root), []);
  const folder = await cachedFolder(cache.options, async () => {});
  assert.deepEqual(await readdir(folder), []);
});

test("the lock of a process that died is taken over", async () => {
  await using cache = await newCache();
  const lock = join(cache.options.root, "v1.lock");
  await mkdir(lock);
  // Above every pid_max of Linux.
  await writeFile(join(lock, "pid"), "5000000");
  await cachedFolder(cache.options, async () => {});
  assert.deepEqual(await readdir(cache.options.root), ["v1"]);
});

test("the lock of a living process is waited for no longer than told", async () => {
  await using cache = await newCache();
  const lock = join(cache.options.root, "v1.lock");
  await mkdir(lock);
  await writeFile(join(lock, "pid"), String(process.pid));
  await assert.rejects(
    cachedFolder({ ...cache.options, timeoutMs: 1 }, async () => {}),
    /another process has been building .*v1\.lock/,
  );
});

test("the cache is in XDG_CACHE_HOME, else in the home folder", () => {
  assert.equal(cacheRoot({ XDG_CACHE_HOME: "/c" }), "/c/kubbo");
  assert.match(cacheRoot({}), /\.cache\/kubbo$/);
});
