// Scaling, a rolling update and a deleted pod under load: no call is lost that had somewhere to go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ClusterPlay, names } from "../src/cluster-play.ts";
import { type ConsumerLog, reaches } from "../src/consumer-log.ts";
import type { Load } from "../src/load.ts";
import { ReadyWatch } from "../src/ready-watch.ts";

const target = "kubernetes:///typescript";

/** 100 calls a second on each protocol, and a few that wait for an endpoint when there is none. */
const loads: readonly Load[] = [
  { name: "dubbo", service: "orders", target, rate: 100, timeoutMs: 3000 },
  { name: "tri", service: "echo", target, rate: 100, timeoutMs: 3000 },
  { name: "dubbo waiting", service: "orders", target, rate: 10, timeoutMs: 30_000, waitForReady: true },
  { name: "tri waiting", service: "echo", target, rate: 10, timeoutMs: 30_000, waitForReady: true },
];

/** Two watches hear of the same change at different moments. */
const slackMs = 250;

test("scale 2, 5, 1, 0, 2, a rolling update and a deleted pod, under 220 calls a second", {
  timeout: 400_000,
}, async (t) => {
  await using play = await ClusterPlay.begin("churn");
  const { cluster, namespace } = play;
  const steps: string[] = [];
  let log: ConsumerLog;

  /** Until every load has reached every pod, and a second of calls more. */
  const settle = async (what: string, count: number) => {
    const pods = names(await play.pods("typescript", count));
    await log.until(`${what}: all of ${pods}`, (report) => loads.every(({ name }) => reaches(report, name, pods)));
    const { made, failed, retried } = log.totals();
    await log.until(`${what}: some calls more`, () => log.totals().made > made + 200);
    steps.push(`${what}: ${made} calls made, ${failed} failed, ${retried} made again`);
  };

  await play.startProvider("typescript", 2);
  const watch = new ReadyWatch(cluster, namespace, "typescript");
  log = await play.startConsumer("consumer", loads);
  await settle("2 pods", 2);
  await play.scale("typescript", 5);
  await settle("scaled to 5", 5);
  await play.scale("typescript", 1);
  await settle("scaled to 1", 1);
  await play.scale("typescript", 0);
  await play.pods("typescript", 0);
  const { made } = log.totals();
  await log.until("calls without any pod", () => log.totals().made > made + 400);
  await play.scale("typescript", 2);
  await settle("scaled to 0 and 2", 2);
  await cluster.kubectl(["rollout", "restart", "deployment/typescript", "-n", namespace]);
  await cluster.waitForRollout(namespace, "deployment/typescript", { timeoutMs: 120_000 });
  await settle("rolling update", 2);
  const [victim = ""] = names(await play.pods("typescript", 2));
  await cluster.kubectl(["delete", "pod", victim, "--wait=false", "-n", namespace]);
  await cluster.waitForDeletion(namespace, [`pod/${victim}`], { timeoutMs: 60_000 });
  await settle("kubectl delete pod", 2);
  await play.stopConsumer("consumer", log);
  await watch.stop();

  for (const step of steps) t.diagnostic(step);
  const outside = log.failures.filter(({ startedMs }) => !watch.inGap(startedMs, slackMs));
  const inside = log.failures.filter(({ startedMs }) => watch.inGap(startedMs, slackMs));
  // Where the two watches may disagree, a call may still have had an endpoint to wait for.
  const deepInside = inside.filter(({ startedMs }) => watch.inGap(startedMs, -slackMs));
  const slow = deepInside.filter(
    ({ startedMs, endedMs }) => endedMs - startedMs > 50 + log.loopDelayMs(startedMs, endedMs),
  );
  const totals = log.totals();
  t.diagnostic(
    `${totals.made} calls made, ${totals.retried} made again; ${outside.length} failed while there was a ready endpoint; ` +
      `${inside.length} failed in ${watch.gaps.map(({ fromMs, untilMs = 0 }) => `${untilMs - fromMs} ms`).join(", ")} without one, ` +
      `the slowest after ${Math.max(0, ...deepInside.map(({ startedMs, endedMs }) => endedMs - startedMs))} ms ` +
      `(the event loop was late by up to ${Math.max(...deepInside.map((each) => log.loopDelayMs(each.startedMs, each.endedMs)))} ms)`,
  );
  // Pods that were ready before there was a consumer say nothing.
  const begunMs = log.reports[0]?.atMs ?? 0;
  const delays = Object.entries(log.load("dubbo").firstAnswers)
    .flatMap(([pod, atMs]) => {
      const readyAt = watch.readyAtMs.get(pod);
      return readyAt === undefined || readyAt < begunMs ? [] : [atMs - readyAt];
    })
    .sort((a, b) => a - b);
  t.diagnostic(`from a pod's Ready in the slice to the first answer from it, in ms: ${delays.join(", ")}`);

  assert.deepEqual(outside.slice(0, 3), []);
  assert.deepEqual(
    inside.filter(({ code, reason }) => code !== "UNAVAILABLE" || reason !== "no-endpoint").slice(0, 3),
    [],
  );
  assert.deepEqual(slow.slice(0, 3), []);
  assert.equal(log.load("dubbo waiting").failed + log.load("tri waiting").failed, 0);
  assert.ok(deepInside.length > 0, "there was a time without endpoints, and calls in it");
});
