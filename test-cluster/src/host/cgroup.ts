import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pollUntil } from "./deadline.ts";
import { ClusterError, hasCode, messageOf } from "./error.ts";
import { type Mount, mounts } from "./mount.ts";
import { processOf } from "./process.ts";

/** One tree of control groups: a v1 controller (or several mounted together), v1 without any, or the one of v2. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly path: string;
  /** v1 only: `cpu`, `memory`, `name=systemd`, … */
  readonly controllers: readonly string[];
}

const v1Controllers = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "hugetlb"];
/** Without these no kubelet starts. */
const needed = ["cpu", "cpuset", "memory", "pids"];
/** What a kubelet on v2 looks for in its root. */
const delegated = [...needed, "io", "hugetlb"];

export function hierarchiesFrom(list: readonly Mount[]): readonly Hierarchy[] {
  return list.flatMap((mount): readonly Hierarchy[] => {
    if (mount.type === "cgroup2") return [{ version: 2, path: mount.path, controllers: [] }];
    if (mount.type !== "cgroup") return [];
    const controllers = mount.superOptions.filter(
      (option) => v1Controllers.includes(option) || option.startsWith("name="),
    );
    return [{ version: 1, path: mount.path, controllers }];
  });
}

export function hierarchies(): readonly Hierarchy[] {
  return hierarchiesFrom(mounts());
}

/**
 * What keeps the control groups of this machine from being used; undefined when nothing does. Tries it with this group,
 * which must not exist and does not afterwards.
 */
export function cgroupProblem(group: string): string | undefined {
  const all = hierarchies();
  if (all.length === 0) return "no control groups are mounted (none of type cgroup or cgroup2 in /proc/mounts)";
  const v2 = all.find((hierarchy) => hierarchy.version === 2);
  const v1 = new Set(all.flatMap((hierarchy) => hierarchy.controllers));
  const inV2 = v2 ? readFileSync(join(v2.path, "cgroup.controllers"), "utf8").trim().split(" ") : [];
  const missing = needed.filter((controller) => !v1.has(controller) && !inV2.includes(controller));
  if (missing.length > 0) return `the control group controllers ${missing.join(", ")} are missing`;
  try {
    createGroup(group, all);
    removeEmptyGroups(group, all);
  } catch (error) {
    return `control groups cannot be made: ${messageOf(error)}`;
  }
  return undefined;
}

/**
 * Makes the group in every hierarchy, with what a kubelet needs to find in the root it is given: v1 cpusets start
 * empty and are copied from the parent, v2 hands controllers down only where they are switched on.
 */
export function createGroup(group: string, all: readonly Hierarchy[] = hierarchies()): void {
  // Where both versions are mounted, kubelets use v1 and v2 stays as it is.
  const onlyV2 = all.every((hierarchy) => hierarchy.version === 2);
  for (const hierarchy of all) {
    const path = join(hierarchy.path, group);
    for (const step of stepsBetween(hierarchy.path, path)) {
      if (onlyV2) delegate(dirname(step));
      mkdirSync(step, { recursive: true });
      if (hierarchy.controllers.includes("cpuset")) {
        for (const file of ["cpuset.cpus", "cpuset.mems"]) {
          writeFileSync(join(step, file), readFileSync(join(dirname(step), file), "utf8"));
        }
      }
    }
  }
}

function delegate(path: string): void {
  const available = readFileSync(join(path, "cgroup.controllers"), "utf8").trim().split(" ");
  const wanted = available.filter((controller) => delegated.includes(controller));
  if (wanted.length === 0) return;
  writeFileSync(join(path, "cgroup.subtree_control"), wanted.map((controller) => `+${controller}`).join(" "));
}

/** Every directory below `from` on the way to `to`, the highest first. */
function stepsBetween(from: string, to: string): readonly string[] {
  const names = to.slice(from.length).split("/").filter(Boolean);
  return names.map((_, index) => join(from, ...names.slice(0, index + 1)));
}

/**
 * The files a process writes its number into to become a member of the group. One hierarchy is enough to find it
 * again; which one, decides what is always there: pids in v1, the tree itself in v2.
 */
export function membershipFiles(group: string, all: readonly Hierarchy[] = hierarchies()): readonly string[] {
  const tree = all.find((hierarchy) => hierarchy.controllers.includes("pids")) ?? all.find((one) => one.version === 2);
  if (!tree) throw new ClusterError("no hierarchy of control groups to put processes into");
  return [join(tree.path, group, "cgroup.procs")];
}

/** Every directory of the group in every hierarchy, children before parents. */
function directoriesOf(group: string, all: readonly Hierarchy[]): readonly string[] {
  const below = (path: string): readonly string[] => {
    try {
      const children = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      return [...children.flatMap((child) => below(join(path, child.name))), path];
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  };
  return all.flatMap((hierarchy) => below(join(hierarchy.path, group)));
}

/** Processes in the group or below it, in any hierarchy. */
export function membersOf(group: string, all: readonly Hierarchy[] = hierarchies()): readonly number[] {
  const found = new Set<number>();
  for (const path of directoriesOf(group, all)) {
    let text = "";
    try {
      text = readFileSync(join(path, "cgroup.procs"), "utf8");
    } catch {
      // The group went away between the two looks (ENOENT, ENODEV): it has no members.
    }
    for (const line of text.split("\n")) if (Number(line) > 0) found.add(Number(line));
  }
  return [...found];
}

export function groupExists(group: string, all: readonly Hierarchy[] = hierarchies()): boolean {
  return all.some((hierarchy) => statSync(join(hierarchy.path, group), { throwIfNoEntry: false }) !== undefined);
}

/** Kills all members until there are none, then removes the group. Returns how many processes it killed. */
export async function killGroup(group: string, timeoutMs: number): Promise<number> {
  const all = hierarchies();
  const killed = new Set<number>();
  await pollUntil(
    `ending the processes of control group ${group}`,
    () => {
      // Zombies stay members in v1 until their parent has read their end; they hold nothing.
      const members = membersOf(group, all).filter((pid) => processOf(pid) !== undefined);
      for (const pid of members) {
        killed.add(pid);
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It ended by itself.
        }
      }
      return members.length === 0 ? true : undefined;
    },
    { timeoutMs, everyMs: 10 },
  );
  // The kernel lets go of a group some milliseconds after its last member.
  await pollUntil(
    `removing control group ${group}`,
    () => {
      try {
        removeEmptyGroups(group, all);
        return true;
      } catch (error) {
        if (hasCode(error, "EBUSY")) return undefined;
        throw error;
      }
    },
    { timeoutMs, everyMs: 20 },
  );
  return killed.size;
}

function removeEmptyGroups(group: string, all: readonly Hierarchy[]): void {
  for (const path of directoriesOf(group, all)) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
}
