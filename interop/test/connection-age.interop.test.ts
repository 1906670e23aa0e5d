// A Java consumer holds its connections to a ClusterIP for ever; the age that a Kubbo server gives them lets it find new
// pods. The ClusterIP is a TCP proxy here that sends each connection to a server by chance, as kube-proxy does.
//
//   KUBBO_CONNECTION_AGES=21 npm run test:interop -- connection-age     for longer than a tier may take

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer as createNet } from "node:net";
import { test } from "node:test";
import { createServer } from "kubbo";
import { OrderService } from "../src/contracts/order-service.ts";
import { loopbackUrl, runJavaConsumer } from "../src/index.ts";
import { orderService } from "../src/order-service.ts";

/**
 * Short, but not so short that the announcement of a connection's end (0.5 s) and the time until Java uses it again fill
 * the spread of 20 %: connections that began together would then all be gone at once.
 */
const ageMs = 4000;
const connections = 60;
const ages = Number(process.env["KUBBO_CONNECTION_AGES"] ?? 6);

/** Chi-square of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test("a Java consumer with 60 connections finds pods that are new, without a failed call", {
  timeout: 60_000 + 2 * ages * ageMs,
}, async (t) => {
  const servers = await Promise.all(
    Array.from({ length: 6 }, async (_, i) => {
      const server = createServer({
        listen: { tri: "off", dubbo: "127.0.0.1:0", probes: "off" },
        signals: false,
        maxConnectionAgeMs: ageMs,
      });
      server.provide(OrderService, { ...orderService, hostname: () => `pod-${i}` });
      return { server, port: (await server.listen()).dubbo ?? 0, connections: 0 };
    }),
  );
  let ready = 2;
  const proxy = createNet({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const pod = servers[Math.floor(Math.random() * ready)];
    if (!pod) return;
    if (ready === servers.length) pod.connections++;
    const upstream = connect({ port: pod.port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    socket.pipe(upstream).pipe(socket);
    for (const each of [socket, upstream]) each.on("error", () => {});
    socket.on("close", () => upstream.destroy());
    upstream.on("close", () => socket.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const seconds = (ages * ageMs) / 1000;
  const load = runJavaConsumer({
    mode: "load",
    orderUrl: loopbackUrl("dubbo", (proxy.address() as AddressInfo).port),
    timeoutMs: 30_000 + 2 * ages * ageMs,
    env: {
      INTEROP_CONNECTIONS: String(connections),
      INTEROP_RETRIES: "2",
      INTEROP_RATE: "150",
      INTEROP_SECONDS: String(seconds),
    },
    onEvent: ({ event }) => {
      // Scaled up when the first second has passed.
      if (event === "second") ready = servers.length;
    },
  });
  const { loads, ok } = await load;
  const [orders] = loads;
  const counts = servers.map((each) => each.connections);
  t.diagnostic(
    `${orders?.ok} of ${orders?.made} calls; connections per pod ${counts.join(" ")}; ${JSON.stringify(orders?.errors)}`,
  );
  assert.equal(orders?.failed, 0);
  assert.ok(ok);
  assert.equal(Object.keys(orders?.hosts ?? {}).length, servers.length, "every pod serves");
  // 5 degrees of freedom; by chance one run of a million is above.
  assert.ok(chiSquare(counts) < 35.9, `chi-square ${chiSquare(counts)} of ${counts.join(" ")}`);
  proxy.close();
  await Promise.all(servers.map(({ server }) => server.destroy()));
});
