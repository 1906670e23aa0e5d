import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type ClientOptions, createClient, type ReferenceOptions, RpcError } from "kubbo";
import { type ApiServer, createApiServer } from "kubbo/testing";
import { FakePod, pod, service } from "./deployment.ts";
import { EchoService } from "./gen/kubbo/test/v1/echo_pb.ts";
import { until } from "./until.ts";

function clientOf(api: ApiServer, options: ClientOptions = {}) {
  return createClient({ cluster: { server: api.url, allowLoopback: true, namespace: "shop" }, ...options });
}

/** The names of the providers that `calls` calls reach. */
async function reached(reference: { read(request: object): Promise<{ readonly text: string }> }, calls = 60) {
  const answers = await Promise.all(Array.from({ length: calls }, () => reference.read({})));
  return [...new Set(answers.map(({ text }) => text))].sort((a, b) => a.localeCompare(b));
}

function roleFor(namespace: string, name: string, where: string) {
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "discovery", namespace: where },
      rules: [{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "discovery", namespace: where },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "discovery" },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  ];
}

function fails(reason: string, says: RegExp) {
  return (error: unknown) => {
    assert.ok(RpcError.is(error), `not an RpcError: ${error}`);
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, says);
    return true;
  };
}

const interfaceLabel = "serves.kubbo.dev/kubbo.test.v1.EchoService";

const mappings: [how: string, labels: Record<string, string>, options: ReferenceOptions][] = [
  ["an explicit target", {}, { target: "kubernetes:///echo" }],
  ["an explicit target with namespace and port", {}, { target: "kubernetes:///echo.shop:tri" }],
  ["the application that it is provided by", { "kubbo.dev/application": "echo-app" }, { providedBy: "echo-app" }],
  ["the interface that a Service declares", { [interfaceLabel]: "" }, {}],
  ["a declaration in one of several namespaces", { [interfaceLabel]: "" }, { namespaces: ["other", "shop"] }],
];

for (const [how, labels, options] of mappings) {
  test(`a provider that registered nowhere is found by ${how}`, async () => {
    await using api = createApiServer();
    await api.start();
    api.apply(service("echo", { labels }));
    await using a = await new FakePod(api, "echo", "echo-a").start();
    await using b = await new FakePod(api, "echo", "echo-b").start();
    await using client = clientOf(api);
    const reference = client.refer(EchoService, { ...options, timeoutMs: 5000 });
    await until("both are reached", async () => (await reached(reference)).length === 2);
    assert.deepEqual(await reached(reference), [a.name, b.name]);
  });
}

test("calls follow the set: up, down to none, and up again", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo"));
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 });
  await assert.rejects(
    reference.read({}),
    fails("no-endpoint", /no ready endpoint .* 0 endpoints seen.*pods match the Service's selector/),
  );

  await using a = await new FakePod(api, "echo", "a").start();
  assert.deepEqual(await reached(reference.with({ waitForReady: true })), ["a"]);
  await using b = await new FakePod(api, "echo", "b").start();
  await until("b is reached", async () => (await reached(reference)).includes("b"));
  await a.delete();
  assert.deepEqual(await reached(reference), ["b"]);
  await b.delete();
  await until("it is known that there is none", () => client.inspect().references[0]?.endpoints.length === 0);
  await assert.rejects(reference.read({}), fails("no-endpoint", /./));
  const waiting = reference.with({ waitForReady: true }).read({});
  await using c = await new FakePod(api, "echo", "c").start();
  assert.equal((await waiting).text, c.name);
});

test("a Service that is gone is said to be gone", async () => {
  await using api = createApiServer();
  await api.start();
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { target: "kubernetes:///nowhere", timeoutMs: 5000 });
  await assert.rejects(reference.read({}), fails("no-endpoint", /gone.*Check that the Service exists/));
});

test("a pod that is not ready gets no calls; one that terminates gets them only while there is no other", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo"));
  await using a = await new FakePod(api, "echo", "a").start();
  await using b = await new FakePod(api, "echo", "b").start(false);
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 });
  assert.deepEqual(await reached(reference), ["a"]);
  a.report({ terminating: true });
  await until(
    "a is known to terminate",
    () =>
      client.inspect().references[0]?.endpoints[0]?.terminating === true ||
      client.inspect().references[0]?.endpoints[1]?.terminating === true,
  );
  assert.deepEqual(await reached(reference), ["a"]);
  b.report({ ready: true });
  await until("b has taken over", async () => (await reached(reference)).join() === "b");
});

