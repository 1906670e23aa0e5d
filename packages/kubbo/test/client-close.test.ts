import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, RpcError } from "kubbo";
import { echo, testServer } from "./echo.ts";
import { EchoService } from "./gen/kubbo/test/v1/echo_pb.ts";

const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    (error: unknown) => RpcError.from(error).reason,
  );

test("a call that is tried again while the client closes still ends well; new ones are refused", async () => {
  await using first = testServer();
  await using second = testServer();
  first.provide(EchoService, echo);
  second.provide(EchoService, echo);
  const ports = [(await first.listen()).tri, (await second.listen()).tri];
  const client = createClient();
  const attempts: number[] = [];
  let closing: Promise<void> | undefined;
  client.useAttempt((attempt, next) => {
    attempts.push(attempt.attempt);
    if (attempt.attempt > 1) return next(attempt);
    closing = client.close();
    return Promise.reject(new RpcError("UNAVAILABLE", "connection-draining", "refused", { unprocessed: true }));
  });
  const reference = client.refer(EchoService, { target: `static:///${ports.map((port) => `127.0.0.1:${port}`)}` });
  const call = reference.echo({ text: "last" });
  assert.equal((await call).text, "last");
  assert.deepEqual(attempts, [1, 2]);
  assert.equal(await reasonOf(reference.echo({})), "closed");
  await closing;
  assert.equal(client.inspect().connections, 0);
});

test("a call that waits for an endpoint ends when the client closes", async () => {
  const client = createClient();
  const reference = client.refer(EchoService, { target: "static:///127.0.0.1:1", waitForReady: true });
  const waiting = reasonOf(reference.echo({}));
  await client.close();
  assert.equal(await waiting, "closed");
});

test("a client that is destroyed ends its running calls at once", async () => {
  await using server = testServer();
  server.provide(EchoService, { ...echo, echo: () => new Promise(() => {}) });
  const { tri } = await server.listen();
  const client = createClient();
  const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${tri}`, timeoutMs: 60_000 });
  const running = reasonOf(reference.echo({}));
  while (server.inspect().activeCalls === 0) await new Promise(setImmediate);
  client.destroy();
  assert.equal(await running, "closed");
  await client.close();
  server.destroy();
});
