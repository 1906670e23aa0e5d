import assert from "node:assert/strict";
import { test } from "node:test";
import { auditRequests } from "./audit.ts";
import { cutRules, droppedPackets } from "./cut-rules.ts";
import { noFaults } from "./fault.ts";
import { pidOfTask } from "./location.ts";
import { describePod, isPodReady, type Pod } from "./pod.ts";
import { linesOf, objectsOf } from "./stream.ts";

const line = (id: string, stage: string, more: object = {}) =>
  JSON.stringify({
    auditID: id,
    stage,
    verb: "watch",
    requestURI: "/apis/discovery.k8s.io/v1/endpointslices?watch=1",
    user: { username: "system:serviceaccount:shop:consumer" },
    objectRef: { resource: "endpointslices", apiGroup: "discovery.k8s.io", namespace: "shop" },
    requestReceivedTimestamp: "2026-05-01T10:00:00.500000Z",
    stageTimestamp: "2026-05-01T10:00:09.000000Z",
    ...more,
  });

test("the stages of a request become one request, open until its answer is complete", async () => {
  const started = line("1", "ResponseStarted", { responseStatus: { code: 200 } });
  const [open] = await auditRequests([started]);
  assert.equal(open?.code, 200);
  assert.equal(open?.completedAt, undefined);
  assert.deepEqual(open?.object, {
    apiGroup: "discovery.k8s.io",
    resource: "endpointslices",
    namespace: "shop",
    name: undefined,
    subresource: undefined,
  });
  const requests = await auditRequests([started, line("1", "ResponseComplete", { responseStatus: { code: 200 } })]);
  assert.equal(requests.length, 1);
  assert.ok(requests[0]?.completedAt);
});

test("requests are chosen by account and time, and a line that is still being written is left out", async () => {
  const other = line("2", "ResponseComplete", { user: { username: "system:serviceaccount:shop:consumer-2" } });
  const lines = [line("1", "ResponseComplete"), other, line("3", "ResponseComplete").slice(0, 40)];
  const ids = async (query: object) => (await auditRequests(lines, query)).map(({ id }) => id);
  assert.deepEqual(await ids({}), ["1", "2"]);
  assert.deepEqual(await ids({ serviceAccount: { namespace: "shop", name: "consumer" } }), ["1"]);
  assert.deepEqual(await ids({ since: new Date("2026-05-01T10:00:01Z") }), []);
});

test("a cut drops both directions of both addresses, in both chains", () => {
  const rules = cutRules({
    table: "t",
    pod: ["10.201.0.5"],
    servers: [
      { address: "10.96.0.1", port: 443 },
      { address: "10.200.0.1", port: 6443 },
    ],
  });
  assert.match(rules, /^table inet t \{/);
  assert.equal(rules.match(/ip saddr 10\.201\.0\.5 ip daddr 10\.96\.0\.1 tcp dport 443 counter drop/g)?.length, 2);
  assert.equal(rules.match(/ip saddr 10\.200\.0\.1 ip daddr 10\.201\.0\.5 tcp sport 6443 counter drop/g)?.length, 2);
});

test("the counters of a cut are summed by direction", () => {
  const rule = (comment: string, packets: number) => ({
    rule: { comment, expr: [{ match: {} }, { counter: { packets } }] },
  });
  const json = JSON.stringify({ nftables: [{ table: {} }, rule("to", 3), rule("from", 4), rule("to", 5)] });
  assert.deepEqual(droppedPackets(json), { toApiServer: 8, fromApiServer: 4 });
});

test("faults of a cluster that is not ours are refused, with the reason", async () => {
  await assert.rejects(noFaults().killApiServer(), /not "own"/);
  await assert.rejects(noFaults().cutApiServerFromPod({ namespace: "a", name: "b" }), /KUBECONFIG/);
});

test("the process of a task is found by its whole id, and only while it runs", () => {
  const table = "TASK     PID      STATUS    \nabc      17       RUNNING\nab       18       STOPPED\n";
  assert.equal(pidOfTask(table, "abc"), 17);
  assert.equal(pidOfTask(table, "ab"), undefined);
  assert.equal(pidOfTask(table, "a"), undefined);
});

test("objects are put together from kubectl's lines, on many lines or on one", async () => {
  async function* lines() {
    yield* ["{", '    "type": "ADDED",', '    "object": {', '        "text": "}"', "    }", "}", '{"type":"DELETED"}'];
  }
  const objects: unknown[] = [];
  for await (const object of objectsOf(lines())) objects.push(object);
  assert.deepEqual(objects, [{ type: "ADDED", object: { text: "}" } }, { type: "DELETED" }]);
});

test("lines end with the command: by its code, by leaving the loop, by the signal", async () => {
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const text of linesOf("sh", ["-c", "echo one; echo two; echo why >&2; exit 4"])) seen.push(text);
  }, /exit code 4\nwhy/);
  assert.deepEqual(seen, ["one", "two"]);
  for await (const text of linesOf("sh", ["-c", "echo one; exec sleep 60"])) {
    assert.equal(text, "one");
    break;
  }
  const controller = new AbortController();
  const reason = new Error("enough");
  await assert.rejects(async () => {
    for await (const _ of linesOf("sh", ["-c", "echo one; exec sleep 60"], controller)) controller.abort(reason);
  }, reason);
});

const pod = (ready: "True" | "False", more: object = {}): Pod => ({
  metadata: { name: "web-1", namespace: "n", uid: "u", creationTimestamp: "", ...more },
  spec: { nodeName: "node-a", containers: [{ name: "web" }] },
  status: {
    phase: "Running",
    conditions: [{ type: "Ready", status: ready }],
    containerStatuses: [
      { name: "web", ready: ready === "True", restartCount: 2, state: { waiting: { reason: "CrashLoopBackOff" } } },
    ],
  },
});

test("a pod is ready when it says so and is not on its way out", () => {
  assert.equal(isPodReady(pod("True")), true);
  assert.equal(isPodReady(pod("False")), false);
  assert.equal(isPodReady(pod("True", { deletionTimestamp: "2026-05-01T10:00:00Z" })), false);
  assert.equal(describePod(pod("False")), "web-1 on node-a: Running; web CrashLoopBackOff, 2 restarts");
});
