import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kubernetesVersion } from "../plan.ts";

/** A Go module of this folder, built into one binary that is several programs, told apart by the name of a link. */
export interface Bundle {
  readonly name: string;
  readonly version: string;
  /** Folder with go.mod. */
  readonly folder: string;
  /** Programs in it. */
  readonly programs: readonly string[];
  readonly ldflags: string;
}

const goRoot = fileURLToPath(new URL("../../go", import.meta.url));
const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(kubernetesVersion) ?? [];
const versionPackage = "k8s.io/component-base/version";

/** The quickest first: when something is wrong with the Go installation it shows early. */
export const bundles: readonly Bundle[] = [
  { name: "pause", version: "1", folder: join(goRoot, "pause"), programs: ["pause"], ldflags: "-s -w" },
  {
    name: "etcd-coredns",
    version: "v3.6.5-v1.13.1",
    folder: join(goRoot, "etcd-coredns"),
    programs: ["etcd", "etcdctl", "coredns"],
    ldflags: "-s -w",
  },
  {
    name: "kubernetes",
    version: kubernetesVersion,
    folder: join(goRoot, "kubernetes"),
    programs: ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "kubectl"],
    ldflags:
      `-s -w -X ${versionPackage}.gitVersion=${kubernetesVersion} ` +
      `-X ${versionPackage}.gitMajor=${major} -X ${versionPackage}.gitMinor=${minor}`,
  },
];

/** Name of the bundle's directory in the cache: version, processor and a hash of all that goes into the build. */
export function cacheKey(bundle: Bundle): string {
  const hash = createHash("sha256").update(bundle.ldflags);
  for (const name of readdirSync(bundle.folder).sort()) {
    if (/^go\.(mod|sum)$|\.go$/.test(name)) hash.update(`\0${name}\0`).update(readFileSync(join(bundle.folder, name)));
  }
  return `${bundle.name}-${bundle.version}-${arch()}-${hash.digest("hex").slice(0, 16)}`;
}

/** The programs of a cluster, all built. */
export interface Binaries {
  /** Absolute path of a program. */
  path(program: string): string;
  /** Changes when any of them does. */
  readonly fingerprint: string;
}

export function cacheDirectory(cache: string, bundle: Bundle): string {
  return join(cache, "bin", cacheKey(bundle));
}

/** Bundles that are not in the cache. */
export function missingBundles(cache: string): readonly Bundle[] {
  return bundles.filter((bundle) => !existsSync(cacheDirectory(cache, bundle)));
}

/** Where the programs are, whether built or not. */
export function locateBinaries(cache: string): Binaries {
  return {
    fingerprint: bundles.map(cacheKey).join(" "),
    path(program) {
      const bundle = bundles.find((one) => one.programs.includes(program));
      if (!bundle) throw new Error(`no bundle has a program named ${program}`);
      return join(cacheDirectory(cache, bundle), program);
    },
  };
}
