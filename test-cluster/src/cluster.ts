// The real cluster, as tests use it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditQuery, type AuditRequest, auditLines, auditRequests } from "./api/audit.ts";
import { createFaults, type Faults, noFaults } from "./api/fault.ts";
import { type Access, type Kubectl, type KubectlOptions, kubectlFlags, kubectlOf } from "./api/kubectl.ts";
import { locatePod, type PodLocation } from "./api/location.ts";
import { createNamespace, deleteNamespace, type TestNamespace } from "./api/namespace.ts";
import type { Pod, PodRef, PodSelector } from "./api/pod.ts";
import { type PortForward, portForward } from "./api/port-forward.ts";
import { linesOf } from "./api/stream.ts";
import { type WaitOptions, type WatchEvent, waitForCondition, waitForPods, waitForRollout, watch } from "./api/wait.ts";
import { type Environment, planFrom, readEnvironment } from "./environment.ts";
import { foreignAccess } from "./foreign.ts";
import { type CommandOptions, type CommandOutput, run } from "./host/command.ts";
import { ClusterError, messageOf } from "./host/error.ts";
import { shellQuote } from "./host/shell.ts";
import { importImage } from "./image/containerd.ts";
import type { Image } from "./image/image.ts";
import { saveImage } from "./image/save.ts";
import { enterNode } from "./lifecycle/component.ts";
import { nodesOf } from "./lifecycle/health.ts";
import { readRecord } from "./lifecycle/record.ts";

export type { AuditQuery, AuditRequest } from "./api/audit.ts";
export type { Cut, DroppedPackets, Faults, FaultTarget } from "./api/fault.ts";
export type { KubectlOptions } from "./api/kubectl.ts";
export type { PodLocation } from "./api/location.ts";
export type { TestNamespace } from "./api/namespace.ts";
export { describePod, isPodReady, type Pod, type PodRef, type PodSelector } from "./api/pod.ts";
export type { PortForward } from "./api/port-forward.ts";
export type { WaitOptions, WatchEvent } from "./api/wait.ts";
export { CommandError } from "./host/command.ts";
export { ClusterError } from "./host/error.ts";
export type { Image } from "./image/image.ts";
export { buildJavaImage, type JavaImageOptions } from "./image/java-image.ts";
export { buildNodeImage, type NodeImageOptions } from "./image/node-image.ts";

/** A manifest: YAML or JSON text, an object, or several objects. */
export type Manifest = string | object;

export interface ClusterNode {
  readonly name: string;
  readonly zone: string;
  /** Own cluster only: the node's network namespace, a file for `nsenter --net=`. */
  readonly netns?: string;
}

export interface LogOptions {
  /** Go on with what is written later, until the loop is left, the signal aborts or the container ends. Default false. */
  readonly follow?: boolean;
  /** Only the last lines. Default: all. */
  readonly tail?: number;
  /** Of the container's life before its last restart. */
  readonly previous?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * A running cluster. Everything that waits takes a signal or a time-out; what kubectl says on stderr is in the error.
 * Nothing needs to be closed but what says so.
 */
export interface Cluster {
  /** `own`: of `npm run cluster:up`. `foreign`: the one that KUBECONFIG names, without faults and audit log. */
  readonly kind: "own" | "foreign";
  /** Path for KUBECONFIG. Undefined on a foreign cluster when kubectl's own default is used. */
  readonly kubeconfig: string | undefined;
  readonly nodes: readonly ClusterNode[];

  /** Runs kubectl and gives what it prints. */
  readonly kubectl: Kubectl;
  /** `kubectl get … -o json`, parsed. */
  get<T>(args: readonly string[], options?: KubectlOptions): Promise<T>;
  apply(
    manifest: Manifest | readonly object[],
    options?: KubectlOptions & { readonly namespace?: string },
  ): Promise<void>;
  /** A namespace of the test's own; `await using` deletes it. */
  createNamespace(prefix: string, options?: KubectlOptions): Promise<TestNamespace>;
  deleteNamespace(name: string, options?: KubectlOptions): Promise<void>;
  /**
   * Brings an image to all nodes, unless they have it. Returns its reference for `image:`; set
   * `imagePullPolicy: Never` (or IfNotPresent).
   */
  loadImage(image: Image, options?: { readonly signal?: AbortSignal }): Promise<string>;

