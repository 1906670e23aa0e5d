import { CommandError } from "../host/command.ts";
import { seconds } from "../host/deadline.ts";
import { ClusterError } from "../host/error.ts";
import { type Access, type Kubectl, kubectlFlags, kubectlOf } from "./kubectl.ts";
import { describePod, isPodReady, type Pod, type PodSelector } from "./pod.ts";
import { linesOf, objectsOf } from "./stream.ts";

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default 60_000. */
  readonly timeoutMs?: number;
}

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

const defaultTimeoutMs = 60_000;

/**
 * What there is of a resource, as ADDED, and then every change. `args` are those of `kubectl get`:
 * `["endpointslices", "--namespace=shop"]`. Ends when the signal aborts (by its reason) or the loop is left.
 */
export async function* watch<T>(
  access: Access,
  args: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const flags = ["--watch", "--output-watch-events", "-o", "json"];
  const lines = linesOf(access.program, [...kubectlFlags(access), "get", ...args, ...flags], {
    signal,
    group: access.group,
  });
  for await (const event of objectsOf(lines)) yield event as WatchEvent<T>;
}

/** Waits until all replicas of a Deployment, StatefulSet or DaemonSet are new and available: `deployment/greeter`. */
export async function waitForRollout(
  kubectl: Kubectl,
  namespace: string,
  workload: string,
  { signal, timeoutMs = defaultTimeoutMs }: WaitOptions = {},
): Promise<void> {
  try {
    await kubectl(["rollout", "status", workload, `--namespace=${namespace}`, `--timeout=${timeoutMs}ms`], {
      signal,
      timeoutMs: timeoutMs + 5000,
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ClusterError(`${error.message}\n${await describeNamespace(kubectl, namespace)}`, { cause: error });
  }
}

/** Waits for a condition, in the words of `kubectl wait --for`: `condition=Ready`, `delete`, `jsonpath={…}=x`. */
export async function waitForCondition(
  kubectl: Kubectl,
  namespace: string,
  resource: readonly string[],
  condition: string,
  { signal, timeoutMs = defaultTimeoutMs }: WaitOptions = {},
): Promise<void> {
  const flags = [`--for=${condition}`, `--namespace=${namespace}`, `--timeout=${timeoutMs}ms`];
  await kubectl(["wait", ...resource, ...flags], { signal, timeoutMs: timeoutMs + 5000 });
}

/**
 * Watches the pods that match until exactly `count` of them are Ready and no other is left (a terminating one counts
 * as left). Returns them, by name. Errors: ClusterError that describes the pods as they were last.
 */
export async function waitForPods(
  access: Access,
  { namespace, selector }: PodSelector,
  count: number,
  { signal, timeoutMs = defaultTimeoutMs }: WaitOptions = {},
): Promise<readonly Pod[]> {
  const args = ["pods", `--namespace=${namespace}`, `--selector=${selector}`];
  const done = (pods: ReadonlyMap<string, Pod>) => pods.size === count && [...pods.values()].every(isPodReady);
  if (count === 0) {
    // A watch of what is not there prints nothing, so nothing would end it.
    await waitForCondition(kubectlOf(access), namespace, ["pods", `--selector=${selector}`], "delete", {
      signal,
      timeoutMs,
    });
    return [];
  }
  const controller = new AbortController();
  const pods = new Map<string, Pod>();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  const stop = () => controller.abort();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for await (const { type, object } of watch<Pod>(access, args, controller.signal)) {
      if (type === "DELETED") pods.delete(object.metadata.uid);
      else pods.set(object.metadata.uid, object);
      if (done(pods)) return [...pods.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    }
    throw new ClusterError(`the watch of ${selector} ended`);
  } catch (error) {
    signal?.throwIfAborted();
    if (!controller.signal.aborted) throw error;
    const seen = [...pods.values()].map(describePod).join("\n  ") || "no pod at all";
    throw new ClusterError(
      `not exactly ${count} ready pods of ${selector} in ${namespace} within ${seconds(timeoutMs)}; seen:\n  ${seen}`,
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** What a person would look at first when something in a namespace does not come up. */
export async function describeNamespace(kubectl: Kubectl, namespace: string): Promise<string> {
  const flag = `--namespace=${namespace}`;
  const parts = [
    kubectl(["get", "pods", "-o", "json", flag]).then((text) =>
      (JSON.parse(text) as { readonly items: readonly Pod[] }).items.map(describePod).join("\n"),
    ),
    kubectl(["get", "events", flag, "--sort-by=.lastTimestamp", "--no-headers"]).then((text) =>
      text.trimEnd().split("\n").slice(-10).join("\n"),
    ),
  ];
  const texts = await Promise.allSettled(parts);
  return texts.map((text) => (text.status === "fulfilled" ? text.value : "")).join("\n");
}
