import { cgroupProblem } from "./cgroup.ts";
import { run } from "./command.ts";
import { messageOf } from "./error.ts";
import { missingPackages } from "./package.ts";
import { findProgram } from "./program.ts";

/** Why a cluster cannot be started here. */
export type Obstacle =
  | { readonly t: "packages"; readonly missing: readonly string[]; readonly text: string }
  | { readonly t: "machine"; readonly text: string };

const oldestGo = [1, 21] as const;

const machine = (text: string): Obstacle => ({ t: "machine", text });

/** The obstacles that every command meets, not only a start. */
export function findPrivilegeObstacle(): Obstacle | undefined {
  const instead = "or use a cluster of your own: npm run cluster:up -- --use-kubeconfig";
  if (process.platform !== "linux")
    return machine(`the test cluster needs Linux, this is ${process.platform}; ${instead}`);
  if (process.geteuid?.() === 0) return undefined;
  return machine(
    `the test cluster needs root (network namespaces, mounts, control groups): run it with sudo, ${instead}`,
  );
}

/**
 * The first thing that keeps this machine from running a cluster, in one line; undefined when there is none. Changes
 * nothing that lasts. `needsGo` says that the binaries are still to be built. Call it with the instance's lock held.
 */
export async function findObstacle(cgroup: string, needsGo: boolean): Promise<Obstacle | undefined> {
  const missing = missingPackages();
  if (missing.length > 0) {
    return {
      t: "packages",
      missing,
      text:
        `Debian packages are missing: ${missing.join(" ")}. ` +
        `Run: npm run cluster:up -- --install (or: apt-get install --no-install-recommends ${missing.join(" ")})`,
    };
  }
  if (needsGo) {
    const problem = await goProblem();
    if (problem) return machine(problem);
  }
  const problem = (await namespaceProblem()) ?? cgroupProblem(cgroup);
  return problem === undefined ? undefined : machine(problem);
}

async function goProblem(): Promise<string | undefined> {
  const remedy = `Kubernetes is built with Go ${oldestGo.join(".")} or later: https://go.dev/dl`;
  const go = findProgram("go");
  if (!go) return `there is no go in the PATH nor in /usr/local/go/bin. ${remedy}`;
  const { stdout } = await run(go, ["env", "GOVERSION"], { env: { GOTOOLCHAIN: "local" } });
  return isGoRecent(stdout.trim()) ? undefined : `${go} is ${stdout.trim()}, which is too old. ${remedy}`;
}

/** `go1.24.3` and later than the oldest; builds from source (`devel …`) count as recent. */
export function isGoRecent(version: string): boolean {
  const match = /^go(\d+)\.(\d+)/.exec(version);
  if (!match) return version.startsWith("devel");
  const [major = 0, minor = 0] = [Number(match[1]), Number(match[2])];
  return major > oldestGo[0] || (major === oldestGo[0] && minor >= oldestGo[1]);
}

/** Tries in namespaces that end with the shell whatever the cluster will do in its own. */
async function namespaceProblem(): Promise<string | undefined> {
  const steps: readonly (readonly [what: string, command: string])[] = [
    ["a tmpfs cannot be mounted", "mount -t tmpfs none /mnt"],
    ["a network bridge cannot be made", "ip link add br0 type bridge"],
    ["a veth pair cannot be made", "ip link add a0 type veth peer name b0"],
    ["iptables cannot make NAT rules", "iptables -w 5 -t nat -A PREROUTING -p tcp -m comment --comment x -j RETURN"],
    [
      "ip6tables cannot make NAT rules, though the machine has IPv6",
      "{ test ! -e /proc/net/if_inet6 || ip6tables -w 5 -t nat -A PREROUTING -p tcp -m comment --comment x -j RETURN; }",
    ],
    ["nft cannot make tables", "nft add table inet kubbo"],
    [
      "the kernel module br_netfilter is missing (modprobe br_netfilter)",
      "{ test -e /proc/sys/net/bridge || modprobe br_netfilter; test -e /proc/sys/net/bridge; }",
    ],
  ];
  const script = steps.map(([what, command]) => `${command} || { echo "${what}" >&2; exit 1; }`).join("\n");
  const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  try {
    await run("unshare", ["--net", "--mount", "--propagation", "private", "sh", "-c", script], { env: { PATH: path } });
  } catch (error) {
    return `namespaces: ${messageOf(error).split("\n").slice(1).reverse().join("; ") || messageOf(error)}`;
  }
  return undefined;
}
