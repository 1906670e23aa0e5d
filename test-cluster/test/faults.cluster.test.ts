import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import { type Cluster, connectCluster, type PodRef, type TestNamespace } from "../src/cluster.ts";
import { allowWatching, deployWeb } from "./web.ts";

let cluster: Cluster;
let namespace: TestNamespace;
/** One pod per node; each watches the EndpointSlices and prints what it hears. */
let watchers: readonly PodRef[];

before(async () => {
  cluster = await connectCluster();
  namespace = await cluster.createNamespace("faults");
  await allowWatching(cluster, namespace);
  const pods = await deployWeb(cluster, namespace, { replicas: 2, args: ["--watch"] });
  watchers = pods.map(({ metadata }) => ({ namespace: namespace.name, name: metadata.name }));
});
after(async () => {
  if (cluster?.kind === "own") await cluster.faults.settle();
  await namespace?.delete();
});

/** Skips a test that breaks what is not ours to break. */
function isForeign(t: TestContext): boolean {
  if (cluster.kind === "foreign") t.skip("the cluster is not ours");
  return cluster.kind === "foreign";
}

/** Makes an EndpointSlice of this name, of which every watcher hears. */
const makeSlice = (name: string) =>
  cluster.apply({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace: namespace.name },
    addressType: "IPv4",
    endpoints: [],
  });

/** Resolves when the pod has printed a line; rejects after the time. */
async function heard(pod: PodRef, wanted: string, timeoutMs = 30_000): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  // The log of a container ends with it, and a stream of it with the API server; the pod goes on.
  while (!signal.aborted) {
    for await (const line of cluster.logs(pod, { follow: true, signal })) {
      if (line === wanted) return;
    }
    await cluster.waitFor(pod.namespace, [`pod/${pod.name}`], "condition=Ready");
  }
  throw new Error(`${pod.name} has not printed "${wanted}" within ${timeoutMs} ms`);
}

/** Tries for a second to connect to the API server. */
const connects = `
  const end = (text) => { console.log(text); process.exit(); };
  require("node:net").connect(443, "kubernetes.default", () => end("connected")).on("error", (error) => end(error.code));
  setTimeout(end, 1000, "silence");
`;

/** What the pod has printed up to now. */
async function printed(pod: PodRef): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of cluster.logs(pod)) lines.push(line);
  return lines;
}

test("the audit log has the watch of a pod's ServiceAccount, and nothing else of it", async (t) => {
  if (isForeign(t)) return;
  for (const pod of watchers) await heard(pod, "watch 200");
  const requests = await cluster.auditLog({ serviceAccount: { namespace: namespace.name, name: "default" } });
  assert.deepEqual(
    requests.map(({ verb, code, object, pod }) => ({ verb, code, resource: object?.resource, pod })),
    requests.map(({ pod }) => ({ verb: "watch", code: 200, resource: "endpointslices", pod })),
  );
  assert.deepEqual(new Set(requests.map(({ pod }) => pod)), new Set(watchers.map(({ name }) => name)));
  assert.deepEqual(await cluster.auditLog({ since: new Date(Date.now() + 1000) }), []);
});

test("a pod that is cut from the API server hears nothing, on either node, and everything after healing", async (t) => {
  if (isForeign(t)) return;
  for (const [index, pod] of watchers.entries()) {
    const other = watchers.find((one) => one !== pod);
    assert.ok(other);
    await using cut = await cluster.faults.cutApiServerFromPod(pod);
    const name = `cut-${index}`;
    await makeSlice(name);
    await heard(other, `event ${name}`);
    // The server sends the event again and again; the first of these packets has been swallowed for certain by now.
    assert.ok((await cut.dropped()).fromApiServer > 0, "the cut swallowed nothing");
    assert.ok(!(await printed(pod)).includes(`event ${name}`));
    assert.equal((await cluster.exec(pod, ["node", "-e", connects])).stdout, "silence\n");
    const dropped = await cut.heal();
    assert.ok(dropped.toApiServer > 0);
    await heard(pod, `event ${name}`);
    assert.deepEqual(
      (await printed(pod)).filter((line) => line.startsWith("broken")),
      [],
    );
  }
});

test("connections to the API server are reset", async (t) => {
  if (isForeign(t)) return;
  const [pod] = watchers;
  assert.ok(pod);
  assert.ok((await cluster.faults.resetApiServerConnections(pod)) >= 1);
  await heard(pod, "broken ECONNRESET");
});

test("a container killed by the runtime is started again", async (t) => {
  if (isForeign(t)) return;
  const [pod] = watchers;
  assert.ok(pod);
  const killed = await cluster.faults.killContainer(pod);
  await cluster.waitFor(namespace.name, [`pod/${pod.name}`], "jsonpath={.status.containerStatuses[0].restartCount}=1");
  await cluster.waitFor(namespace.name, [`pod/${pod.name}`], "condition=Ready");
  assert.notEqual((await cluster.locate(pod)).containerId, killed.containerId);
});

test("the API server is killed and comes back; watchers notice at once and go on", async (t) => {
  if (isForeign(t)) return;
  const [pod] = watchers;
  assert.ok(pod);
  const other = await cluster.locate(watchers[1] ?? pod);
  await cluster.faults.killApiServer();
  await assert.rejects(cluster.kubectl(["get", "nodes"], { timeoutMs: 5000 }));
  // A place that is known may be broken while nobody could ask for it.
  assert.equal((await cluster.faults.killContainer(other)).pid, other.pid);
  await cluster.faults.startApiServer();
  await heard(pod, "broken ECONNRESET");
  await makeSlice("after-api-server");
  await heard(pod, "event after-api-server");
});

test("etcd is killed and comes back; nothing can be written without it", async (t) => {
  if (isForeign(t)) return;
  await cluster.faults.killEtcd();
  await assert.rejects(
    cluster.kubectl(["create", "configmap", "lost", `--namespace=${namespace.name}`], { timeoutMs: 3000 }),
  );
  await cluster.faults.startEtcd();
  await makeSlice("after-etcd");
  await Promise.all(watchers.map((pod) => heard(pod, "event after-etcd")));
});
