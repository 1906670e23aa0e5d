import { run } from "../host/command.ts";

export interface KubectlOptions {
  /** Standard input, for `-f -`. */
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
  /** Default 30_000. */
  readonly timeoutMs?: number | undefined;
}

/** How a cluster is reached. */
export interface Access {
  /** Path of kubectl. */
  readonly program: string;
  /** Undefined: wherever kubectl itself looks. */
  readonly kubeconfig: string | undefined;
  /** Control group for kubectl, on our own cluster: it ends with the cluster, whoever started it. */
  readonly group?: string;
}

/** Runs kubectl and gives what it prints. Errors: CommandError with what it says on stderr. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<string>;

/** Words to start kubectl with, before its own. */
export function kubectlFlags({ kubeconfig }: Access): readonly string[] {
  return kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
}

export function kubectlOf(access: Access): Kubectl {
  return async (args, options = {}) =>
    (await run(access.program, [...kubectlFlags(access), ...args], { ...options, group: access.group })).stdout;
}
