import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { hierarchies } from "../src/host/cgroup.ts";
import { allPids, commandLineOf } from "../src/host/process.ts";
import type { Plan } from "../src/plan.ts";

/** A file's text; empty when it cannot be read any more. */
const read = (path: string) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

const linkOf = (path: string) => {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
};

/** The network namespaces of the nodes, as /proc names them. */
export function networkNamespacesOf(plan: Plan): readonly string[] {
  return plan.nodes.flatMap(({ netns }) => {
    const file = statSync(netns, { throwIfNoEntry: false });
    return file && file.size === 0 ? [`net:[${file.ino}]`] : [];
  });
}

/** Everything of a cluster that can be found on the machine, in words; empty when nothing is left of it. */
export function tracesOf(plan: Plan, networkNamespaces: readonly string[] = []): readonly string[] {
  const { state } = plan.paths;
  const mine = (text: string) => text.includes(`${state}/`) || text.includes(plan.cgroup);
  const alive = (pid: number) => !/^State:\s+[ZX]/m.test(read(`/proc/${pid}/status`));
  const processes = allPids().filter(
    (pid) =>
      pid !== process.pid &&
      alive(pid) &&
      (mine(commandLineOf(pid).join(" ")) ||
        mine(read(`/proc/${pid}/cgroup`)) ||
        mine(read(`/proc/${pid}/mountinfo`)) ||
        networkNamespaces.includes(linkOf(`/proc/${pid}/ns/net`))),
  );
  const groups = hierarchies().flatMap(({ path }) =>
    readdirSync(path)
      .filter((name) => `/${name}`.startsWith(plan.cgroup))
      .map((name) => join(path, name)),
  );
  return [
    ...processes.map((pid) => `process ${pid}: ${commandLineOf(pid).join(" ").slice(0, 200)}`),
    ...read("/proc/self/mountinfo")
      .split("\n")
      .filter(mine)
      .map((line) => `mount ${line}`),
    ...groups.map((path) => `control group ${path}`),
    ...(statSync(state, { throwIfNoEntry: false }) ? [`directory ${state}`] : []),
    ...read("/proc/net/unix")
      .split("\n")
      .filter(mine)
      .map((line) => `socket ${line}`),
  ];
}

/** Where containerd, the kubelet, CNI and iptables leave files on other machines. */
const suspects: Readonly<Record<string, RegExp>> = {
  "/run": /containerd|netns|xtables|runc|flannel/,
  "/run/containerd": /./,
  "/run/containerd/s": /./,
  "/run/netns": /./,
  "/var/lib": /containerd|cni|kubelet/,
  "/var/lib/cni": /./,
  "/var/log": /pods|containers/,
  "/var/log/containers": /./,
  "/opt": /containerd|cni|nri/,
  "/etc": /cni|kubernetes/,
  "/usr/libexec": /kubernetes/,
};

/** Files and directories that the machine's own containerd, kubelet and CNI would have, and the cluster must not make. */
export function machineFiles(): readonly string[] {
  return Object.entries(suspects).flatMap(([directory, pattern]) => {
    try {
      return readdirSync(directory)
        .filter((name) => pattern.test(name))
        .map((name) => join(directory, name));
    } catch {
      return []; // the directory is not there
    }
  });
}
