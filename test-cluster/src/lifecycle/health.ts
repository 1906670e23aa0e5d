import type { Kubectl } from "../api/kubectl.ts";
import { kubectlOf } from "../api/kubectl.ts";
import { messageOf } from "../host/error.ts";
import { startedAt } from "../host/process.ts";
import type { Plan } from "../plan.ts";
import { identityOf } from "./component.ts";
import { componentNames } from "./components.ts";
import { probe } from "./probe.ts";
import { type ClusterRecord, readRecord } from "./record.ts";

export interface ComponentHealth {
  readonly name: string;
  /** Undefined when it does not run. */
  readonly pid: number | undefined;
  readonly uptimeMs: number | undefined;
  /** `ok`, or what is wrong with it. */
  readonly health: string;
}

export interface NodeHealth {
  readonly name: string;
  readonly zone: string;
  readonly ready: boolean;
  /** No taint keeps pods away. */
  readonly schedulable: boolean;
  readonly addresses: readonly string[];
}

export type ClusterHealth =
  | { readonly t: "stopped" }
  | {
      /** `degraded`: something of it is there, and not all of it is well. */
      readonly t: "healthy" | "degraded";
      /** Undefined when the start was killed before it was written. */
      readonly record: ClusterRecord | undefined;
      readonly components: readonly ComponentHealth[];
      readonly nodes: readonly NodeHealth[];
      readonly problems: readonly string[];
    };

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly taints?: readonly unknown[]; readonly unschedulable?: boolean };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

export async function nodesOf(kubectl: Kubectl, signal?: AbortSignal): Promise<readonly NodeHealth[]> {
  const list = JSON.parse(await kubectl(["get", "nodes", "-o", "json"], { signal, timeoutMs: 10_000 })) as {
    readonly items: readonly NodeObject[];
  };
  return list.items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    zone: metadata.labels?.["topology.kubernetes.io/zone"] ?? "-",
    ready: status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
    schedulable: !spec.unschedulable && !spec.taints?.length,
    addresses: status.addresses?.filter(({ type }) => type === "InternalIP").map(({ address }) => address) ?? [],
  }));
}

/** Looks at every process, asks every component how it is, and the API server for the nodes. */
export async function inspectCluster(plan: Plan, traces: boolean): Promise<ClusterHealth> {
  if (!traces) return { t: "stopped" };
  const record = await readRecord(plan).catch(() => undefined);
  const running = componentNames(plan).map((name) => ({ name, identity: identityOf(plan, name) }));
  const problems: string[] = [];
  const answers = running.every(({ identity }) => identity)
    ? await healthAnswers(plan, record?.group)
    : new Map<string, string>();
  const components = running.map(({ name, identity }): ComponentHealth => {
    const since = identity && startedAt(identity);
    const health = identity ? (answers.get(name) ?? "ok") : "not running";
    if (health !== "ok") problems.push(`${name}: ${health}`);
    return { name, pid: identity?.pid, uptimeMs: since && Date.now() - since, health };
  });
  let nodes: readonly NodeHealth[] = [];
  if (record && answers.get("kube-apiserver") === "ok") {
    try {
      nodes = await nodesOf(kubectlOf({ program: record.kubectl, kubeconfig: plan.paths.kubeconfig }));
    } catch (error) {
      problems.push(`forward: ${messageOf(error)}`);
    }
  }
  for (const { name } of plan.nodes) {
    const node = nodes.find((one) => one.name === name);
    if (!node?.ready) problems.push(`node ${name} is ${node ? "not Ready" : "not known"}`);
  }
  if (!record?.readyAt) {
    // What is missing besides is no news.
    problems.splice(0, problems.length, "its start has not come to an end");
  }
  return { t: problems.length === 0 ? "healthy" : "degraded", record, components, nodes, problems };
}

const lastLine = (text: string) => text.slice(text.lastIndexOf("\n") + 1);

/** What the components say of themselves, by name; those that cannot be asked are not in it. */
export async function healthAnswers(plan: Plan, group: string | undefined): Promise<ReadonlyMap<string, string>> {
  const [first] = plan.nodes;
  const { address, port } = plan.apiServer;
  const urls: readonly (readonly [node: string, component: string, url: string])[] = [
    [first.name, "etcd", "http://127.0.0.1:2379/health"],
    [first.name, "kube-apiserver", `https://${address}:${port}/readyz`],
    [first.name, "kube-controller-manager", "https://127.0.0.1:10257/healthz"],
    [first.name, "kube-scheduler", "https://127.0.0.1:10259/healthz"],
    [first.name, "coredns", `http://${plan.dnsAddress}:8181/ready`],
    ...plan.nodes.flatMap(({ name }): readonly (readonly [string, string, string])[] => [
      [name, `kubelet-${name}`, "http://127.0.0.1:10248/healthz"],
      [name, `kube-proxy-${name}`, "http://127.0.0.1:10256/healthz"],
    ]),
  ];
  const answers = new Map<string, string>();
  await Promise.all(
    plan.nodes.map(async ({ name }) => {
      const here = urls.filter(([node]) => node === name);
      const results = await probe(
        plan,
        name,
        here.map(([, , url]) => url),
        0,
        group,
      ).catch((error: unknown) => here.map(([, , url]) => ({ url, ok: false, text: lastLine(messageOf(error)) })));
      for (const [, component, url] of here) {
        const result = results.find((one) => one.url === url);
        answers.set(component, result?.ok ? "ok" : (result?.text ?? "not asked"));
      }
    }),
  );
  return answers;
}
