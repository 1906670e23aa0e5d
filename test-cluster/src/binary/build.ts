import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm, statfs, symlink } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../host/command.ts";
import { seconds } from "../host/deadline.ts";
import { ClusterError } from "../host/error.ts";
import { commandInGroup, withGroup } from "../host/group.ts";
import { takeLock } from "../host/lock.ts";
import { findProgram } from "../host/program.ts";
import type { Progress } from "../host/progress.ts";
import { type Binaries, type Bundle, cacheDirectory, cacheKey, locateBinaries, missingBundles } from "./bundle.ts";

export interface BuildOptions {
  /** Directory that holds `bin/` and `tmp/`. */
  readonly cache: string;
  /** Parent of the control group in which the Go tools run. */
  readonly cgroup: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const buildTimeoutMs = 40 * 60_000;

/** Measured: 6.7 GB of Go build cache at the end. The modules themselves, 0.8 GB, go to Go's own cache. */
const neededBytes = 8e9;

/** Builds what the cache does not have. One process on the machine builds into one cache at a time. */
export async function ensureBinaries(options: BuildOptions): Promise<Binaries> {
  const { cache, progress, signal } = options;
  if (missingBundles(cache).length > 0) {
    await using _lock = await takeLock(buildLock(cache), {
      purpose: "building Kubernetes",
      timeoutMs: buildTimeoutMs,
      onWait: (holder) => progress.line(`waiting for another build into ${cache} (${holder})`),
      signal,
    });
    const missing = missingBundles(cache);
    if (missing.length > 0) await build(missing, options);
  }
  return locateBinaries(cache);
}

const buildLock = (cache: string) => `build/${createHash("sha256").update(cache).digest("hex").slice(0, 16)}`;

/** Deletes what builds left that were killed, unless one is going on. */
export async function removeStaleBuilds(cache: string): Promise<void> {
  try {
    await using _lock = await takeLock(buildLock(cache), { purpose: "tidying up", timeoutMs: 0, onWait: () => {} });
    await rm(join(cache, "tmp"), { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error; // held: what is there is in use
  }
}

async function build(missing: readonly Bundle[], { cache, cgroup, progress, signal }: BuildOptions): Promise<void> {
  const started = performance.now();
  progress.line(
    `building ${missing.map((bundle) => bundle.name).join(", ")} from Go modules into ${cache}; ` +
      "once per version, about 12 minutes on two processors",
  );
  // The lock is ours, so whatever is there belongs to nobody.
  await rm(join(cache, "tmp"), { recursive: true, force: true });
  await mkdir(join(cache, "tmp"), { recursive: true });
  await mkdir(join(cache, "bin"), { recursive: true });
  await checkDiskSpace(cache);
  const temporary = await mkdtemp(join(cache, "tmp", "build-"));
  try {
    await withGroup(cgroup, "build", async (group) => {
      for (const bundle of missing) await buildBundle(bundle, { cache, temporary, group, progress, signal });
    });
  } finally {
    // The Go build cache is useless now. Go makes directories read-only only in the module cache, which stays.
    await rm(temporary, { recursive: true, force: true });
  }
  const names = await readdir(join(cache, "bin"));
  progress.line(`built in ${seconds(performance.now() - started)}; the cache has ${names.length} bundles`);
}

async function checkDiskSpace(cache: string): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new ClusterError(
    `building Kubernetes needs ${gigabytes(neededBytes)} GB of disk for a while, and ${cache} has ${gigabytes(free)} GB. ` +
      "Make room, or set XDG_CACHE_HOME to a directory on a larger disk",
    { exitCode: 2 },
  );
}

interface BundleBuild {
  readonly cache: string;
  readonly temporary: string;
  readonly group: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

async function buildBundle(bundle: Bundle, { cache, temporary, group, progress, signal }: BundleBuild): Promise<void> {
  const go = findProgram("go");
  if (!go) throw new ClusterError("there is no go in the PATH", { exitCode: 2 });
  const output = join(temporary, cacheKey(bundle));
  const work = join(temporary, "work");
  await mkdir(work, { recursive: true });
  await mkdir(output);

  const goTool = (args: readonly string[], onLine: (line: string) => void) => {
    const [program, ...rest] = commandInGroup(group, ["nice", "-n", "10", go, ...args]);
    return run(program, rest, {
      cwd: bundle.folder,
      signal,
      timeoutMs: buildTimeoutMs,
      env: {
        GOCACHE: join(temporary, "gocache"),
        GOTMPDIR: work,
        GOFLAGS: "-mod=readonly",
        GOWORK: "off",
        CGO_ENABLED: "0",
      },
      onOutput: (text) => text.split("\n").forEach((line) => void (line && onLine(line))),
    });
  };

  const packages = await progress.step(`${bundle.name}: fetching modules`, async (detail) => {
    let modules = 0;
    const { stdout } = await goTool(["list", "-deps", "."], (line) => {
      if (line.startsWith("go: downloading")) detail(`${++modules} modules, ${line.slice("go: downloading ".length)}`);
    });
    return stdout.trim().split("\n").length;
  });

  await progress.step(`${bundle.name}: compiling`, async (detail) => {
    let compiled = 0;
    const binary = join(output, bundle.name);
    await goTool(
      ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", bundle.ldflags, "-o", binary, "."],
      (line) => {
        detail(`${Math.min(++compiled, packages)} of at most ${packages} packages, ${line}`);
      },
    );
  });
  for (const program of bundle.programs) {
    if (program !== bundle.name) await symlink(bundle.name, join(output, program));
  }
  // The final name appears with everything in it, or not at all.
  await rename(output, cacheDirectory(cache, bundle));
}
