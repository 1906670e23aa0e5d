// The main job, on a real cluster: a TypeScript consumer calls Java and TypeScript providers that never registered
// anywhere, and a Java consumer calls the TypeScript provider.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Pod } from "../../test-cluster/src/cluster.ts";
import { ClusterPlay, names } from "../src/cluster-play.ts";
import { type ConsumerLog, reaches } from "../src/consumer-log.ts";
import { javaConsumerImage, javaProviderImage } from "../src/images.ts";
import { caseFrom, parseEvent } from "../src/index.ts";
import { javaConsumer, provider } from "../src/manifest.ts";

let play: ClusterPlay;
let log: ConsumerLog;
let typescriptPods: readonly Pod[];
let javaPods: readonly Pod[];

const consumerName = "consumer";

before(
  async () => {
    play = await ClusterPlay.begin("end-to-end");
    const { cluster } = play;
    const javaImage = await cluster.loadImage(await javaProviderImage());
    await play.apply(
      provider({
        name: "java",
        image: javaImage,
        replicas: 2,
        memory: "320Mi",
        probe: { path: "/ready", port: 8081 },
        environment: { INTEROP_DRAIN_DELAY_MS: "5000", INTEROP_ORDER_VERSION: "1.0.0" },
      }),
    );
    typescriptPods = await play.startProvider("typescript", 3);
    javaPods = await play.pods("java", 2, 120_000);
    // The first answers of a cold JVM take seconds.
    const timeoutMs = 10_000;
    log = await play.startConsumer(consumerName, [
      { name: "typescript dubbo by application", service: "orders", providedBy: "typescript", rate: 50 },
      { name: "typescript tri by interface", service: "echo", rate: 50 },
      {
        name: "java dubbo by name",
        service: "orders",
        version: "1.0.0",
        target: "kubernetes:///java",
        rate: 50,
        timeoutMs,
      },
      {
        name: "java tri by name and port",
        service: "echo",
        target: `kubernetes:///java.${play.namespace}:tri`,
        timeoutMs,
        rate: 50,
      },
    ]);
  },
  { timeout: 600_000 },
);
after(() => play?.[Symbol.asyncDispose](), { timeout: 180_000 });

test("every kind of call reaches every pod of both providers, and none fails", { timeout: 120_000 }, async (t) => {
  const kinds: [load: string, pods: readonly Pod[]][] = [
    ["typescript dubbo by application", typescriptPods],
    ["typescript tri by interface", typescriptPods],
    ["java dubbo by name", javaPods],
    ["java tri by name and port", javaPods],
  ];
  for (const [load, pods] of kinds) {
    await log.until(`${load} reaches ${names(pods)}`, (report) => reaches(report, load, names(pods)));
  }
  const { made } = log.totals();
  await log.until("a thousand calls more", () => log.totals().made > made + 1000);
  assert.deepEqual(log.failures.slice(0, 3), []);
  t.diagnostic(`calls: ${JSON.stringify(log.totals())}`);
});

test("a Java consumer calls the TypeScript provider through a ClusterIP, over both protocols", {
  timeout: 180_000,
}, async (t) => {
  const { cluster, namespace } = play;
  const image = await cluster.loadImage(await javaConsumerImage());
  const { spec } = await cluster.get<{ readonly spec: { readonly clusterIP: string } }>([
    "service",
    "typescript",
    "-n",
    namespace,
  ]);
  const pod = javaConsumer({
    name: "java-consumer",
    image,
    mode: "matrix",
    environment: {
      INTEROP_ORDER_URL: `dubbo://${spec.clusterIP}:20880`,
      INTEROP_ECHO_URL: `tri://${spec.clusterIP}:50051`,
      INTEROP_CASES: "^(order|echo\\.unary)",
    },
  });
  await play.apply([pod]);
  await cluster.waitFor(namespace, ["pod/java-consumer"], "jsonpath={.status.containerStatuses[0].state.terminated}", {
    timeoutMs: 120_000,
  });
  const events = [];
  for await (const line of cluster.logs({ namespace, name: "java-consumer" })) events.push(parseEvent(line));
  const cases = events.filter((event) => event?.event === "case").map((event) => caseFrom(event ?? { event: "case" }));
  assert.deepEqual(
    cases.filter(({ ok }) => !ok),
    [],
  );
  assert.ok(cases.length >= 85, `${cases.length} cases`);
  t.diagnostic(`${cases.length} cases of a Java consumer against the TypeScript provider's ClusterIP`);
});

test("of the API server the consumer asks list and watch of endpointslices, the providers nothing", {
  timeout: 60_000,
}, async (t) => {
  const { cluster, namespace } = play;
  const of = (name: string) => cluster.auditLog({ serviceAccount: { namespace, name } });
  const asked = (await of(consumerName)).map(
    ({ verb, object }) => `${verb} ${object?.apiGroup} ${object?.resource} in ${object?.namespace}`,
  );
  const slices = `discovery.k8s.io endpointslices in ${namespace}`;
  assert.deepEqual(
    [...new Set(asked)].sort((a, b) => a.localeCompare(b)),
    [`list ${slices}`, `watch ${slices}`],
  );
  // One list and one watch for each of the three selectors: two references share the java Service's.
  t.diagnostic(`requests of the consumer: ${asked.length}`);
  assert.ok(asked.length <= 12, asked.join("\n"));
  for (const account of ["typescript", "java"]) assert.deepEqual(await of(account), []);
});
