// The API server out of reach, and dead, while pods change: calls go on with what is known, and the set is right again
// within seconds of its return.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../test-cluster/src/cluster.ts";
import { ClusterPlay, names } from "../src/cluster-play.ts";
import { type ConsumerLog, reaches } from "../src/consumer-log.ts";
import type { Load, Report } from "../src/load.ts";

const target = "kubernetes:///typescript";

const loads: readonly Load[] = [
  { name: "dubbo", service: "orders", target, rate: 100, timeoutMs: 3000 },
  { name: "tri", service: "echo", target, rate: 100, timeoutMs: 3000 },
];

const outageMs = 60_000;
const limitMs = 5000;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** Every reference has exactly these pods, ready and connected, and knows it from a watch that lives. */
function knows(report: Report, pods: readonly string[]): boolean {
  const wanted = [...pods].sort((a, b) => a.localeCompare(b)).join();
  return report.references.every(({ state, endpoints }) => {
    const ready = endpoints.filter((each) => each.ready && each.connected).map(({ pod = "" }) => pod);
    return (
      state === "synced" &&
      endpoints.length === pods.length &&
      ready.sort((a, b) => a.localeCompare(b)).join() === wanted
    );
  });
}

async function begin(
  name: string,
): Promise<{ readonly play: ClusterPlay; readonly log: ConsumerLog; readonly pods: readonly string[] }> {
  const play = await ClusterPlay.begin(name);
  const pods = names(await play.startProvider("typescript", 4));
  const log = await play.startConsumer("consumer", loads);
  await log.until("all pods are reached", (report) => loads.every((load) => reaches(report, load.name, pods)));
  return { play, log, pods };
}

test("the consumer cut off from the API server for 60 s while two pods are replaced", {
  timeout: 300_000,
}, async (t) => {
  const { play, log, pods } = await begin("cut-off");
  await using _ = play;
  const { cluster, namespace } = play;
  const cut = await cluster.faults.cutApiServerFromPod({ namespace, name: "consumer" });
  const cutAt = Date.now();
  const [first = "", second = ""] = pods;
  await cluster.kubectl(["delete", "pod", first, second, "--wait=false", "-n", namespace]);
  await cluster.waitForDeletion(namespace, [`pod/${first}`, `pod/${second}`], { timeoutMs: 50_000 });
  const now = names(await play.pods("typescript", 4));
  await log.until("the set is stale", ({ references }) => references.every(({ state }) => state === "stale"));
  await wait(cutAt + outageMs - Date.now());
  assert.ok(!knows(log.last, now), "the consumer cannot know the new pods yet");
  const dropped = await cut.heal();
  const healedAt = Date.now();
  assert.ok(dropped.toApiServer > 0, "the cut has bitten");
  const report = await log.until("the set is right", (each) => knows(each, now), 30_000);
  t.diagnostic(
    `set right ${report.atMs - healedAt} ms after the return (reports come every 250 ms); ${JSON.stringify(log.totals())}`,
  );
  assert.ok(report.atMs - healedAt <= limitMs);
  assert.deepEqual(log.failures.slice(0, 3), []);
});

test("the API server dead for 60 s while a container is killed by its runtime", { timeout: 300_000 }, async (t) => {
  const { play, log, pods } = await begin("api-down");
  await using _ = play;
  const { cluster, namespace } = play;
  const [victim = ""] = pods;
  // Found before: afterwards nobody can be asked.
  const container = await cluster.locate({ namespace, name: victim });
  let healed = false;
  try {
    await cluster.faults.killApiServer();
    const killedAt = Date.now();
    await wait(outageMs / 3);
    await cluster.faults.killContainer(container);
    const containerKilledAt = Date.now();
    await wait(killedAt + outageMs - Date.now());
    const startedAt = Date.now();
    // `startApiServer` waits for the controllers as well; the return is when it is ready itself.
    const [backAt] = await Promise.all([readySince(cluster), cluster.faults.startApiServer()]);
    healed = true;
    // The log comes by way of the API server as well: what was printed meanwhile is read now.
    const isRight = (each: Report) => each.atMs >= startedAt && knows(each, pods);
    await log.until("the set is right", isRight, 60_000);
    const rightAt = log.reports.find(isRight)?.atMs ?? Number.POSITIVE_INFINITY;
    const during = log.reports.filter(({ atMs }) => atMs > killedAt + 5000 && atMs < startedAt);
    assert.ok(during.length > 100, `${during.length} reports during the outage`);
    assert.ok(during.every(({ references }) => references.every(({ state }) => state === "stale")));
    // A call that was on its way to the killed container and is not idempotent is lost with it; nothing else may be.
    // The consumer hears of it when its event loop comes round.
    const heardAt = containerKilledAt + log.loopDelayMs(containerKilledAt, containerKilledAt + 1000);
    const [lost, other] = partition(
      log.failures,
      ({ load, reason, startedMs }) => load === "tri" && reason === "connection-lost" && startedMs <= heardAt,
    );
    t.diagnostic(
      `set right ${Math.max(0, rightAt - backAt)} ms after the return (reports come every 250 ms); ${JSON.stringify(log.totals())}; ` +
        `${lost.length} calls that are not idempotent were running in the killed container`,
    );
    assert.deepEqual(other.slice(0, 3), []);
    assert.ok(lost.length <= 5, `${lost.length} lost`);
    assert.ok(rightAt - backAt <= limitMs);
  } finally {
    if (!healed) await cluster.faults.startApiServer();
    await cluster.faults.settle();
  }
});

/** When the API server answers that it is ready. */
async function readySince(cluster: Cluster): Promise<number> {
  for (;;) {
    try {
      await cluster.kubectl(["get", "--raw", "/readyz"], { timeoutMs: 2000 });
      return Date.now();
    } catch {
      await wait(50); // not yet; the test's own time-out bounds this
    }
  }
}

function partition<T>(list: readonly T[], belongs: (each: T) => boolean): [T[], T[]] {
  return [list.filter(belongs), list.filter((each) => !belongs(each))];
}
