// nginx as a server for our client (large files, many streams, GOAWAY in the middle), and as a gRPC proxy between us.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { createClient, createServer, RpcError } from "kubbo";
import { type Answer, exchange, open } from "../../packages/kubbo/test/http2-echo.ts";
import { selfSigned } from "../../packages/kubbo/test/self-signed.ts";
import { EchoService } from "../gen/dev/kubbo/interop/v1/echo_pb.ts";
import { echoService } from "../src/echo-service.ts";
import { startNginx } from "../src/nginx.ts";

const get = (path: string, scheme = "http") => [
  ...[":method", "GET", ":scheme", scheme, ":path", path, ":authority", "localhost"],
];

function statusOf({ head }: Answer): string | undefined {
  return head[head.indexOf(":status") + 1];
}

/** What nginx writes when a client breaks the rules. */
const complaint = /client (sent|exceeded|violated)|\[(error|crit|alert|emerg)\]/;

for (const secure of [false, true]) {
  test(`our client gets large files and 1,000 small ones from nginx over ${secure ? "TLS" : "h2c"}`, async () => {
    const tls = secure ? selfSigned() : undefined;
    const large = randomBytes(20_000_000);
    const small = randomBytes(700);
    await using nginx = await startNginx({
      // Fewer streams than there are requests, so that they wait; and no end after 1,000 requests.
      server: "http2_max_concurrent_streams 16; keepalive_requests 100000; add_header x-from nginx;",
      files: { large, small },
      ...(tls && { tls }),
    });
    const session = await open(nginx.port, tls && { tls: { ca: tls.cert } });
    const scheme = secure ? "https" : "http";
    const paths = Array.from({ length: 1000 }, (_, i) => (i % 300 === 0 ? "/large" : "/small"));
    const answers = await Promise.all(paths.map((path) => exchange(session, undefined, get(path, scheme))));
    for (const [i, answer] of answers.entries()) {
      assert.equal(statusOf(answer), "200");
      assert.equal(answer.head[answer.head.indexOf("x-from") + 1], "nginx");
      assert.ok(answer.body.equals(paths[i] === "/large" ? large : small), `request ${i}: ${answer.body.length} bytes`);
    }
    assert.equal(session.inspect().waiting, 0);
    await session.close();
    assert.doesNotMatch(nginx.log(), complaint);
  });
}

test("a request body that nginx does not want ends with its answer, and the connection goes on", async () => {
  await using nginx = await startNginx({
    server: "location /post { return 403; }",
    files: { small: Buffer.from("ok") },
  });
  const session = await open(nginx.port);
  const post = [":method", "POST", ":scheme", "http", ":path", "/post", ":authority", "localhost"];
  const answer = await exchange(session, Buffer.alloc(3_000_000), post);
  assert.equal(statusOf(answer), "403");
  assert.equal((await exchange(session, undefined, get("/small"))).body.toString(), "ok");
  await session.close();
});

test("when nginx sends GOAWAY in the middle, every request ends well or is told unprocessed", async (t) => {
  const perConnection = 100;
  const small = randomBytes(30_000);
  await using nginx = await startNginx({
    server: `keepalive_requests ${perConnection}; http2_max_concurrent_streams 32;`,
    files: { small },
  });
  let left = 1000;
  let refused = 0;
  let drained = 0;
  let connections = 0;
  while (left > 0) {
    connections++;
    const session = await open(nginx.port, { events: { onDraining: () => void drained++, onClosed() {} } });
    const asked = Array.from({ length: left }, () => exchange(session, undefined, get("/small")));
    let done = 0;
    for (const result of await Promise.allSettled(asked)) {
      if (result.status === "fulfilled") {
        assert.equal(statusOf(result.value), "200");
        assert.ok(result.value.body.equals(small));
        done++;
      } else {
        assert.ok(RpcError.is(result.reason), String(result.reason));
        assert.equal(result.reason.unprocessed, true, result.reason.message);
        refused++;
      }
    }
    assert.ok(done > 0 && done <= perConnection, `${done} answers on one connection`);
    left -= done;
    await session.close();
  }
  assert.equal(connections, 10);
  assert.ok(drained >= 9, `${drained} GOAWAYs`);
  assert.doesNotMatch(nginx.log(), complaint);
  t.diagnostic(`1,000 requests over ${connections} connections of ${perConnection}; ${refused} told unprocessed`);
});

test("nginx passes unary calls between our client and our server as a gRPC proxy", async () => {
  await using server = createServer({ listen: { tri: "127.0.0.1:0", dubbo: "off", probes: "off" }, signals: false });
  server.provide(EchoService, echoService);
  const { tri } = await server.listen();
  await using nginx = await startNginx({
    http: `upstream kubbo { server 127.0.0.1:${tri}; keepalive 4; }`,
    server: "keepalive_requests 100000; client_max_body_size 0; location / { grpc_pass grpc://kubbo; }",
  });
  const client = createClient();
  try {
    const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${nginx.port}`, timeoutMs: 15_000 });
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const data = Buffer.alloc(i % 50 === 0 ? 1_000_000 : i * 7, i);
        const answer = await reference.with({ attachments: { "x-who": `call ${i}` } }).echo({ small: i, data });
        assert.equal(answer.attachments["x-who"], `call ${i}`);
        assert.ok(Buffer.from(answer.request?.data ?? []).equals(data), `call ${i}`);
      }),
    );
    await assert.rejects(reference.fail({ code: 9, message: "grüße, 5 %" }), {
      code: "FAILED_PRECONDITION",
      message: "grüße, 5 %",
    });
    await assert.rejects(reference.with({ timeoutMs: 100 }).sleep({ delayMs: 2000 }), { code: "DEADLINE_EXCEEDED" });
  } finally {
    await client.close();
  }
});
