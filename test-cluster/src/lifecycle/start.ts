import { existsSync } from "node:fs";
import { chmod, mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { type Kubectl, kubectlOf } from "../api/kubectl.ts";
import type { Binaries } from "../binary/bundle.ts";
import { controlPlaneFile } from "../config/api-server.ts";
import { networkScript } from "../config/network.ts";
import { nodeFile, privateDirectories } from "../config/node.ts";
import { createGroup } from "../host/cgroup.ts";
import { run } from "../host/command.ts";
import { ClusterError } from "../host/error.ts";
import { createFreshGroup } from "../host/group.ts";
import { findCniDirectory, findProgram } from "../host/program.ts";
import type { Progress } from "../host/progress.ts";
import { importImage } from "../image/containerd.ts";
import { pauseImage } from "../image/pause-image.ts";
import type { NodePlan, Plan } from "../plan.ts";
import { enterNode, holderOf, startComponent, waitWithComponents } from "./component.ts";
import { componentsOf, configurationFiles, type Software } from "./components.ts";
import { nodesOf } from "./health.ts";
import { directoriesToRemove, makeDirectories, withMachineDirectories } from "./machine-directories.ts";
import { isWell } from "./probe.ts";
import { type ClusterRecord, writeRecord } from "./record.ts";

export interface StartOptions {
  readonly binaries: Binaries;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** What the phases of a start share. */
interface Start {
  readonly plan: Plan;
  readonly record: ClusterRecord;
  readonly binaries: Binaries;
  readonly kubectl: Kubectl;
  readonly signal: AbortSignal | undefined;
  /** Starts components by name, one after the other. */
  start(...names: readonly string[]): Promise<void>;
  /** Waits as long as the named components live, at most a minute. */
  wait(what: string, components: readonly string[], look: () => Promise<true | undefined>): Promise<true>;
}

type Detail = (text: string) => void;

/**
 * Starts the cluster of a plan on a machine that has nothing of it, and resolves when it is ready for work. When it
 * fails, what was started is left for tearDown; the error shows the log of the component that failed.
 */
export async function startCluster(plan: Plan, { binaries, progress, signal }: StartOptions): Promise<ClusterRecord> {
  const software = await findSoftware(plan);
  const record: ClusterRecord = {
    plan,
    fingerprint: binaries.fingerprint,
    group: createFreshGroup(plan.cgroup, "system"),
    forwardPort: await freePort(),
    kubectl: binaries.path("kubectl"),
    startedAt: new Date().toISOString(),
    snapshotter: software.snapshotter,
    madeDirectories: [],
  };
  const components = componentsOf(plan, binaries, software, record.forwardPort);
  const cluster: Start = {
    plan,
    record,
    binaries,
    kubectl: kubectlOf({ program: record.kubectl, kubeconfig: plan.paths.kubeconfig, group: record.group }),
    signal,
    async start(...names) {
      for (const name of names) {
        signal?.throwIfAborted();
        const component = components.get(name);
        if (!component) throw new Error(`no component is named ${name}`);
        await startComponent(plan, component, record.group);
      }
    },
    wait: (what, names, look) => waitWithComponents(plan, what, names, look, { timeoutMs: 60_000, signal }),
  };

  await rm(plan.paths.logs, { recursive: true, force: true });
  await mkdir(plan.paths.logs, { recursive: true });
  const noted = await progress.step("nodes and their network", async () => {
    await writeFiles(configurationFiles(plan, software, record.forwardPort, new Date()));
    return startNodes(cluster);
  });
  await progress.step("control plane", (detail) => startControlPlane(cluster, detail));
  await progress.step("nodes ready", (detail) => startNodeAgents(cluster, detail));
  const ready = { ...noted, readyAt: new Date().toISOString() };
  await writeRecord(ready);
  return ready;
}

/** Network, namespaces and mounts of the nodes. Returns the record with the directories that were made for it. */
async function startNodes({ plan, record, signal, start, wait }: Start): Promise<ClusterRecord> {
  const { group } = record;
  for (const node of plan.nodes) await makeNamespace(node, group);
  for (const node of plan.nodes) {
    const [program = "", ...args] = enterNode(plan, node.name, "network");
    await run(program, [...args, "sh", "-c", networkScript(plan, node)], { signal, group });
  }
  return withMachineDirectories(async () => {
    const mountPoints = Object.keys(privateDirectories);
    const madeDirectories = await directoriesToRemove(mountPoints, dirname(plan.paths.state));
    const noted = { ...record, madeDirectories };
    await writeRecord(noted); // before they are made
    await makeDirectories(mountPoints);
    await start(...plan.nodes.map(holderOf));
    for (const node of plan.nodes) {
      await wait(`the mounts of ${node.name}`, [holderOf(node)], async () =>
        existsSync(nodeFile(node, "ready")) ? true : undefined,
      );
    }
    return noted;
  });
}

async function startControlPlane(cluster: Start, detail: Detail): Promise<void> {
  const { plan, record, kubectl, signal, start, wait } = cluster;
  const [first] = plan.nodes;
  await start("etcd", "kube-apiserver", "forward");
  // While the API server comes up, which takes some seconds.
  for (const node of plan.nodes) await start(`containerd-${node.name}`);
  const imported = importPause(cluster);
  imported.catch(() => {}); // awaited below
  const readyz = `https://${plan.apiServer.address}:${plan.apiServer.port}/readyz`;
  await wait("an API server that is ready", ["etcd", "kube-apiserver"], () =>
    isWell(plan, first.name, [readyz], 1000, record.group),
  );
  await start("kube-controller-manager", "kube-scheduler");
  await kubectl(["apply", "-f", controlPlaneFile(plan, "bootstrap.json")], { signal });
  await start("coredns");
  detail("importing the pause image");
  await imported;
}

async function startNodeAgents({ plan, record, kubectl, signal, start, wait }: Start, detail: Detail): Promise<void> {
  const [first] = plan.nodes;
  const agents = plan.nodes.flatMap(({ name }) => [`kubelet-${name}`, `kube-proxy-${name}`]);
  await start(...agents);
  await wait(
    "two nodes that are ready and take pods",
    [...agents, "kube-apiserver", "kube-controller-manager"],
    async () => {
      const nodes = await nodesOf(kubectl, signal);
      detail(nodes.map((node) => `${node.name} ${node.ready ? "Ready" : "not ready"}`).join(", "));
      const usable = nodes.filter((node) => node.ready && node.schedulable);
      return usable.length === plan.nodes.length ? true : undefined;
    },
  );
  const well = (component: string, node: string, url: string) =>
    wait(`${component} that is well`, [component], () => isWell(plan, node, [url], 1000, record.group));
  await Promise.all([
    well("coredns", first.name, `http://${plan.dnsAddress}:8181/ready`),
    ...plan.nodes.map(({ name }) => well(`kube-proxy-${name}`, name, "http://127.0.0.1:10256/healthz")),
  ]);
  await kubectl(["wait", "--for=create", "serviceaccount/default", "--namespace=default", "--timeout=30s"], {
    signal,
    timeoutMs: 35_000,
  });
}

async function findSoftware(plan: Plan): Promise<Software> {
  const [containerd, runc, cniDirectory] = [findProgram("containerd"), findProgram("runc"), findCniDirectory()];
  if (!containerd || !runc || !cniDirectory) throw new ClusterError("containerd, runc or the CNI plugins are missing");
  await mkdir(plan.paths.state, { recursive: true });
  const overlayfs = 0x794c7630; // linux/magic.h
  const { type } = await statfs(plan.paths.state);
  return { containerd, runc, cniDirectory, snapshotter: type === overlayfs ? "native" : "overlayfs" };
}

/** A port of 127.0.0.1 that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

async function writeFiles(files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
  }
}

/** The node's directories, its control group, and its network namespace, held by a mount on a file. */
async function makeNamespace(node: NodePlan, group: string): Promise<void> {
  for (const name of Object.values(privateDirectories)) await mkdir(nodeFile(node, name), { recursive: true });
  await chmod(node.directory, 0o755);
  createGroup(node.cgroup);
  await writeFile(node.netns, "");
  await run("unshare", [`--net=${node.netns}`, "true"], { group });
}

async function importPause({ plan, record, binaries, wait, signal }: Start): Promise<void> {
  const { snapshotter, group } = record;
  const image = await pauseImage(plan.images.pause, binaries.path("pause"));
  await Promise.all(
    plan.nodes.map(async (node) => {
      await wait(`containerd of ${node.name}`, [`containerd-${node.name}`], async () =>
        existsSync(node.containerdSocket) ? true : undefined,
      );
      await importImage(node, image, { signal, snapshotter, group });
    }),
  );
}
