import { run } from "./command.ts";
import { findCniDirectory, findProgram } from "./program.ts";
import type { Progress } from "./progress.ts";

/**
 * Debian packages and the programs that are used of each. What counts is the program, so that another package that
 * brings it (containerd.io, a distribution that is not Debian) is as good.
 */
const packages: Readonly<Record<string, readonly string[]>> = {
  containerd: ["containerd", "ctr", "containerd-shim-runc-v2"],
  runc: ["runc"],
  "containernetworking-plugins": [], // not in the PATH: see findCniDirectory
  iptables: ["iptables", "ip6tables", "iptables-restore"],
  nftables: ["nft"],
  iproute2: ["ip", "ss"],
  conntrack: ["conntrack"],
  socat: ["socat"],
  ethtool: ["ethtool"],
  "util-linux": ["nsenter", "unshare"],
  mount: ["mount", "umount"],
};

/** Names of the Debian packages whose programs are not here. */
export function missingPackages(
  has: (program: string) => boolean = (program) => findProgram(program) !== undefined,
  hasCni: () => boolean = () => findCniDirectory() !== undefined,
): readonly string[] {
  return Object.entries(packages)
    .filter(([name, programs]) =>
      name === "containernetworking-plugins" ? !hasCni() : !programs.every((program) => has(program)),
    )
    .map(([name]) => name);
}

/**
 * Installs Debian packages. The lists of packages are brought up to date only when that turns out to be necessary.
 * Errors: CommandError with the output of apt-get.
 */
export async function installPackages(
  names: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const aptGet = (detail: (text: string) => void, ...args: readonly string[]) =>
    run("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
      // Not ended by the signal: packages half installed would be worse than a minute more.
      timeoutMs: 900_000,
      env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
      onOutput: (text) => detail(text.trim().split("\n").at(-1)?.slice(0, 100) ?? ""),
    });
  const install = ["install", "--yes", "--no-install-recommends", ...names];
  await progress.step(`installing ${names.join(" ")}`, async (detail) => {
    try {
      await aptGet(detail, ...install);
    } catch {
      // Most likely the lists are missing or old; if it was something else, the second try says so.
      signal?.throwIfAborted();
      // A broken list of somebody else's repository makes this fail, and need not keep the packages from installing.
      await aptGet(detail, "update").catch(() => {});
      await aptGet(detail, ...install);
    }
    signal?.throwIfAborted();
  });
}
