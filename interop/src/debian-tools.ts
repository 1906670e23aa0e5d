// Finds programs of Debian packages, and installs the packages where that is possible.

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installPackages } from "../../test-cluster/src/host/package.ts";
import { findProgram } from "../../test-cluster/src/host/program.ts";
import { createProgress } from "../../test-cluster/src/host/progress.ts";
import { cachedFolder, cacheRoot } from "./cached-folder.ts";
import { runCommand } from "./run-command.ts";

/** A program and the Debian package that brings it. */
export interface DebianProgram {
  readonly name: string;
  readonly package: string;
  /** Service that the package brings and that must not run: the tests start their own. */
  readonly service?: string;
}

export const nghttp: DebianProgram = { name: "nghttp", package: "nghttp2-client" };
export const h2load: DebianProgram = { name: "h2load", package: "nghttp2-client" };
export const nginx: DebianProgram = { name: "nginx", package: "nginx-light", service: "nginx" };

const installTimeoutMs = 900_000;

/** What Debian asks before it starts a service of a package: 101 is no. Source: invoke-rc.d(8). */
const policyFile = "/usr/sbin/policy-rc.d";

/** A machine without the program, where it cannot be installed from here; the message says what to install. */
export class MissingProgram extends Error {
  constructor({ name, package: from }: DebianProgram) {
    super(
      `The tests need ${name}, which is not on PATH. As root of a Debian or Ubuntu they install it; else install:\n` +
        `  ${from} (Debian, Ubuntu: apt-get install ${from})`,
    );
    this.name = "MissingProgram";
  }
}

/** No service starts while `work` runs. A file that is left behind because we were killed forbids nothing. */
export async function withoutServices<T>(work: () => Promise<T>, file: string = policyFile): Promise<T> {
  const text = `#!/bin/sh\n# Of the tests of kubbo. May be deleted.\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`;
  let ours = true;
  await writeFile(file, text, { flag: "wx", mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    ours = false; // the machine has a policy of its own, as containers do
  });
  try {
    return await work();
  } finally {
    if (ours) await rm(file, { force: true });
  }
}

/** Installs the package of a program, one process at a time. */
async function install(program: DebianProgram, has: () => boolean): Promise<void> {
  const root = join(cacheRoot(process.env), "debian-packages");
  const log = (line: string) => console.error(line);
  // What is kept there only says that somebody installed it; that it is missing, we have seen.
  await rm(join(root, program.package), { recursive: true, force: true });
  const options = { root, version: program.package, timeoutMs: installTimeoutMs, log };
  await cachedFolder(options, async () => {
    if (has()) return;
    const work = () => installPackages([program.package], createProgress(process.stderr));
    if (program.service === undefined) return work();
    await withoutServices(work);
    // Nor at the next start of the machine. Where there is nothing to disable, it has nothing to say.
    await runCommand("update-rc.d", [program.service, "disable"], { timeoutMs: 60_000 }).catch(() => {});
  });
}

function isRootOfDebian(): boolean {
  return process.getuid?.() === 0 && findProgram("apt-get") !== undefined;
}

/**
 * The path of the program; as root of a Debian its package is installed when it is missing, and its service does not
 * start.
 *
 * Errors: MissingProgram; what apt-get says.
 */
export async function findOrInstall(program: DebianProgram, mayInstall: boolean = isRootOfDebian()): Promise<string> {
  const find = () => findProgram(program.name);
  const found = find();
  if (found !== undefined) return found;
  if (!mayInstall) throw new MissingProgram(program);
  await install(program, () => find() !== undefined);
  const installed = find();
  if (installed === undefined) throw new MissingProgram(program);
  return installed;
}
