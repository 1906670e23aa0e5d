// The cluster's life and violent death, on an instance of its own beside the one that the other tests use.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundles, cacheDirectory, cacheKey, locateBinaries, missingBundles } from "../src/binary/bundle.ts";
import { connectCluster } from "../src/cluster.ts";
import { planFrom, readEnvironment } from "../src/environment.ts";
import { pollUntil } from "../src/host/deadline.ts";
import { processOf } from "../src/host/process.ts";
import { identityOf } from "../src/lifecycle/component.ts";
import { componentNames } from "../src/lifecycle/components.ts";
import { machineFiles, networkNamespacesOf, tracesOf } from "./traces.ts";

const instance = "lifecycle";
const environment = readEnvironment();
const plan = planFrom({ ...environment, instance });
const skip = environment.foreign && "the cluster is not ours";
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Starts one of the commands for this instance, or for another. */
function start(
  command: string,
  name = instance,
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, KUBBO_TEST_CLUSTER_INSTANCE: name, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  return { child, ended: once(child, "close").then(([code]) => ({ code, output })) };
}

const end = (command: string, name = instance) => start(command, name).ended;

/** Starts `up`, waits until a component has been started, and kills `up` with the signal. */
async function upKilledAt(component: string, signal: "SIGKILL" | "SIGINT"): Promise<Ended> {
  const { child, ended } = start("up");
  const file = join(plan.paths.state, "components", `${component}.stat`);
  await Promise.race([
    pollUntil(component, () => (existsSync(file) ? true : undefined), { timeoutMs: 60_000, everyMs: 2 }),
    ended.then(({ output }) => assert.fail(`up ended before ${component} was started: ${output}`)),
  ]);
  child.kill(signal);
  return ended;
}

async function downLeavesNothing(): Promise<void> {
  const networkNamespaces = networkNamespacesOf(plan);
  const { code, output } = await end("down");
  assert.equal(code, 0, output);
  assert.deepEqual(tracesOf(plan, networkNamespaces), []);
  assert.deepEqual(machineFiles(), filesBefore);
}

/** Leaves the large files out of a copy. */
const isNoBinary = (path: string) => !bundles.some((bundle) => path.endsWith(`/${bundle.name}`));

let filesBefore: readonly string[];
let mainWasHealthy: boolean;

before(async () => {
  if (skip) return;
  assert.deepEqual(missingBundles(environment.cache), [], "the binaries are not built. Run: npm run cluster:up");
  mainWasHealthy = (await end("status", environment.instance)).code === 0;
  await end("down");
  filesBefore = machineFiles();
});
after(async () => {
  if (skip) return;
  await end("down");
  rmSync(plan.paths.logs, { recursive: true, force: true });
});

test("without a cluster status says so with code 3, and down has nothing to do", { skip }, async () => {
  assert.equal((await end("status")).code, 3);
  const { code, output } = await end("down");
  assert.equal(code, 0);
  assert.match(output, /there is no cluster "lifecycle"/);
});

test("a name that is none is refused before anything happens", { skip }, async () => {
  const { code, output } = await end("up", "No Name");
  assert.equal(code, 2);
  assert.match(output, /^the instance name "No Name" is not/);
  assert.equal(output.trim().split("\n").length, 1);
});

for (const component of ["node-a", "kubelet-node-a"]) {
  test(`up killed by SIGKILL when it starts ${component}: down leaves nothing`, { skip }, async () => {
    await upKilledAt(component, "SIGKILL");
    assert.notDeepEqual(tracesOf(plan), [], "the processes live on, which is what down is for");
    assert.equal((await end("status")).code, 1);
    await downLeavesNothing();
  });
}

test("up interrupted by Ctrl-C removes what it started", { skip }, async () => {
  const { code, output } = await upKilledAt("containerd-node-b", "SIGINT");
  assert.equal(code, 130, output);
  assert.match(output, /interrupted by SIGINT/);
  assert.deepEqual(tracesOf(plan), []);
});

test("a component that does not start is named with the end of its log, and nothing is left", { skip }, async () => {
  const parent = mkdtempSync(join(tmpdir(), "kubbo-cache-"));
  try {
    const bin = join(parent, "kubbo", "test-cluster", "bin");
    cpSync(join(environment.cache, "bin"), bin, { recursive: true, verbatimSymlinks: true, filter: isNoBinary });
    for (const bundle of bundles) {
      const built = join(cacheDirectory(environment.cache, bundle), bundle.name);
      symlinkSync(built, join(bin, cacheKey(bundle), bundle.name));
    }
    const etcd = locateBinaries(join(parent, "kubbo", "test-cluster")).path("etcd");
    rmSync(etcd);
    writeFileSync(etcd, "#!/bin/sh\necho the disk is on fire\nexit 1\n", { mode: 0o755 });
    const { code, output } = await start("up", instance, { XDG_CACHE_HOME: parent }).ended;
    assert.equal(code, 1, output);
    assert.match(output, /etcd ended .*etcd\.log\nthe disk is on fire/s);
    assert.deepEqual(tracesOf(plan), []);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test("up killed by SIGKILL in the middle of the control plane: the next two at once start it, once", {
  skip,
}, async () => {
  await upKilledAt("kube-apiserver", "SIGKILL");
  const [one, two] = await Promise.all([end("up"), end("up")]);
  assert.deepEqual([one.code, two.code], [0, 0], `${one.output}\n${two.output}`);
  const outputs = [one.output, two.output].sort((a) => (a.includes("is up after") ? -1 : 1));
  assert.match(outputs[0] ?? "", /cannot be used .*removing it.* is up after /s);
  assert.match(outputs[1] ?? "", /waiting: another command is at work.*is running and healthy/s);
});

test("a running cluster is healthy, and another up does nothing", { skip }, async () => {
  const { code, output } = await end("status");
  assert.equal(code, 0, output);
  for (const name of componentNames(plan)) assert.match(output, new RegExp(`^${name} +\\d+ +\\S+ (s|ms) +ok$`, "m"));
  const before = componentNames(plan).map((name) => identityOf(plan, name)?.pid);
  const started = performance.now();
  assert.equal((await end("up")).code, 0);
  assert.ok(performance.now() - started < 10_000);
  assert.deepEqual(
    componentNames(plan).map((name) => identityOf(plan, name)?.pid),
    before,
  );
});

test("all of it killed with pods running: status says degraded, down ends the pods as well", { skip }, async () => {
  const cluster = await connectCluster({ instance });
  const labels = { app: "pause" };
  await cluster.apply({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "pause", namespace: "default" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "pause", image: plan.images.pause, imagePullPolicy: "Never" }] },
      },
    },
  });
  const [pod] = await cluster.waitForPods({ namespace: "default", selector: "app=pause" }, 2);
  assert.ok(pod);
  const { pid } = await cluster.locate({ namespace: "default", name: pod.metadata.name });
  for (const name of componentNames(plan)) {
    const identity = identityOf(plan, name);
    if (identity) process.kill(identity.pid, "SIGKILL");
  }
  assert.ok(processOf(pid), "the pod's process lives on");
  const { code, output } = await end("status");
  assert.equal(code, 1);
  assert.match(output, /etcd: not running/);
  await downLeavesNothing();
  assert.equal(processOf(pid), undefined);
});

test("the other cluster has not noticed", { skip }, async () => {
  const { code, output } = await end("status", environment.instance);
  assert.equal(code === 0, mainWasHealthy, output);
});
