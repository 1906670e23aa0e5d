// A folder that is built once per machine: in the user's cache, by one process at a time, complete or not there at all.

import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "./java-tools.ts";

export type Log = (line: string) => void;

export interface CachedFolderOptions {
  /** Folder of all versions of this thing. */
  readonly root: string;
  /** Name of this version: a hash of what it is made from. */
  readonly version: string;
  /** How long to wait for another process that builds it. */
  readonly timeoutMs: number;
  readonly log: Log;
}

const pollMs = 200;
/** A lock without a process id in it is of a process that has just made it, or that died in that moment. */
const emptyLockMs = 10_000;

export function cacheRoot(env: Environment): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubbo");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isStale(lock: string): Promise<boolean> {
  const pid = Number(await readFile(join(lock, "pid"), "utf8").catch(() => ""));
  if (pid > 0) return !isAlive(pid);
  const made = await stat(lock).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > emptyLockMs;
}

/** True when this process has it now. */
async function tryLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
  await writeFile(join(lock, "pid"), String(process.pid));
  return true;
}

/** The path of the folder; `build` fills an empty one if this version is not there yet. */
export async function cachedFolder(
  { root, version, timeoutMs, log }: CachedFolderOptions,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const target = join(root, version);
  if (await exists(target)) return target;
  await mkdir(root, { recursive: true });

  const lock = `${target}.lock`;
  const until = Date.now() + timeoutMs;
  for (let told = false; !(await tryLock(lock)); ) {
    if (await isStale(lock)) {
      await rm(lock, { recursive: true, force: true });
      continue;
    }
    if (Date.now() > until) throw new Error(`another process has been building ${target} for ${timeoutMs} ms: ${lock}`);
    if (!told) log(`waiting for another process that builds ${target}`);
    told = true;
    await delay(pollMs);
  }
  const unfinished = `${target}.building-${process.pid}`;
  try {
    if (await exists(target)) return target;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await build(unfinished);
    await rename(unfinished, target);
    return target;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(lock, { recursive: true, force: true });
  }
}
