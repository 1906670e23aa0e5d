import { existsSync, readdirSync, readFileSync, readlinkSync, rmdirSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode } from "../host/error.ts";
import { takeLock } from "../host/lock.ts";
import { parseMountinfo } from "../host/mount.ts";
import { allPids } from "../host/process.ts";
import { readRecordAt } from "./record.ts";

// The nodes mount their private directories on directories of the machine, which must be there, empty or not. Those
// that were not there are made, and removed by the last instance that needs them.

/**
 * Runs `work` while no other instance makes or removes directories of the machine. The kernel would take a mount away
 * from an instance that is just starting if the directory under it were removed.
 */
export async function withMachineDirectories<T>(work: () => Promise<T>): Promise<T> {
  await using _lock = await takeLock("machine-directories", {
    purpose: "directories of the machine",
    timeoutMs: 60_000,
    onWait: () => {},
  });
  return await work();
}

/**
 * The directories, and parents of theirs, that have to be removed when the cluster has gone: those that are not there,
 * and those that another instance has made. Parents first.
 */
export async function directoriesToRemove(
  directories: readonly string[],
  stateRoot: string,
): Promise<readonly string[]> {
  const others = await readdir(stateRoot).catch(() => []);
  const records = await Promise.all(others.map((name) => readRecordAt(join(stateRoot, name)).catch(() => undefined)));
  const made = new Set(records.flatMap((record) => record?.madeDirectories ?? []));
  const found = new Set<string>();
  const look = (path: string) => {
    if (found.has(path) || (existsSync(path) && !made.has(path))) return;
    look(dirname(path));
    found.add(path);
  };
  for (const path of directories) look(path);
  return [...found];
}

export async function makeDirectories(directories: readonly string[]): Promise<void> {
  for (const path of directories) await mkdir(path, { recursive: true });
}

/** Removes those that are empty and that nobody has mounted anything on. */
export function removeDirectories(directories: readonly string[]): void {
  const inUse = mountPointsOfAll();
  for (const path of [...directories].reverse()) if (!inUse.has(path)) removeIfEmpty(path);
}

export function removeIfEmpty(path: string): void {
  try {
    if (readdirSync(path).length === 0) rmdirSync(path);
  } catch (error) {
    // EBUSY: something is mounted there.
    if (!hasCode(error, "ENOENT", "ENOTEMPTY", "EBUSY")) throw error;
  }
}

/** Every path that is a mount point in the mount namespace of any process. */
function mountPointsOfAll(): ReadonlySet<string> {
  const namespaces = new Set<string>();
  const points = new Set<string>();
  for (const pid of allPids()) {
    try {
      const namespace = readlinkSync(`/proc/${pid}/ns/mnt`);
      if (namespaces.has(namespace)) continue;
      for (const { path } of parseMountinfo(readFileSync(`/proc/${pid}/mountinfo`, "utf8"))) points.add(path);
      namespaces.add(namespace);
    } catch {
      // The process ended between the looks, and its namespace with it or seen through another.
    }
  }
  return points;
}
