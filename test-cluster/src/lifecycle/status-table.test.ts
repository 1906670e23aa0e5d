import assert from "node:assert/strict";
import { test } from "node:test";
import { planCluster } from "../plan.ts";
import { reasonToReplace } from "./commands.ts";
import type { ClusterHealth } from "./health.ts";
import { columns, statusTable } from "./status-table.ts";

const plan = planCluster({
  instance: "kubbo",
  stateRoot: "/var/lib/kubbo",
  logRoot: "/var/log/kubbo",
  dualStack: true,
});
const healthy = {
  t: "healthy",
  record: {
    plan,
    fingerprint: "f",
    group: "/g",
    forwardPort: 1,
    kubectl: "/bin/kubectl",
    startedAt: "2026-05-01T10:00:00Z",
    snapshotter: "overlayfs",
    madeDirectories: [],
    readyAt: "2026-05-01T10:00:10Z",
  },
  components: [{ name: "etcd", pid: 12, uptimeMs: 65_000, health: "ok" }],
  nodes: [{ name: "node-a", zone: "zone-a", ready: true, schedulable: true, addresses: ["10.200.0.1"] }],
  problems: [],
} as const satisfies ClusterHealth;

test("columns are as wide as their widest cell", () => {
  assert.equal(
    columns([
      ["A", "B"],
      ["long", "x"],
    ]),
    "A     B\nlong  x",
  );
});

test("the table names components, nodes, age and kubeconfig", () => {
  const text = statusTable(plan, healthy, Date.parse("2026-05-01T10:05:00Z"));
  assert.match(text, /cluster "kubbo" is healthy, up for 5 min 0 s/);
  assert.match(text, /^etcd +12 +65\.0 s +ok$/m);
  assert.match(text, /^node-a +zone-a +yes +10\.200\.0\.1$/m);
  assert.match(text, /^kubeconfig +\/var\/lib\/kubbo\/kubbo\/kubeconfig$/m);
});

test("a stopped cluster is one line with what to do", () => {
  assert.equal(statusTable(plan, { t: "stopped" }), 'the cluster "kubbo" is not running. Start it: npm run cluster:up');
});

test("a degraded cluster lists what is wrong", () => {
  const text = statusTable(plan, { ...healthy, t: "degraded", problems: ["etcd: not running"] });
  assert.match(text, /problems:\n {2}etcd: not running/);
});

test("a cluster is replaced when it is degraded, of other binaries or of another plan", () => {
  assert.equal(reasonToReplace(healthy, plan, "f"), undefined);
  assert.equal(reasonToReplace({ t: "stopped" }, plan, "f"), undefined);
  assert.equal(
    reasonToReplace({ ...healthy, t: "degraded", problems: ["etcd: not running"] }, plan, "f"),
    "etcd: not running",
  );
  assert.match(reasonToReplace(healthy, plan, "g") ?? "", /other binaries/);
  assert.match(reasonToReplace(healthy, { ...plan, clusterDomain: "x" }, "f") ?? "", /another plan/);
});
