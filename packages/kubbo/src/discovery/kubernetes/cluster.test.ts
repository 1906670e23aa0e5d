import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { TestClock } from "../../testing/test-clock.ts";
import { type ClusterOptions, resolveCluster } from "./cluster.ts";

const kubeconfig = `
apiVersion: v1
kind: Config
current-context: east
clusters:
- {name: c1, cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: "Q0E="}}
- {name: c2, cluster: {server: "ftp://10.0.0.2"}}
users:
- {name: u1, user: {token: t1}}
contexts:
- {name: east, context: {cluster: c1, user: u1, namespace: shop}}
- {name: west, context: {cluster: c2, user: u1}}
- {name: lost, context: {cluster: none, user: u1}}
`;

function fileWith(t: { after(run: () => void): void }, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "kubbo-kubeconfig-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "config"), text);
  return join(folder, "config");
}

const resolve = (options: ClusterOptions, environment: Record<string, string> = {}) =>
  resolveCluster(options, environment, new TestClock());

function fails(reason: string, says: RegExp) {
  return (error: unknown) => {
    assert.ok(RpcError.is(error), `not an RpcError: ${error}`);
    assert.equal(error.reason, reason);
    assert.match(error.message, says);
    return true;
  };
}

test("a kubeconfig that was asked for gives server, authority, token and namespace", async (t) => {
  const file = fileWith(t, kubeconfig);
  const byOption = await resolve({ kubeconfig: file });
  assert.equal(byOption.server.href, "https://10.0.0.1:6443/");
  assert.equal(byOption.namespace, "shop");
  assert.equal(await byOption.credentials.token(), "t1");
  assert.equal((await byOption.tls())?.ca, "CA");
  assert.match(byOption.source, /context east/);
  const byVariable = await resolve({}, { KUBECONFIG: file });
  assert.equal(byVariable.server.href, byOption.server.href);
});

test("what is wrong with a kubeconfig is said, with what it has", async (t) => {
  const file = fileWith(t, kubeconfig);
  await assert.rejects(
    resolve({ kubeconfig: file, context: "north" }),
    fails("bad-cluster", /no context "north"; it has east, west, lost/),
  );
  await assert.rejects(resolve({ kubeconfig: file, context: "lost" }), fails("bad-cluster", /no cluster "none"/));
  await assert.rejects(
    resolve({ kubeconfig: file, context: "west" }),
    fails("bad-cluster", /ftp:\/\/10\.0\.0\.2.*not an http/),
  );
  await assert.rejects(resolve({ kubeconfig: "/nowhere/config" }), fails("bad-cluster", /cannot be read: .*ENOENT/));
  await assert.rejects(resolve({ kubeconfig: fileWith(t, "{{") }), fails("bad-cluster", /cannot be read/));
});

test("without a pod and without a choice there is no cluster, and the error says how to choose", async () => {
  await assert.rejects(resolve({}), fails("no-cluster", /KUBBO_CONTEXT or KUBECONFIG/));
});

test("a pod without a service account token is told how to get one", async () => {
  await assert.rejects(
    resolve({}, { KUBERNETES_SERVICE_HOST: "10.96.0.1" }),
    fails("bad-cluster", /automountServiceAccountToken/),
  );
});

test("a server that is given goes before everything", async () => {
  const access = await resolve(
    { server: "http://127.0.0.1:1", namespace: "x" },
    { KUBERNETES_SERVICE_HOST: "10.96.0.1" },
  );
  assert.equal(access.namespace, "x");
  assert.equal(await access.tls(), undefined);
  await assert.rejects(resolve({ server: "10.0.0.1:6443" }), fails("bad-cluster", /not an http/));
});
