import assert from "node:assert/strict";
import { test } from "node:test";
import { ClusterPlay } from "../src/cluster-play.ts";

test("without the Role the error says what to apply, and applying it as printed is all there is to do", {
  timeout: 240_000,
}, async (t) => {
  await using play = await ClusterPlay.begin("missing-role");
  const { cluster, namespace } = play;
  await play.startProvider("typescript", 1);
  const log = await play.startConsumer(
    "consumer",
    [{ name: "orders", service: "orders", target: "kubernetes:///typescript", rate: 10, timeoutMs: 2000 }],
    { role: false },
  );
  await log.until("calls fail", () => log.failures.some(({ reason }) => reason === "forbidden"));
  const failure = log.failures.find(({ reason }) => reason === "forbidden");
  assert.ok(failure);
  assert.match(
    failure.message,
    new RegExp(
      `ServiceAccount consumer of namespace ${namespace} may not list endpointslices .* in namespace ${namespace}`,
    ),
  );
  const manifest = /Apply this[^\n]*\n\n([\s\S]*)$/.exec(failure.message)?.[1] ?? "";
  assert.match(manifest, /kind: Role\n[\s\S]*kind: RoleBinding/);

  const appliedAt = Date.now();
  await cluster.apply(manifest);
  await log.until("the same process calls", (report) => (report.loads["orders"]?.ok ?? 0) > 0, 60_000);
  const first = Math.min(...Object.values(log.load("orders").firstAnswers));
  t.diagnostic(`first call ${first - appliedAt} ms after the Role was applied`);
  const pods = await play.pods("consumer", 1);
  assert.equal(pods[0]?.status.containerStatuses?.[0]?.restartCount, 0);
});
