// Dubbo Java against Dubbo Java: what the peers answer is true before a TypeScript peer is measured by it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import {
  buildJavaPeers,
  buildJavaRuntime,
  type JavaConsumerResult,
  type JavaPeers,
  type JavaProvider,
  loopbackUrl,
  runJavaConsumer,
  smallJvmOptions,
  startJavaProvider,
} from "../src/index.ts";

let peers: JavaPeers;
let provider: JavaProvider;

before(
  async () => {
    peers = await buildJavaPeers();
    provider = await startJavaProvider({
      peers,
      host: "java-a",
      jvmOptions: smallJvmOptions,
      env: { INTEROP_ORDER_ON_TRIPLE: "true" },
    });
  },
  { timeout: 600_000 },
);

after(() => provider?.[Symbol.asyncDispose]());

const orderUrl = () => `dubbo://127.0.0.1:${provider.dubboPort}`;
const echoUrl = () => `tri://127.0.0.1:${provider.triPort}`;

function assertPassed(result: JavaConsumerResult, least: number) {
  assert.deepEqual(
    result.cases.filter(({ ok }) => !ok),
    [],
  );
  assert.ok(result.ok, result.stderr);
  assert.ok(result.cases.length >= least, `${result.cases.length} cases`);
}

test("the matrix passes on dubbo:// and on tri:// with protobuf", { timeout: 120_000 }, async (t) => {
  const result = await runJavaConsumer({ mode: "matrix", peers, orderUrl: orderUrl(), echoUrl: echoUrl() });
  assertPassed(result, 97);
  t.diagnostic(
    `${result.cases.length} cases; start-up: provider ${provider.startMs} ms, consumer ${result.startMs} ms`,
  );
});

test("the matrix of OrderService passes on tri:// with Hessian2, too", { timeout: 120_000 }, async () => {
  const result = await runJavaConsumer({ mode: "matrix", peers, orderUrl: loopbackUrl("tri", provider.triPort) });
  assertPassed(result, 80);
});

test("a steady load counts every call and which pod answered it", { timeout: 120_000 }, async (t) => {
  const result = await runJavaConsumer({
    mode: "load",
    peers,
    orderUrl: loopbackUrl("dubbo", provider.dubboPort),
    echoUrl: loopbackUrl("tri", provider.triPort),
    env: { INTEROP_RATE: "100", INTEROP_SECONDS: "3" },
  });
  assert.deepEqual(
    result.loads.map(({ target, made, ok, failed, hosts, errors }) => ({ target, made, ok, failed, hosts, errors })),
    ["orders", "echo"].map((target) => ({
      target,
      made: 300,
      ok: 300,
      failed: 0,
      hosts: { "java-a": 300 },
      errors: {},
    })),
  );
  for (const { target, p50Ms, p99Ms } of result.loads) t.diagnostic(`${target}: p50 ${p50Ms} ms, p99 ${p99Ms} ms`);
});

test("without a provider each call fails, and the consumer ends all the same", { timeout: 120_000 }, async () => {
  const result = await runJavaConsumer({
    mode: "load",
    peers,
    orderUrl: loopbackUrl("dubbo", 1),
    env: { INTEROP_RATE: "10", INTEROP_SECONDS: "1" },
  });
  assert.equal(result.ok, false);
  const [load] = result.loads;
  assert.equal(load?.failed, 10);
  assert.equal(
    Object.values(load.errors).reduce((sum, count) => sum + count, 0),
    10,
  );
});

test("a consumer told so finds a provider that comes back on the same port", { timeout: 120_000 }, async () => {
  const first = await startJavaProvider({ peers, host: "java-first", jvmOptions: smallJvmOptions });
  const env = { INTEROP_DUBBO_PORT: String(first.dubboPort), INTEROP_TRI_PORT: String(first.triPort) };
  const running = Promise.withResolvers<void>();
  try {
    const load = runJavaConsumer({
      mode: "load",
      peers,
      orderUrl: loopbackUrl("dubbo", first.dubboPort),
      echoUrl: loopbackUrl("tri", first.triPort),
      env: { INTEROP_RATE: "20", INTEROP_SECONDS: "15", INTEROP_RECONNECT_MS: "1000" },
      onEvent: ({ event }) => {
        if (event === "second" || event === "done") running.resolve();
      },
    });
    await Promise.race([running.promise, load]);
    await first[Symbol.asyncDispose]();
    await using _second = await startJavaProvider({ peers, host: "java-second", env, jvmOptions: smallJvmOptions });
    for (const { target, hosts } of (await load).loads) {
      assert.ok(
        (hosts["java-first"] ?? 0) > 0 && (hosts["java-second"] ?? 0) > 0,
        `${target}: ${JSON.stringify(hosts)}`,
      );
    }
  } finally {
    await first[Symbol.asyncDispose]();
  }
});

test("on Dubbo2 a group and version reach only the service that has them", { timeout: 120_000 }, async () => {
  const env = { INTEROP_ORDER_GROUP: "blue", INTEROP_ORDER_VERSION: "2.0.0" };
  await using blue = await startJavaProvider({ peers, host: "java-blue", env, jvmOptions: smallJvmOptions });
  const call = (more: Record<string, string>) =>
    runJavaConsumer({
      mode: "matrix",
      peers,
      orderUrl: `dubbo://127.0.0.1:${blue.dubboPort}`,
      env: { ...env, INTEROP_CASES: "^order\\.describe", ...more },
    });
  assertPassed(await call({}), 4);
  const wrong = await call({ INTEROP_ORDER_GROUP: "green" });
  assert.deepEqual(
    wrong.cases.map(({ ok }) => ok),
    [false, false, false, false],
  );
});

test("after SIGTERM the provider is not ready, and serves until the drain delay is over", {
  timeout: 120_000,
}, async () => {
  await using draining = await startJavaProvider({
    peers,
    env: { INTEROP_DRAIN_DELAY_MS: "3000", INTEROP_SHUTDOWN_WAIT_MS: "1000" },
    jvmOptions: smallJvmOptions,
  });
  const readyUrl = `http://127.0.0.1:${draining.readyPort}/ready`;
  assert.equal((await fetch(readyUrl)).status, 200);
  draining.process.kill("SIGTERM");
  await draining.process.waitFor("draining", 10_000);
  assert.equal((await fetch(readyUrl)).status, 503);
  const socket = connect(draining.dubboPort, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
  assert.ok(!draining.process.events.some(({ event }) => event === "stopping"));
  await draining.process.waitFor("stopping", 10_000);
  assert.deepEqual(await draining.process.exited, { code: 143, signal: null });
});

test("both peers run on the small runtime for images", { timeout: 300_000 }, async (t) => {
  const { java } = await buildJavaRuntime();
  const options = { peers, java, jvmOptions: smallJvmOptions };
  await using small = await startJavaProvider(options);
  const result = await runJavaConsumer({
    ...options,
    mode: "matrix",
    orderUrl: `dubbo://127.0.0.1:${small.dubboPort}`,
    echoUrl: `tri://127.0.0.1:${small.triPort}`,
  });
  assertPassed(result, 97);
  t.diagnostic(`start-up: provider ${small.startMs} ms, consumer ${result.startMs} ms`);
});