test("while the API server is down calls go on with what is known, and its return is noticed within seconds", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo"));
  await using a = await new FakePod(api, "echo", "a").start();
  await using b = await new FakePod(api, "echo", "b").start();
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 });
  await until("both are reached", async () => (await reached(reference)).length === 2);

  await api.stop();
  await until("the set is known to be stale", () => client.inspect().references[0]?.state === "stale");
  assert.deepEqual(await reached(reference), ["a", "b"]);
  // b is replaced by c while nobody can say so.
  await b.kill();
  b.remove();
  await using c = await new FakePod(api, "echo", "c").start();
  assert.deepEqual(await reached(reference), ["a"]);

  await api.start();
  const backAt = performance.now();
  await until("c is reached", async () => (await reached(reference)).join() === `${a.name},${c.name}`);
  assert.ok(performance.now() - backAt < 5000);
  assert.equal(client.inspect().references[0]?.state, "synced");
});

test("a watch that is cut goes on from where it was; one from a forgotten version lists again", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo"));
  await using _a = await new FakePod(api, "echo", "a").start();
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 });
  await reference.read({});
  const lists = () => api.requests.filter(({ verb }) => verb === "list").length;
  assert.equal(lists(), 1);

  api.cut();
  await using b = await new FakePod(api, "echo", "b").start();
  await until("b is reached", async () => (await reached(reference)).includes("b"));
  assert.equal(lists(), 1, "a cut alone costs no list");

  await api.stop();
  b.remove();
  api.compact();
  await api.start();
  await until("b is forgotten", () => client.inspect().references[0]?.endpoints.length === 1);
  assert.equal(lists(), 2);
  assert.equal(api.connections, 1);
});

test("without the right the error prints the Role that gives it, and applying that is all there is to do", async () => {
  const { parseAllDocuments } = await import("yaml");
  await using api = createApiServer({ authorization: "rbac" });
  await api.start();
  api.apply(service("echo"));
  await using _a = await new FakePod(api, "echo", "a").start();
  const token = api.token("web", "frontend");
  await using client = createClient({ cluster: { server: api.url, token, allowLoopback: true, namespace: "shop" } });
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 20_000 });
  let manifest = "";
  await assert.rejects(reference.read({}), (error) => {
    assert.ok(RpcError.is(error));
    assert.equal(error.reason, "forbidden");
    assert.match(
      error.message,
      /ServiceAccount frontend of namespace web may not list endpointslices .* in namespace shop/,
    );
    manifest = /Apply this[^\n]*\n\n([\s\S]*)$/.exec(error.message)?.[1] ?? "";
    return true;
  });
  for (const document of parseAllDocuments(manifest)) api.apply(document.toJS());
  assert.equal((await reference.with({ waitForReady: true }).read({})).text, "a");
});

test("a consumer asks for nothing but list and watch of endpointslices", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo", { labels: { "kubbo.dev/application": "echo" } }));
  await using _a = await new FakePod(api, "echo", "a").start();
  await using client = clientOf(api);
  await client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 }).read({});
  await client.refer(EchoService, { providedBy: "echo", timeoutMs: 5000 }).read({});
  await client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 }).read({});
  const asked = api.requests.map(({ verb, path }) => `${verb} ${path.split("?")[0]}`);
  const slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
  // Equal targets share one list and one watch.
  asked.sort((a, b) => a.localeCompare(b));
  assert.deepEqual(asked, [`list ${slices}`, `list ${slices}`, `watch ${slices}`, `watch ${slices}`]);
  assert.equal(api.connections, 1);
});

test("350 pods in several slices are one set", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo"));
  for (let i = 0; i < 350; i++) {
    api.apply(pod(`echo-${i}`, { app: "echo", address: `10.1.${i >> 8}.${i & 255}`, ports: { tri: 50051 } }));
  }
  await using client = clientOf(api);
  client.refer(EchoService, { target: "kubernetes:///echo", warm: true, connectTimeoutMs: 1 } as ReferenceOptions);
  const endpoints = () => client.inspect().references[0]?.endpoints.length;
  await until("all are known", () => endpoints() === 350);
  assert.equal(api.list("discovery.k8s.io/v1", "EndpointSlice", "shop").length, 4);
  assert.ok(client.inspect().connections <= 32, "no more connections than maxConnections");
});

