import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient, currentCall, RpcError } from "kubbo";
import { echo, testServer } from "./echo.ts";
import { EchoService } from "./gen/kubbo/test/v1/echo_pb.ts";

const server = testServer();
const client = createClient();
let target = "";

before(async () => {
  server.provide(EchoService, echo);
  server.provide(EchoService, echo, { group: "eu", version: "1.0.0" });
  target = `static:///127.0.0.1:${(await server.listen()).tri}`;
});
after(async () => {
  await client.close();
  await server.close();
  assert.equal(server.inspect().connections, 0);
  assert.equal(client.inspect().connections, 0);
});

function fails(code: string, reason: string, says: RegExp) {
  return (error: unknown) => {
    assert.ok(RpcError.is(error), `not an RpcError: ${error}`);
    assert.equal(`${error.code} ${error.reason}`, `${code} ${reason}`, error.message);
    assert.match(error.message, says);
    return true;
  };
}

test("a unary call carries its message there and back", async () => {
  const reference = client.refer(EchoService, { target });
  const data = new Uint8Array(1000).map((_, index) => index);
  const answer = await reference.echo({ text: "héllo 😀", number: 2n ** 63n - 1n, data });
  assert.equal(answer.text, "héllo 😀");
  assert.equal(answer.number, 2n ** 63n - 1n);
  assert.deepEqual(Uint8Array.from(answer.data), data);
});

test("a message of some megabytes passes, and one beyond the limit is refused by whoever gets it", async () => {
  const reference = client.refer(EchoService, { target, timeoutMs: 20_000 });
  const data = new Uint8Array(5 * 1024 * 1024).fill(1);
  assert.equal((await reference.echo({ data })).data.length, data.length);
  const tooLarge = new Uint8Array(9 * 1024 * 1024);
  await assert.rejects(reference.echo({ data: tooLarge }), fails("RESOURCE_EXHAUSTED", "limit", /limit is 8388608/));
  // The connection has not suffered.
  assert.equal((await reference.echo({ text: "still" })).text, "still");
});

test("a thousand concurrent calls share one connection", async () => {
  const reference = client.refer(EchoService, { target, timeoutMs: 20_000 });
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => reference.echo({ number: BigInt(i) })));
  assert.deepEqual(
    answers.map(({ number }) => number),
    Array.from({ length: 1000 }, (_, i) => BigInt(i)),
  );
  assert.equal(server.inspect().connections, 1);
});

test("group and version choose the export; what is not there is refused with what is", async () => {
  const right = client.refer(EchoService, { target, group: "eu", version: "1.0.0" });
  assert.equal((await right.echo({ text: "a" })).text, "a");
  const wrong = client.refer(EchoService, { target, version: "2.0.0" });
  await assert.rejects(
    wrong.echo({}),
    fails("UNIMPLEMENTED", "no-service", /:2\.0\.0 is not provided here, but .*eu\/.*:1\.0\.0/),
  );
});

test("an error of the handler arrives with its text; one the contract does not know is UNKNOWN", async () => {
  const reference = client.refer(EchoService, { target });
  await assert.rejects(
    reference.echo({ text: "!out of stock: 100 % — é" }),
    fails("UNKNOWN", "exception", /^out of stock: 100 % — é$/),
  );
});

test("attachments go there and come back with their case, bytes and other scripts", async () => {
  const reference = client.refer(EchoService, { target });
  let trailers: Readonly<Record<string, string | Uint8Array>> = {};
  const attachments = { "x-plain": "1", "x-Mixed-Case": "2", "x-bytes": Uint8Array.of(0, 255), "x-umlaut": "ä 😀" };
  await reference
    .with({
      attachments,
      onResponse: (response) => {
        trailers = response.trailers;
      },
    })
    .echo({});
  assert.equal(trailers["x-plain"], "1");
  assert.equal(trailers["x-Mixed-Case"], "2");
  assert.deepEqual(Uint8Array.from(trailers["x-bytes"] as Uint8Array), Uint8Array.of(0, 255));
  assert.equal(trailers["x-umlaut"], "ä 😀");
});

test("a deadline ends the call here, and the handler's signal there", async () => {
  const reference = client.refer(EchoService, { target, timeoutMs: 50 });
  await assert.rejects(
    reference.slow({ ms: 10_000 }),
    fails("DEADLINE_EXCEEDED", "deadline", /no answer|deadline passed/),
  );
  while (server.inspect().activeCalls > 0) await new Promise((resolve) => setImmediate(resolve));
});

test("a cancelled call ends with the reason, and the handler's signal says so", async () => {
  const reference = client.refer(EchoService, { target, timeoutMs: 10_000 });
  const stop = new AbortController();
  const call = reference.with({ signal: stop.signal }).slow({ ms: 10_000 });
  while (server.inspect().activeCalls === 0) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await assert.rejects(call, fails("CANCELLED", "cancelled", /aborted/));
  while (server.inspect().activeCalls > 0) await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(reference.with({ signal: stop.signal }).echo({}), fails("CANCELLED", "cancelled", /aborted/));
});

test("the deadline of an inbound call bounds the outbound calls made for it", async () => {
  const inner = client.refer(EchoService, { target, timeoutMs: 60_000 });
  const outer = testServer();
  let inherited: number | undefined;
  outer.provide(EchoService, {
    ...echo,
    async slow(request) {
      inherited = currentCall()?.deadline;
      await inner.slow(request);
      return {};
    },
  });
  const { tri } = await outer.listen();
  const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${tri}`, timeoutMs: 100 });
  const startedAt = Date.now();
  await assert.rejects(reference.slow({ ms: 60_000 }), fails("DEADLINE_EXCEEDED", "deadline", /./));
  assert.ok(inherited !== undefined && inherited - startedAt < 200, `inherited ${inherited}`);
  while (server.inspect().activeCalls > 0) await new Promise((resolve) => setImmediate(resolve));
  await outer.close();
});

test("filters see calls once and attempts with their endpoint, and may change both", async () => {
  const own = createClient();
  const seen: string[] = [];
  own.use((call, next) => {
    seen.push(`call ${call.method.name}`);
    return next({ ...call, attachments: { ...call.attachments, "x-from": "filter" } });
  });
  own.useAttempt((attempt, next) => {
    seen.push(`attempt ${attempt.attempt} on ${attempt.endpoint.address}`);
    return next(attempt);
  });
  let trailers: Readonly<Record<string, unknown>> = {};
  const reference = own.refer(EchoService, { target });
  await reference.echo(
    {},
    {
      onResponse: (response) => {
        trailers = response.trailers;
      },
    },
  );
  assert.deepEqual(seen, ["call echo", "attempt 1 on 127.0.0.1"]);
  assert.equal(trailers["x-from"], "filter");
  await own.close();
});

test("a reference is a plain object: own methods, not thenable, no Proxy", async () => {
  const reference = client.refer(EchoService, { target });
  assert.deepEqual(Object.keys(reference), ["echo", "slow", "read", "with"]);
  assert.equal(await reference, reference);
  const { echo: taken } = reference;
  assert.equal((await taken({ text: "detached" })).text, "detached");
});
