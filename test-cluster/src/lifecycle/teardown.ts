import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { groupExists, killGroup } from "../host/cgroup.ts";
import { run } from "../host/command.ts";
import { mountedBelow } from "../host/mount.ts";
import type { Plan } from "../plan.ts";
import { removeDirectories, removeIfEmpty, withMachineDirectories } from "./machine-directories.ts";
import { readRecord } from "./record.ts";

/** True when anything of the cluster is there: processes, control groups, mounts or files. */
export function leavesTraces(plan: Plan): boolean {
  return groupExists(plan.cgroup) || existsSync(plan.paths.state) || mountedBelow(plan.paths.state).length > 0;
}

/**
 * Ends the cluster and removes everything of it but its logs, however it was left: it looks at nothing but the names
 * of the plan, so it does not matter how far a start had come or which process was killed.
 *
 *  1. Every process of the cluster is in its control group from its first moment: kill until the group is empty. The
 *     mounts of containers and pods were made in the nodes' mount namespaces, and end with the processes in them.
 *  2. What is mounted in the state directory on the machine itself are the files of the network namespaces. Interfaces,
 *     routes, iptables and nft rules, conntrack entries end with the namespaces.
 *  3. Files.
 *
 * Returns how many processes were killed.
 */
export async function tearDown(plan: Plan): Promise<number> {
  const { state } = plan.paths;
  const killed = groupExists(plan.cgroup) ? await killGroup(plan.cgroup, 30_000) : 0;
  for (const path of mountedBelow(state)) await run("umount", ["--lazy", path]);
  const record = await readRecord(plan).catch(() => undefined); // cut short by a crash of the machine
  await rm(state, { recursive: true, force: true, maxRetries: 3 });
  await withMachineDirectories(async () => removeDirectories(record?.madeDirectories ?? []));
  removeIfEmpty(dirname(state));
  return killed;
}
