import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cluster, connectCluster, type Pod, type TestNamespace } from "../src/cluster.ts";
import { deployWeb } from "./web.ts";

let cluster: Cluster;
let namespace: TestNamespace;
let pods: readonly Pod[];

before(async () => {
  cluster = await connectCluster();
  namespace = await cluster.createNamespace("pods");
  pods = await deployWeb(cluster, namespace, { replicas: 2 });
  // The cluster's DNS watches as everyone does: after the API server was gone (other tests end it) it hears of a new
  // Service when its own backoff is over, and has remembered until then that there is none.
  await inPod(
    `
    import { lookup } from "node:dns/promises";
    const endsAt = performance.now() + 60_000;
    for (;;) {
      try { await lookup("web"); break; } catch (error) { if (performance.now() > endsAt) throw error; }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  `,
    70_000,
  );
});
after(() => namespace?.delete());

/** Runs a piece of JavaScript in the first pod and gives what it prints. */
async function inPod(code: string, timeoutMs?: number): Promise<string> {
  const pod = { namespace: namespace.name, name: pods[0]?.metadata.name ?? "" };
  return (await cluster.exec(pod, ["node", "--input-type=module", "-e", code], { timeoutMs })).stdout.trim();
}

test("a Node image runs on both nodes, as uid 1000 on a read-only file system", async () => {
  assert.deepEqual(new Set(pods.map((pod) => pod.spec.nodeName)), new Set(cluster.nodes.map((node) => node.name)));
  const answer = JSON.parse(await inPod(`console.log(await (await fetch("http://127.0.0.1:8080/")).text())`));
  assert.equal(answer.uid, 1000);
  assert.equal(
    await inPod(
      `import("node:fs").then((fs) => { try { fs.writeFileSync("/app/x", "") } catch (e) { console.log(e.code) } })`,
    ),
    "EROFS",
  );
});

test("EndpointSlices name the node and the zone of each pod", async () => {
  const { items } = await cluster.get<{
    items: { endpoints: { addresses: string[]; nodeName: string; zone: string }[] }[];
  }>(["endpointslices", `--namespace=${namespace.name}`, "--selector=kubernetes.io/service-name=web"]);
  const seen = items.flatMap(({ endpoints }) => endpoints).map(({ nodeName, zone }) => `${nodeName} ${zone}`);
  assert.deepEqual(seen.sort(), cluster.nodes.map(({ name, zone }) => `${name} ${zone}`).sort());
});

test("a Service's name and address lead to every pod, also to the one that asks", async () => {
  const answers = await inPod(`
    const seen = new Set();
    for (let i = 0; i < 40; i++) {
      const response = await fetch("http://web/", { headers: { connection: "close" } });
      seen.add((await response.json()).pod);
    }
    console.log([...seen].sort().join());
  `);
  assert.equal(
    answers,
    pods
      .map((pod) => pod.metadata.name)
      .sort()
      .join(),
  );
});

test("names: a Service by its full name, a name that is nowhere without delay", async () => {
  const full = `web.${namespace.name}.svc.cluster.local`;
  const { spec } = await cluster.get<{ spec: { clusterIP: string } }>([
    "service",
    "web",
    `--namespace=${namespace.name}`,
  ]);
  const text = await inPod(`
    import { lookup } from "node:dns/promises";
    const started = performance.now();
    const nowhere = await lookup("nowhere.example.org").catch((error) => error.code);
    console.log(JSON.stringify({ address: (await lookup(${JSON.stringify(full)})).address, nowhere, ms: performance.now() - started }));
  `);
  const { address, nowhere, ms } = JSON.parse(text);
  assert.equal(address, spec.clusterIP);
  assert.equal(nowhere, "ENOTFOUND");
  assert.ok(ms < 1000, `${ms} ms`);
});

test("logs are followed line by line, of a pod that ends as well", async () => {
  const pod = { namespace: namespace.name, name: pods[1]?.metadata.name ?? "" };
  const lines: string[] = [];
  for await (const line of cluster.logs(pod, { follow: true, signal: AbortSignal.timeout(30_000) })) {
    lines.push(line);
    if (line === "listening")
      await cluster.kubectl(["delete", "pod", pod.name, "--wait=false", `--namespace=${pod.namespace}`]);
  }
  assert.deepEqual(lines, ["listening", "good-bye"]);
  pods = await cluster.waitForPods({ namespace: namespace.name, selector: "app=web" }, 2);
});

test("a command in a pod gives its exit code, a port of a pod is reached from here", async () => {
  const pod = { namespace: namespace.name, name: pods[0]?.metadata.name ?? "" };
  await assert.rejects(cluster.exec(pod, ["node", "-e", "console.error('why'); process.exit(3)"]), {
    code: 3,
    stderr: /why/,
  });
  assert.equal(
    (await cluster.exec(pod, ["node", "-p", "require('fs').readFileSync(0, 'utf8')"], { input: "given" })).stdout,
    "given\n",
  );
  await using way = await cluster.portForward(pod, 8080);
  const answer = await (await fetch(`http://127.0.0.1:${way.port}/`)).json();
  assert.deepEqual(answer, { pod: pod.name, uid: 1000 });
});

test("a watch tells of what is there and of what changes", async () => {
  const args = ["configmaps", `--namespace=${namespace.name}`, "--field-selector=metadata.name=watched"];
  const metadata = { name: "watched", namespace: namespace.name };
  await cluster.apply({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { value: "1" } });
  const seen: string[] = [];
  for await (const { type, object } of cluster.watch<{ data: { value: string } }>(args, AbortSignal.timeout(30_000))) {
    seen.push(`${type} ${object.data.value}`);
    if (seen.length === 1) await cluster.apply({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { value: "2" } });
    if (seen.length === 2) await cluster.kubectl(["delete", "configmap", "watched", `--namespace=${namespace.name}`]);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, ["ADDED 1", "MODIFIED 2", "DELETED 2"]);
});

test("waiting that is in vain says what was seen", async () => {
  await assert.rejects(
    cluster.waitForPods({ namespace: namespace.name, selector: "app=web" }, 3, { timeoutMs: 1500 }),
    new RegExp(`not exactly 3 ready pods of app=web[^]*${pods[0]?.metadata.name} on node-[ab]: Running`),
  );
});

test("no pods are waited for as well", async () => {
  await cluster.waitForPods({ namespace: namespace.name, selector: "app=nobody" }, 0);
  await cluster.kubectl(["scale", "deployment/web", "--replicas=0", `--namespace=${namespace.name}`]);
  assert.deepEqual(await cluster.waitForPods({ namespace: namespace.name, selector: "app=web" }, 0), []);
});