  /** Waits until all replicas are new and available: `waitForRollout("shop", "deployment/greeter")`. */
  waitForRollout(namespace: string, workload: string, options?: WaitOptions): Promise<void>;
  /** Waits until exactly `count` pods match, all Ready, none terminating. Returns them. */
  waitForPods(selector: PodSelector, count: number, options?: WaitOptions): Promise<readonly Pod[]>;
  /** Waits until nothing is left of what `kubectl delete` was told: `["pods", "--selector=app=greeter"]`. */
  waitForDeletion(namespace: string, resource: readonly string[], options?: WaitOptions): Promise<void>;
  /** Waits for a condition in the words of `kubectl wait --for`. */
  waitFor(namespace: string, resource: readonly string[], condition: string, options?: WaitOptions): Promise<void>;
  /** What there is, as ADDED, and every change from then on, until the loop is left. Arguments of `kubectl get`. */
  watch<T>(args: readonly string[], signal?: AbortSignal): AsyncIterable<WatchEvent<T>>;
  pods(selector: PodSelector): Promise<readonly Pod[]>;

  /** A container's log, line by line. */
  logs(pod: PodRef, options?: LogOptions): AsyncIterable<string>;
  /** Runs a command in a container. Errors: CommandError with its exit code, unless that is 0. */
  exec(pod: PodRef, command: readonly string[], options?: CommandOptions): Promise<CommandOutput>;
  /** A port of 127.0.0.1 that leads to the pod's. */
  portForward(pod: PodRef, port: number): Promise<PortForward>;

