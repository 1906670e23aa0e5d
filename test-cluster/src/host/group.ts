import { randomBytes } from "node:crypto";
import { createGroup, killGroup, membershipFiles } from "./cgroup.ts";
import { shellQuote } from "./shell.ts";

/**
 * A command that becomes a member of the control group before anything else, so that it and all its descendants can
 * be found again whatever happens to the process that started it. When the group is gone it does not start at all.
 *
 * With `identityFile` it also leaves its own line of /proc/PID/stat there, before the program takes its place.
 */
export function commandInGroup(
  group: string,
  command: readonly string[],
  identityFile?: string,
): readonly [program: string, ...args: string[]] {
  const script = [
    "set -e",
    ...membershipFiles(group).map((file) => `echo $$ > ${shellQuote(file)}`),
    ...(identityFile ? ["read -r stat < /proc/$$/stat", `echo "$stat" > ${shellQuote(identityFile)}`] : []),
    'exec "$@"',
  ].join("\n");
  return ["/bin/sh", "-c", script, "kubbo-test-cluster", ...command];
}

/**
 * Makes a control group of a fresh name below `parent`. A name is never used twice: a process that was about to join
 * when its starter was killed must not join the group of the next start.
 */
export function createFreshGroup(parent: string, purpose: string): string {
  const group = `${parent}/${purpose}-${randomBytes(4).toString("hex")}`;
  createGroup(group);
  return group;
}

/** Runs `work` with a control group of its own; whatever is still in it at the end is killed. */
export async function withGroup<T>(parent: string, purpose: string, work: (group: string) => Promise<T>): Promise<T> {
  const group = createFreshGroup(parent, purpose);
  try {
    return await work(group);
  } finally {
    await killGroup(group, 10_000);
  }
}
