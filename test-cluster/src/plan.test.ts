import assert from "node:assert/strict";
import { test } from "node:test";
import { readEnvironment } from "./environment.ts";
import { planCluster } from "./plan.ts";

const options = { instance: "kubbo", stateRoot: "/var/lib/kubbo", logRoot: "/var/log/kubbo", dualStack: true };

test("two instances share no name that the machine sees", () => {
  const [one, two] = [planCluster(options), planCluster({ ...options, instance: "other" })];
  const namesOf = (plan: typeof one) => [
    plan.cgroup,
    ...Object.values(plan.paths),
    ...plan.nodes.flatMap((node) => [node.cgroup, node.directory, node.netns, node.containerdSocket]),
  ];
  const names = new Set(namesOf(one));
  assert.deepEqual(
    namesOf(two).filter((name) => names.has(name)),
    [],
  );
});

test("without IPv6 every list of addresses has one entry", () => {
  const plan = planCluster({ ...options, dualStack: false });
  const lists = [plan.serviceCidrs, plan.podCidrs, ...plan.nodes.flatMap((node) => [node.addresses, node.podCidrs])];
  assert.ok(lists.every((list) => list.length === 1 && !list[0]?.includes(":")));
});

test("unix sockets of a node stay within the 107 bytes that a path may have", () => {
  const plan = planCluster({ ...options, instance: "a".repeat(20), stateRoot: `/${"b".repeat(38)}` });
  assert.equal(plan.paths.state.length, 60);
  assert.ok(plan.nodes.every((node) => node.containerdSocket.length <= 107));
});

for (const instance of ["", "Kubbo", "1st", "a/b", "a b", "a".repeat(21)]) {
  test(`the instance name "${instance}" is refused`, () => {
    assert.throws(() => planCluster({ ...options, instance }), /instance name/);
  });
}

for (const stateRoot of ["relative", "/with blank", "/with:colon", `/${"long".repeat(20)}`]) {
  test(`the state directory ${stateRoot} is refused`, () => {
    assert.throws(() => planCluster({ ...options, stateRoot }), /state directory/);
  });
}

test("an unknown kind of cluster is refused, none means our own", () => {
  assert.throws(() => readEnvironment({ KUBBO_TEST_CLUSTER: "kind" }), /"own" or "kubeconfig"/);
  assert.equal(readEnvironment({}).foreign, false);
  assert.equal(readEnvironment({ KUBBO_TEST_CLUSTER: "kubeconfig" }).foreign, true);
});