test("a label that is taken away from living pods costs no call; the Service's end, or another declaration, is obeyed", async () => {
  await using api = createApiServer();
  await api.start();
  const labels = { "kubbo.dev/application": "echo-app" };
  api.apply(service("echo", { labels }));
  await using a = await new FakePod(api, "echo", "a").start();
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { providedBy: "echo-app", timeoutMs: 5000 });
  const state = () => client.inspect().references[0]?.state;
  assert.deepEqual(await reached(reference), ["a"]);

  api.apply(service("echo"));
  await until("the label is missed", () => state() === "unmapped");
  assert.deepEqual(await reached(reference), ["a"]);
  // The Service is followed all the same.
  await using b = await new FakePod(api, "echo", "b").start();
  await until("b is reached", async () => (await reached(reference)).length === 2);

  api.apply(service("echo2", { labels }));
  await using c = await new FakePod(api, "echo2", "c").start();
  await until("the other declaration counts alone", async () => (await reached(reference)).join() === "c");
  assert.equal(state(), "synced");

  api.delete({ apiVersion: "v1", kind: "Service", metadata: { name: "echo2", namespace: "shop" } });
  await until("it is gone", () => state() === "gone");
  await assert.rejects(reference.read({}), fails("no-endpoint", /gone/));
  assert.ok(a.name && b.name && c.name);
});

test("a label that is set to none is a wish to be left alone, obeyed at once", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo", { labels: { "kubbo.dev/application": "echo-app" } }));
  await using _a = await new FakePod(api, "echo", "a").start();
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { providedBy: "echo-app", timeoutMs: 5000 });
  assert.deepEqual(await reached(reference), ["a"]);
  api.apply(service("echo", { labels: { "kubbo.dev/application": "none" } }));
  await until("it is gone", () => client.inspect().references[0]?.state === "gone");
});

test("a token that expires is read again, and no call notices", async (t) => {
  await using api = createApiServer({ authorization: "rbac" });
  await api.start();
  for (const each of roleFor("web", "frontend", "shop")) api.apply(each);
  api.apply(service("echo"));
  await using _a = await new FakePod(api, "echo", "a").start();
  const folder = mkdtempSync(join(tmpdir(), "kubbo-token-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, api.token("web", "frontend", 300));
  await using client = createClient({
    cluster: { server: api.url, tokenFile, namespace: "shop", allowLoopback: true },
  });
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 });
  assert.deepEqual(await reached(reference), ["a"]);
  writeFileSync(tokenFile, api.token("web", "frontend"));
  await new Promise((resolve) => setTimeout(resolve, 400)); // the first token expires: real time, its server is real
  api.cut();
  await using _b = await new FakePod(api, "echo", "b").start();
  await until("b is reached", async () => (await reached(reference)).length === 2);
});

const wrongPorts: [what: string, ports: readonly object[], target: string, reason: string, says: RegExp][] = [
  [
    "without the wanted port",
    [{ name: "http", port: 80, targetPort: "tri" }],
    "kubernetes:///echo",
    "no-port",
    /none of its ports speaks tri: it has "http"/,
  ],
  [
    "without the port that the target names",
    [{ name: "tri", port: 80, targetPort: "tri" }],
    "kubernetes:///echo:grpc",
    "no-port",
    /it has no port grpc: it has "tri"/,
  ],
  [
    "with two ports that fit equally well",
    [
      { name: "tri", port: 80, targetPort: "tri" },
      { name: "grpc", port: 81, targetPort: "tri" },
    ],
    "kubernetes:///echo",
    "no-port",
    /both speak tri; name one in the target/,
  ],
  [
    "whose port name and appProtocol disagree",
    [{ name: "tri", port: 80, targetPort: "tri", appProtocol: "kubbo.dev/dubbo" }],
    "kubernetes:///echo",
    "no-port",
    /disagree/,
  ],
];

for (const [what, ports, target, reason, says] of wrongPorts) {
  test(`a Service ${what} is an error that says so`, async () => {
    await using api = createApiServer();
    await api.start();
    api.apply(service("echo", { ports }));
    await using _a = await new FakePod(api, "echo", "a").start();
    await using client = clientOf(api);
    await assert.rejects(client.refer(EchoService, { target, timeoutMs: 5000 }).read({}), fails(reason, says));
  });
}

test("an API server that cannot be reached is an error with the cause, at the deadline", async () => {
  await using api = createApiServer();
  await api.start();
  await api.stop();
  await using client = clientOf(api);
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 200 });
  await assert.rejects(reference.read({}), fails("api-unreachable", /ECONNREFUSED/));
});

test("loopback addresses are refused unless they were asked for", async () => {
  await using api = createApiServer();
  await api.start();
  api.apply(service("echo"));
  await using _a = await new FakePod(api, "echo", "a").start();
  await using client = createClient({ cluster: { server: api.url, namespace: "shop" } });
  const reference = client.refer(EchoService, { target: "kubernetes:///echo", timeoutMs: 5000 });
  await assert.rejects(reference.read({}), fails("no-endpoint", /refused 127\.0\.0\.1: a loopback address/));
});
