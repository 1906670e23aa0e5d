import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { locateBinaries } from "../binary/bundle.ts";
import { componentNames, componentsOf, configurationFiles } from "../lifecycle/components.ts";
import { planCluster } from "../plan.ts";
import { networkScript } from "./network.ts";

const options = { instance: "kubbo", stateRoot: "/var/lib/kubbo", logRoot: "/var/log/kubbo" };
const dual = planCluster({ ...options, dualStack: true });
const single = planCluster({ ...options, dualStack: false });
const software = {
  containerd: "/usr/bin/containerd",
  runc: "/usr/sbin/runc",
  cniDirectory: "/usr/lib/cni",
  snapshotter: "overlayfs",
} as const;
const files = configurationFiles(dual, software, 40_000, new Date());
const components = componentsOf(dual, locateBinaries("/cache"), software, 40_000);

test("the components are those that are looked after, in the order of starting", () => {
  assert.deepEqual([...components.keys()], componentNames(dual));
});

test("every file that a component is told of is written, in the state directory", () => {
  const generated = new Set([...files.keys()]);
  const told = [...components.values()]
    .flatMap(({ command }) => command)
    .flatMap(
      (word) =>
        /(\/var\/lib\/kubbo\/[^\s,]+\.(?:json|toml|crt|key|pub|kubeconfig)|\/[^\s,]+\/Corefile)$/.exec(word)?.[1] ?? [],
    );
  assert.ok(told.length > 20);
  assert.deepEqual(
    told.filter((path) => !generated.has(path)),
    [],
  );
  assert.ok([...generated].every((path) => path.startsWith(`${dual.paths.state}/`)));
});

test("all JSON is JSON", () => {
  for (const [path, text] of files) {
    if (/\.(json|conflist|kubeconfig)$|kubeconfig$/.test(path)) assert.doesNotThrow(() => JSON.parse(text), path);
  }
});

test("the kubeconfig for outside leads to 127.0.0.1, which the API server's certificate names", () => {
  const kubeconfig = JSON.parse(files.get(dual.paths.kubeconfig) ?? "");
  assert.equal(kubeconfig.clusters[0].cluster.server, "https://127.0.0.1:40000");
  const certificate = new X509Certificate(files.get(`${dual.paths.pki}/apiserver.crt`) ?? "");
  for (const address of ["127.0.0.1", dual.apiServer.address, dual.apiService.address]) {
    assert.equal(certificate.checkIP(address), address);
  }
});

test("each node has a control group, a range of addresses and a zone of its own", () => {
  const kubelets = dual.nodes.map((node) => JSON.parse(files.get(`${node.directory}/kubelet.json`) ?? ""));
  assert.deepEqual(
    kubelets.map(({ cgroupRoot }) => cgroupRoot),
    ["/kubbo-test-cluster-kubbo/node-a", "/kubbo-test-cluster-kubbo/node-b"],
  );
  assert.equal(new Set(dual.nodes.map(({ zone }) => zone)).size, 2);
});

test("the second node's end of the veth pair is made by the first, and pods of each are reached by the other", () => {
  const [first, second] = dual.nodes.map((node) => networkScript(dual, node).split("\n"));
  assert.ok(first?.includes(`ip link add to-node-b type veth peer name eth0 netns ${dual.nodes[1].netns}`));
  assert.ok(first?.includes("ip route add 10.201.1.0/24 via 10.200.0.2"));
  assert.ok(second?.includes("ip route add fd00:201:0:0::/64 via fd00:200::1"));
  assert.ok(!second?.some((line) => line.includes("type bridge")));
});

test("without IPv6 no address of it is anywhere", () => {
  const texts = [
    ...configurationFiles(single, software, 1, new Date()),
    ...single.nodes.map((node) => ["network", networkScript(single, node)] as const),
  ].filter(([path]) => !/pki|kubeconfig/.test(path));
  for (const [path, text] of texts) assert.doesNotMatch(text, /fd00|ip6tables/, path);
});
