import { ClusterError } from "../host/error.ts";
import { ctr } from "../image/containerd.ts";
import type { Plan } from "../plan.ts";
import type { Kubectl } from "./kubectl.ts";
import { describePod, type Pod, type PodRef } from "./pod.ts";

/** Where a container of our own cluster is on this machine. */
export interface PodLocation {
  /** Name of the node. */
  readonly node: string;
  /** The node's network namespace: `nsenter --net=FILE`. */
  readonly nodeNetns: string;
  /** IPv4 first. */
  readonly addresses: readonly string[];
  readonly containerId: string;
  /** First process of the container, by the machine's numbers: `nsenter -t PID --net` enters the pod's network. */
  readonly pid: number;
}

/** Errors: ClusterError when the pod has no running container. */
export async function locatePod(plan: Plan, kubectl: Kubectl, ref: PodRef): Promise<PodLocation> {
  const text = await kubectl(["get", "pod", ref.name, `--namespace=${ref.namespace}`, "-o", "json"]);
  const pod = JSON.parse(text) as Pod;
  const node = plan.nodes.find(({ name }) => name === pod.spec.nodeName);
  const container = ref.container ?? pod.spec.containers[0]?.name;
  const status = pod.status.containerStatuses?.find(({ name }) => name === container);
  const containerId = status?.containerID?.replace(/^containerd:\/\//, "");
  if (!node || !containerId) throw new ClusterError(`container ${container} does not run: ${describePod(pod)}`);
  const pid = pidOfTask(await ctr(node, ["tasks", "ls"]), containerId);
  if (pid === undefined) throw new ClusterError(`container ${container} has no process: ${describePod(pod)}`);
  const addresses = pod.status.podIPs?.map(({ ip }) => ip) ?? [];
  return { node: node.name, nodeNetns: node.netns, addresses, containerId, pid };
}

/** Reads the table that `ctr tasks ls` prints: id, process, status. */
export function pidOfTask(table: string, containerId: string): number | undefined {
  for (const line of table.split("\n")) {
    const [id, pid, status] = line.split(/\s+/);
    if (id === containerId && status === "RUNNING") return Number(pid);
  }
  return undefined;
}
