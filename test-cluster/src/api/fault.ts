import { randomBytes } from "node:crypto";
import { run } from "../host/command.ts";
import { pollUntil } from "../host/deadline.ts";
import { ClusterError } from "../host/error.ts";
import { processOf } from "../host/process.ts";
import { ctr } from "../image/containerd.ts";
import { enterNode, identityOf, killComponent, restartComponent, waitWithComponents } from "../lifecycle/component.ts";
import { healthAnswers } from "../lifecycle/health.ts";
import { isWell } from "../lifecycle/probe.ts";
import type { Plan } from "../plan.ts";
import { type CutRules, cutRules, droppedPackets } from "./cut-rules.ts";
import type { PodLocation } from "./location.ts";
import type { PodRef } from "./pod.ts";

/** Packets that a cut has swallowed. 0 where there should have been some means that it missed. */
export interface DroppedPackets {
  readonly toApiServer: number;
  readonly fromApiServer: number;
}

/** A pod that does not reach the API server, and is not told so: no packet comes through, no connection is reset. */
export interface Cut {
  dropped(): Promise<DroppedPackets>;
  /** Lets packets through again; what was held back comes by retransmission. Returns what was swallowed. Once or more. */
  heal(): Promise<DroppedPackets>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A container to break. While the API server is down only a place that was asked for before (`cluster.locate`) will do:
 * nobody could say where the pod is.
 */
export type FaultTarget = PodRef | PodLocation;

/** Ways to break the cluster. Only our own has them; on another each rejects with a ClusterError that says so. */
export interface Faults {
  /** Swallows all packets between the pod and the API server, of its Service's address and of its own. */
  cutApiServerFromPod(pod: FaultTarget): Promise<Cut>;
  /** Resets the pod's connections to the API server, as a load balancer may. Returns how many there were. */
  resetApiServerConnections(pod: FaultTarget): Promise<number>;
  /** SIGKILL. Open watches are reset at once; further connections are refused. */
  killApiServer(): Promise<void>;
  /**
   * Starts it if it does not run, and resolves when it is ready. The controllers and the scheduler are started anew, as
   * in a real cluster, where they end when they cannot renew their lease; else they would wait out a backoff of up to a
   * minute. Kubelets and proxies do just that, here as there: `settle` spares a test the wait.
   */
  startApiServer(): Promise<void>;
  /** SIGKILL. Open watches stay open and silent; reads and writes time out. */
  killEtcd(): Promise<void>;
  /** Starts it if it does not run, and resolves when the API server is ready again. Controllers as above. */
  startEtcd(): Promise<void>;
  /**
   * Makes the cluster whole after faults: starts what does not run, and starts kubelets and proxies anew, so that nobody
   * waits out a backoff. Containers run on. For the end of a test: a pod may be not Ready for a moment.
   */
  settle(): Promise<void>;
  /**
   * Ends a container's first process with SIGKILL, by the container runtime and behind the API server's back. Returns
   * when it is dead. The kubelet starts the container again when the pod says so.
   */
  killContainer(pod: FaultTarget): Promise<{ readonly containerId: string; readonly pid: number }>;
}

export interface FaultContext {
  readonly plan: Plan;
  readonly group: string;
  readonly locate: (pod: PodRef) => Promise<PodLocation>;
}

export function createFaults({ plan, group, locate }: FaultContext): Faults {
  const [first] = plan.nodes;
  const placeOf = async (target: FaultTarget) => ("containerId" in target ? target : locate(target));
  const inNode = async (node: string, command: readonly string[], input?: string) => {
    const [program = "", ...args] = [...enterNode(plan, node, "network"), ...command];
    return (await run(program, args, input === undefined ? { group } : { group, input })).stdout;
  };

  const readyz = `https://${plan.apiServer.address}:${plan.apiServer.port}/readyz`;
  const controllers = ["kube-controller-manager", "kube-scheduler"];
  const nodeAgents = plan.nodes.flatMap(({ name }) => [`kubelet-${name}`, `kube-proxy-${name}`]);

  const start = async (component: string, clients: readonly string[]) => {
    await restartComponent(plan, component);
    // With the other of the two missing, nobody can be ready yet.
    if (!identityOf(plan, "etcd") || !identityOf(plan, "kube-apiserver")) return;
    const needed = ["etcd", "kube-apiserver"];
    await waitWithComponents(
      plan,
      "an API server that is ready",
      needed,
      () => isWell(plan, first.name, [readyz], 1000, group),
      {
        timeoutMs: 60_000,
      },
    );
    await Promise.all(
      clients.map(async (client) => {
        await killComponent(plan, client);
        await restartComponent(plan, client);
      }),
    );
    await waitWithComponents(
      plan,
      "the API server's clients",
      clients,
      async () => {
        const answers = await healthAnswers(plan, group);
        return clients.every((client) => answers.get(client) === "ok") ? true : undefined;
      },
      { timeoutMs: 60_000 },
    );
  };

  return {
    async cutApiServerFromPod(pod) {
      const { node, addresses } = await placeOf(pod);
      const table = `kubbo_cut_${randomBytes(4).toString("hex")}`;
      const rules: CutRules = {
        table,
        pod: addresses.filter((address) => !address.includes(":")),
        servers: [plan.apiService, plan.apiServer],
      };
      await inNode(node, ["nft", "-f", "-"], cutRules(rules));
      let last: DroppedPackets = { toApiServer: 0, fromApiServer: 0 };
      let healed = false;
      const dropped = async () => {
        if (!healed) last = droppedPackets(await inNode(node, ["nft", "-j", "list", "table", "inet", table]));
        return last;
      };
      const heal = async () => {
        await dropped();
        if (!healed) await inNode(node, ["nft", "delete", "table", "inet", table]);
        healed = true;
        return last;
      };
      return { dropped, heal, [Symbol.asyncDispose]: async () => void (await heal()) };
    },

    async resetApiServerConnections(pod) {
      const { pid } = await placeOf(pod);
      const targets = [plan.apiService, plan.apiServer]
        .map(({ address, port }) => `dst ${address}:${port}`)
        .join(" or ");
      // It prints each connection that it ends, and an error for what it may not end; the list is what counts.
      const { stdout } = await run("nsenter", ["-t", `${pid}`, "--net", "ss", "-KHtn", targets], { group });
      return stdout.split("\n").filter(Boolean).length;
    },

    killApiServer: () => killComponent(plan, "kube-apiserver"),
    startApiServer: () => start("kube-apiserver", controllers),
    killEtcd: () => killComponent(plan, "etcd"),
    startEtcd: () => start("etcd", controllers),
    async settle() {
      await restartComponent(plan, "etcd");
      await start("kube-apiserver", [...controllers, ...nodeAgents]);
    },

    async killContainer(pod) {
      const { node, containerId, pid } = await placeOf(pod);
      const nodePlan = plan.nodes.find(({ name }) => name === node);
      const before = processOf(pid);
      if (!nodePlan || !before) throw new ClusterError(`container ${containerId} has no process on ${node}`);
      await ctr(nodePlan, ["tasks", "kill", "--signal", "SIGKILL", containerId], { group });
      await pollUntil(
        `the end of container ${containerId}`,
        () => (processOf(pid)?.startTicks === before.startTicks ? undefined : true),
        { timeoutMs: 10_000, everyMs: 5 },
      );
      return { containerId, pid };
    },
  };
}

/** The faults of a cluster that is not ours. */
export function noFaults(): Faults {
  const refuse = async (): Promise<never> => {
    throw new ClusterError(
      "faults need the cluster of npm run cluster:up, whose processes and network are ours to break; " +
        'this is the cluster that KUBECONFIG names. Skip the test where `cluster.kind` is not "own"',
    );
  };
  return {
    cutApiServerFromPod: refuse,
    resetApiServerConnections: refuse,
    killApiServer: refuse,
    startApiServer: refuse,
    killEtcd: refuse,
    startEtcd: refuse,
    settle: refuse,
    killContainer: refuse,
  };
}