  /** Own cluster only: requests of ServiceAccounts outside kube-system, as the API server wrote them down. */
  auditLog(query?: AuditQuery): Promise<readonly AuditRequest[]>;
  /** Own cluster only: the node and process of a container. */
  locate(pod: PodRef): Promise<PodLocation>;
  /** Own cluster only: runs a command of this machine in a node's network. */
  inNode(node: string, command: readonly string[], options?: CommandOptions): Promise<CommandOutput>;
  /** Own cluster only. */
  readonly faults: Faults;
}

export interface ConnectOptions {
  readonly signal?: AbortSignal;
  /** Another instance than that of the environment. */
  readonly instance?: string;
}

/** The cluster that the environment speaks of. Errors: ClusterError when it does not run, with what to do. */
export async function connectCluster(options: ConnectOptions = {}): Promise<Cluster> {
  const fromVariables = readEnvironment();
  const environment = { ...fromVariables, instance: options.instance ?? fromVariables.instance };
  return environment.foreign ? connectForeign(environment, options.signal) : connectOwn(environment, options.signal);
}

async function connectOwn(environment: Environment, signal: AbortSignal | undefined): Promise<Cluster> {
  const planned = planFrom(environment);
  const record = await readRecord(planned);
  if (!record?.readyAt) {
    const how = record ? "has not come up completely" : "is not running";
    throw new ClusterError(`the test cluster "${planned.instance}" ${how}. Run: npm run cluster:up`);
  }
  const { plan, snapshotter } = record;
  const { group } = record;
  const access: Access = { program: record.kubectl, kubeconfig: plan.paths.kubeconfig, group };
  const common = commonTo(access);
  const locate = (pod: PodRef) => locatePod(plan, common.kubectl, pod);
  await common.kubectl(["get", "--raw", "/readyz"], { signal, timeoutMs: 10_000 }).catch((error: unknown) => {
    throw new ClusterError(
      `the test cluster "${plan.instance}" does not answer: ${messageOf(error)}\n` +
        "See npm run cluster:status; npm run cluster:up starts it anew.",
      { cause: error },
    );
  });
  return {
    ...common,
    kind: "own",
    nodes: plan.nodes.map(({ name, zone, netns }) => ({ name, zone, netns })),
    async loadImage(image, { signal: loadSignal } = {}) {
      await Promise.all(plan.nodes.map((node) => importImage(node, image, { signal: loadSignal, snapshotter, group })));
      return image.reference;
    },
    auditLog: (query = {}) => auditRequests(auditLines(plan.paths.auditLog), query),
    locate,
    inNode(node, command, runOptions = {}) {
      const [program = "", ...args] = [...enterNode(plan, node, "network"), ...command];
      return run(program, args, { ...runOptions, group });
    },
    faults: createFaults({ plan, group, locate }),
  };
}

async function connectForeign(environment: Environment, signal: AbortSignal | undefined): Promise<Cluster> {
  const access = foreignAccess(environment);
  const common = commonTo(access);
  const nodes = await nodesOf(common.kubectl, signal);
  const refuse = (what: string) => async (): Promise<never> => {
    throw new ClusterError(`${what} needs the cluster of npm run cluster:up; this is the one that KUBECONFIG names`);
  };
  return {
    ...common,
    kind: "foreign",
    nodes: nodes.map(({ name, zone }) => ({ name, zone })),
    async loadImage(image, { signal: loadSignal } = {}) {
      await loadByCommand(image, environment.imageLoadCommand, loadSignal);
      return image.reference;
    },
    auditLog: refuse("the audit log"),
    locate: refuse("the place of a pod on this machine"),
    inNode: refuse("a command in a node's network"),
    faults: noFaults(),
  };
}

/** What is the same on every cluster. */
function commonTo(access: Access) {
  const kubectl = kubectlOf(access);
  const get = async <T>(args: readonly string[], options: KubectlOptions = {}) =>
    JSON.parse(await kubectl(["get", ...args, "-o", "json"], options)) as T;
  const inPod = ({ namespace, name, container }: PodRef) => [
    name,
    `--namespace=${namespace}`,
    ...(container === undefined ? [] : [`--container=${container}`]),
  ];
  return {
    kubeconfig: access.kubeconfig,
    kubectl,
    get,
    async apply(manifest, { namespace, ...options } = {}) {
      const objects = Array.isArray(manifest) ? { apiVersion: "v1", kind: "List", items: manifest } : manifest;
      const input = typeof objects === "string" ? objects : JSON.stringify(objects);
      const flags = namespace === undefined ? [] : [`--namespace=${namespace}`];
      await kubectl(["apply", "-f", "-", ...flags], { ...options, input });
    },
    createNamespace: (prefix, options) => createNamespace(kubectl, prefix, options),
    deleteNamespace: (name, options) => deleteNamespace(kubectl, name, options),
    waitForRollout: (namespace, workload, options) => waitForRollout(kubectl, namespace, workload, options),
    waitForPods: (selector, count, options) => waitForPods(access, selector, count, options),
    waitForDeletion: (namespace, resource, options) =>
      waitForCondition(kubectl, namespace, resource, "delete", options),
    waitFor: (namespace, resource, condition, options) =>
      waitForCondition(kubectl, namespace, resource, condition, options),
    watch: <T>(args: readonly string[], signal?: AbortSignal) => watch<T>(access, args, signal),
    async pods({ namespace, selector }) {
      const flags = [`--namespace=${namespace}`, `--selector=${selector}`];
      return (await get<{ readonly items: readonly Pod[] }>(["pods", ...flags])).items;
    },
    logs(pod, { follow = false, tail, previous = false, signal } = {}) {
      const flags = [`--follow=${follow}`, `--previous=${previous}`, ...(tail === undefined ? [] : [`--tail=${tail}`])];
      return linesOf(access.program, [...kubectlFlags(access), "logs", ...inPod(pod), ...flags], {
        signal,
        group: access.group,
      });
    },
    exec(pod, command, options = {}) {
      const stdin = options.input === undefined ? [] : ["--stdin"];
      const args = ["exec", ...stdin, ...inPod(pod), "--", ...command];
      return run(access.program, [...kubectlFlags(access), ...args], { ...options, group: access.group });
    },
    portForward: (pod, port) => portForward(access, pod, port),
  } satisfies Partial<Cluster>;
}

/** Loads an image into a cluster that is not ours, by the user's own command, which gets the path of the archive. */
async function loadByCommand(
  image: Image,
  command: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (command === undefined) {
    throw new ClusterError(
      `image ${image.reference} cannot be loaded: set KUBBO_TEST_IMAGE_LOAD to the command that loads an image archive ` +
        "into your cluster; it gets the path as its last argument. For kind: KUBBO_TEST_IMAGE_LOAD='kind load image-archive'",
    );
  }
  const directory = await mkdtemp(join(tmpdir(), "kubbo-image-"));
  try {
    const path = join(directory, "image.tar");
    await saveImage(image, path);
    await run("sh", ["-c", `${command} ${shellQuote(path)}`], { signal, timeoutMs: 300_000 });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
