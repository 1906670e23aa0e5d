import { existsSync } from "node:fs";
import { type Access, kubectlOf } from "./api/kubectl.ts";
import { locateBinaries } from "./binary/bundle.ts";
import type { Environment } from "./environment.ts";
import { ClusterError, messageOf } from "./host/error.ts";
import { findProgram } from "./host/program.ts";
import { nodesOf } from "./lifecycle/health.ts";

/** How the cluster that KUBECONFIG names is reached: with the kubectl in the PATH, or with ours if it has been built. */
export function foreignAccess({ cache, kubeconfig }: Environment): Access {
  const built = locateBinaries(cache).path("kubectl");
  const program = findProgram("kubectl") ?? (existsSync(built) ? built : undefined);
  if (!program)
    throw new ClusterError("there is no kubectl in the PATH, which a cluster of your own needs", { exitCode: 2 });
  return { program, kubeconfig };
}

/** Says which cluster is used. Errors: ClusterError when it cannot be reached. */
export async function checkForeign(environment: Environment, signal?: AbortSignal): Promise<string> {
  const access = foreignAccess(environment);
  const kubectl = kubectlOf(access);
  const named = environment.kubeconfig ?? "kubectl's default (KUBECONFIG is not set)";
  try {
    const context = (await kubectl(["config", "current-context"], { signal })).trim();
    const nodes = await nodesOf(kubectl, signal);
    const ready = nodes.filter((node) => node.ready).length;
    return (
      `using the cluster of context "${context}" of ${named}: ${ready} of ${nodes.length} nodes Ready. ` +
      "Nothing is started or stopped. For the tests set KUBBO_TEST_CLUSTER=kubeconfig, and KUBBO_TEST_IMAGE_LOAD to the " +
      "command that loads an image archive"
    );
  } catch (error) {
    throw new ClusterError(`the cluster of ${named} cannot be used: ${messageOf(error)}`, {
      cause: error,
      exitCode: 2,
    });
  }
}
