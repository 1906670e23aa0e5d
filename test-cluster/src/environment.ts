import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClusterError } from "./host/error.ts";
import { type Plan, planCluster } from "./plan.ts";

/**
 * The variables that this folder reads, all of them, each with what it does. Read in this file and nowhere else.
 *
 * | variable | meaning | default |
 * | --- | --- | --- |
 * | KUBBO_TEST_CLUSTER | `kubeconfig`: use the cluster that KUBECONFIG names; `own`: build one | `own` |
 * | KUBBO_TEST_CLUSTER_INSTANCE | name of the cluster, to have several on one machine | `kubbo` |
 * | KUBBO_TEST_CLUSTER_STATE | directory that holds the state directories of all instances | /var/lib/kubbo |
 * | KUBBO_TEST_CLUSTER_LOGS | directory that holds the log directories of all instances | /var/log/kubbo |
 * | KUBBO_TEST_IMAGE_LOAD | command that loads an image archive into a cluster that is not ours; gets the path | none |
 * | XDG_CACHE_HOME | parent of the cache of binaries and image layers, `kubbo/test-cluster` | ~/.cache |
 * | KUBECONFIG | the foreign cluster, when asked for | ~/.kube/config |
 */
export interface Environment {
  readonly foreign: boolean;
  readonly instance: string;
  readonly stateRoot: string;
  readonly logRoot: string;
  readonly cache: string;
  readonly imageLoadCommand: string | undefined;
  readonly kubeconfig: string | undefined;
}

export function readEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const asked = env["KUBBO_TEST_CLUSTER"] ?? "own";
  if (asked !== "own" && asked !== "kubeconfig") {
    throw new ClusterError(`KUBBO_TEST_CLUSTER is "${asked}"; it may be "own" or "kubeconfig"`, { exitCode: 2 });
  }
  return {
    foreign: asked === "kubeconfig",
    instance: env["KUBBO_TEST_CLUSTER_INSTANCE"] || "kubbo",
    stateRoot: env["KUBBO_TEST_CLUSTER_STATE"] || "/var/lib/kubbo",
    logRoot: env["KUBBO_TEST_CLUSTER_LOGS"] || "/var/log/kubbo",
    cache: join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubbo", "test-cluster"),
    imageLoadCommand: env["KUBBO_TEST_IMAGE_LOAD"] || undefined,
    kubeconfig: env["KUBECONFIG"] || undefined,
  };
}

/** The plan of the cluster that this environment speaks of. Dual-stack where the machine has IPv6. */
export function planFrom(environment: Environment): Plan {
  return planCluster({ ...environment, dualStack: existsSync("/proc/net/if_inet6") });
}

/** Root of the repository. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

/** The Node binary that the repository is developed with; the one that images for Node programs carry. */
export const nodeBinary = join(repositoryRoot, "node_modules", "node", "bin", "node");
