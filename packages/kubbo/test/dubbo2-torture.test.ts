import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { createClient, type Reason, RpcError, type ServerOptions } from "kubbo";
import { createAuthority } from "../../../test-cluster/src/pki/certificate.ts";
import type { Frame } from "../src/protocol/dubbo2/frame.ts";
import { testServer } from "./echo.ts";
import { answerBytes, rawConsumer, rawProvider, requestBytes, textBytes } from "./raw-dubbo2.ts";
import { notes, Torture, tortured } from "./torture-service.ts";
import { until } from "./until.ts";

// What happens to the calls in flight when a connection ends in every way that one can end: each settles with the right
// code before its deadline, and no healthy call is lost. Over real sockets.

const deadlineMs = 5000;

/** How a call ended, and when. */
interface End {
  readonly value?: unknown;
  readonly reason?: Reason;
  readonly unprocessed?: boolean;
  readonly afterMs: number;
}

async function endOf(call: Promise<unknown>): Promise<End> {
  const startedAt = performance.now();
  try {
    const value = await call;
    return { value, afterMs: performance.now() - startedAt };
  } catch (error) {
    assert.ok(RpcError.is(error), String(error));
    return { reason: error.reason, unprocessed: error.unprocessed, afterMs: performance.now() - startedAt };
  }
}

const clientOf = (target: string, timeoutMs = deadlineMs) => {
  const client = createClient();
  return { client, service: client.refer(Torture, { target, timeoutMs }) };
};

async function serve(options: ServerOptions = {}) {
  const server = testServer(options);
  server.provide(Torture, tortured);
  const { dubbo } = await server.listen();
  return { server, port: dubbo ?? 0, target: `static:///127.0.0.1:${dubbo}` };
}

const sizes = [1, 10];

const ends: [what: string, run: (socket: Socket) => void, reason: Reason][] = [
  ["closes", (socket) => socket.end(), "connection-lost"],
  ["resets", (socket) => socket.resetAndDestroy(), "connection-lost"],
  ["half-closes and reads on", (socket) => socket.end(), "connection-lost"],
  ["sends garbage", (socket) => socket.write("HTTP/1.1 200 OK\r\n\r\n"), "not-a-peer"],
  [
    "announces a frame of 4 GiB",
    (socket) => socket.write(Buffer.from("dabb02140000000000000001ffffffff", "hex")),
    "limit",
  ],
  [
    "stops in the middle of an answer and closes",
    (socket) => socket.end(answerBytes({ high: 0, low: 2 }).subarray(0, 10)),
    "connection-lost",
  ],
];

for (const [what, run, reason] of ends) {
  for (const count of sizes) {
    test(`a provider that ${what}: ${count} calls in flight end at once with ${reason}`, async () => {
      await using provider = await rawProvider((_frame, socket, requests) => {
        if (requests.length === count) run(socket);
      });
      const { client, service } = clientOf(provider.target);
      const results = await Promise.all(Array.from({ length: count }, () => endOf(service.text("x"))));
      for (const { reason: seen, afterMs, unprocessed } of results) {
        assert.equal(seen, reason);
        assert.equal(unprocessed, false);
        assert.ok(afterMs < deadlineMs / 2, `${afterMs} ms`);
      }
      await client.close();
    });
  }
}

test("what was answered before the end is an answer, the rest is lost: each in its own way", async () => {
  await using provider = await rawProvider((_frame, socket, requests) => {
    if (requests.length < 10) return;
    socket.end(Buffer.concat(requests.slice(0, 5).map(({ id }, i) => textBytes(id, `t${i}`))));
  });
  const { client, service } = clientOf(provider.target);
  const results = await Promise.all(Array.from({ length: 10 }, () => endOf(service.text("x"))));
  assert.deepEqual(
    results.map(({ value, reason }) => value ?? reason),
    ["t0", "t1", "t2", "t3", "t4", ...Array(5).fill("connection-lost")],
  );
  await client.close();
});

test("a black hole costs each call its deadline, and then the connection: the next one answers", async () => {
  // The first connection swallows everything but the greeting, later ones answer.
  let first: Socket | undefined;
  await using provider = await rawProvider((frame, socket) => {
    first ??= socket;
    if (socket === first) socket.pause();
    else socket.write(textBytes(frame.id, "ok"));
  });
  const { client, service } = clientOf(provider.target, 300);
  const results = await Promise.all([1, 2, 3].map(() => endOf(service.text("x"))));
  for (const { reason, afterMs } of results) {
    assert.equal(reason, "deadline");
    assert.ok(afterMs >= 290 && afterMs < 600, `${afterMs} ms`);
  }
  const startedAt = performance.now();
  await until("a call is answered", async () => (await endOf(service.text("x"))).value === "ok");
  // 3 s of doubt, looked at every 1.5 s.
  assert.ok(performance.now() - startedAt < 7000, `${performance.now() - startedAt} ms`);
  await client.close();
});

test("a provider that reads nothing costs bounded memory: calls are refused, and those taken are answered later", async () => {
  let held: Socket | undefined;
  await using provider = await rawProvider((frame, socket) => {
    if (!held) {
      held = socket;
      socket.pause();
    }
    socket.write(textBytes(frame.id, "ok"));
  });
  const { client, service } = clientOf(provider.target, 20_000);
  const megabyte = "x".repeat(1 << 20);
  const calls = Array.from({ length: 60 }, () => endOf(service.text(megabyte)));
  let refused = 0;
  let settled = 0;
  for (const call of calls) {
    void call.then(({ reason, unprocessed }) => {
      settled++;
      if (reason === "overload" && unprocessed) refused++;
    });
  }
  await until("the rest is refused", () => refused > 0 && held !== undefined);
  const taken = calls.length - refused;
  assert.ok(taken >= 16 && taken < 40, `${taken} MiB were taken`);
  held?.resume();
  await until("the taken ones are answered", () => settled === calls.length);
  const answered = (await Promise.all(calls)).filter(({ value }) => value === "ok").length;
  assert.equal(answered, taken);
  await client.close();
});

test("two answers for one id are one, an answer for none is none, and the connection lives on", async () => {
  await using provider = await rawProvider(({ id }, socket) => {
    socket.write(textBytes({ high: 7, low: id.low }, "another high half"));
    socket.write(textBytes({ high: 0xffffffff, low: 0xfffffff0 }, "nobody"));
    socket.write(textBytes(id, "first"));
    socket.write(textBytes(id, "second"));
  });
  const { client, service } = clientOf(provider.target);
  for (let i = 0; i < 20; i++) assert.equal(await service.text("x"), "first");
  assert.equal(provider.sockets.size, 1);
  await client.close();
});

const wrongAnswers: [what: string, answer: (frame: Frame) => Buffer, reason: Reason][] = [
  ["with another serialization", ({ id }) => withFlags(answerBytes(id), 3), "unsupported"],
  ["with a flag that is none", ({ id }) => answerBytes(id, Uint8Array.of(0x99)), "bad-message"],
  ["with an empty body", ({ id }) => answerBytes(id, new Uint8Array(0)), "bad-message"],
  ["with a status that is none", ({ id }) => answerBytes(id, Uint8Array.of(0x4e), 77), "status"],
  ["larger than the limit", ({ id }) => answerBytes(id, new Uint8Array(9 << 20)), "limit"],
];

function withFlags(frame: Buffer, flags: number): Buffer {
  frame[2] = flags;
  return frame;
}

for (const [what, answer, reason] of wrongAnswers) {
  test(`an answer ${what} fails its own call with ${reason} and no other`, async () => {
    await using provider = await rawProvider((_frame, socket, requests) => {
      if (requests.length < 3) return;
      const [a, b, c] = requests as [Frame, Frame, Frame];
      socket.write(Buffer.concat([textBytes(a.id, "a"), answer(b), textBytes(c.id, "c")]));
    });
    const { client, service } = clientOf(provider.target);
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => endOf(service.text("x"))));
    assert.deepEqual([a?.value, b?.reason, c?.value], ["a", reason, "c"]);
    await client.close();
  });
}

/** Writes a byte per turn of the event loop. */
async function trickle(socket: Socket, bytes: Uint8Array): Promise<void> {
  for (const byte of bytes) {
    socket.write(Uint8Array.of(byte));
    await turn();
  }
}

test("an error in another serialization, as Java 3.2 sends it, is told with its text", async () => {
  // A 4-byte length and a JSONB text: what 3.2.19 says of a service that it does not have.
  const body = Buffer.concat([
    Buffer.from("0000002979", "hex"),
    Buffer.from("8&Not found exported service: g/com.acme.A"),
  ]);
  await using provider = await rawProvider(({ id }, socket) => socket.write(withFlags(answerBytes(id, body, 70), 23)));
  const { client, service } = clientOf(provider.target);
  await assert.rejects(
    service.text("x"),
    (error) => RpcError.is(error) && error.reason === "no-service" && /exported service: g\/com/.test(error.message),
  );
  await client.close();
});

test("an answer with a null behind its end, as dubbo-go sends it, is an answer", async () => {
  await using provider = await rawProvider(({ id }, socket) =>
    socket.write(answerBytes(id, Uint8Array.of(0x91, 0x01, 0x61, 0x4e))),
  );
  const { client, service } = clientOf(provider.target);
  assert.equal(await service.text("x"), "a");
  await client.close();
});

test("answers that come a byte at a time are answers", async () => {
  await using provider = await rawProvider(({ id }, socket, requests) => {
    if (requests.length < 3) return;
    const bytes = Buffer.concat([...requests.map((each) => textBytes(each.id, "slow")), textBytes(id, "again")]);
    void trickle(socket, bytes);
  });
  const { client, service } = clientOf(provider.target);
  const results = await Promise.all([1, 2, 3].map(() => endOf(service.text("x"))));
  assert.deepEqual(
    results.map(({ value }) => value),
    ["slow", "slow", "slow"],
  );
  await client.close();
});

test("kill -9 of a provider: calls in flight end at once, and calls go on within 3 s of the next one", async () => {
  const start = async (port: number) => {
    const child = spawn(
      process.execPath,
      ["--conditions=kubbo-source", fileURLToPath(new URL("torture-provider.ts", import.meta.url)), String(port)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return { child, port: Number(line.toString()) };
  };
  const first = await start(0);
  const { client, service } = clientOf(`static:///127.0.0.1:${first.port}`);
  const running = Array.from({ length: 20 }, () => endOf(service.sleep(60_000)));
  assert.equal(await service.text("x"), "x");
  first.child.kill("SIGKILL");
  for (const { reason, afterMs } of await Promise.all(running)) {
    assert.equal(reason, "connection-lost");
    assert.ok(afterMs < deadlineMs);
  }
  const second = await start(first.port);
  const startedAt = performance.now();
  await until("a call is answered", async () => (await endOf(service.text("y"))).value === "y");
  assert.ok(performance.now() - startedAt < 3000);
  await client.close();
  second.child.kill("SIGKILL");
  await once(second.child, "exit");
});

// The server's side.

for (const leave of ["destroy", "resetAndDestroy", "end"] as const) {
  test(`a consumer that goes in the middle of a call (${leave}) stops its handler, and no other one`, async () => {
    const { server, port, target } = await serve();
    const { client, service } = clientOf(target);
    const healthy = service.sleep(200);
    using consumer = await rawConsumer(port);
    consumer.socket.write(requestBytes(Torture, "sleep", [60_000]));
    await until("both handlers run", () => server.inspect().activeCalls === 2);
    consumer.socket[leave]();
    await until("the handler has stopped", () => server.inspect().activeCalls === 1);
    assert.equal(await healthy, "slept 200");
    await client.close();
    await server.close();
    assert.equal(server.inspect().connections, 0);
  });
}

test("a consumer that does not read gets to ask no more, and others are served", async () => {
  const { server, port, target } = await serve({ maxMessageBytes: 64 << 20 });
  using greedy = await rawConsumer(port);
  greedy.socket.pause();
  const wanted = 400;
  let sent = 0;
  // Each answer is a MiB; the socket's buffers take a few.
  for (; sent < wanted; sent++) {
    greedy.socket.write(requestBytes(Torture, "bytes", [1 << 20], { id: { high: 0, low: sent + 1 } }));
  }
  const before = process.memoryUsage().arrayBuffers;
  const { client, service } = clientOf(target);
  for (let i = 0; i < 50; i++) assert.equal(await service.text("x"), "x");
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 200 << 20, `${grown >> 20} MiB`);
  greedy.socket.resume();
  await until("all answers came after all", () => greedy.frames.length === wanted, 30_000);
  await client.close();
  greedy.socket.destroy();
  await server.close();
});

test("more calls than the server works on are refused with status 100, unprocessed, and not queued", async () => {
  const { server, port, target } = await serve({ maxActiveCalls: 5 });
  const { client, service } = clientOf(target);
  const calls = Array.from({ length: 20 }, () => endOf(service.sleep(200)));
  const results = await Promise.all(calls);
  assert.equal(results.filter(({ value }) => value === "slept 200").length, 5);
  const refused = results.filter(({ reason, unprocessed }) => reason === "overload" && unprocessed);
  assert.equal(refused.length, 15);
  for (const { afterMs } of refused) assert.ok(afterMs < 150, `${afterMs} ms`);
  assert.equal(await service.text("after"), "after");
  using raw = await rawConsumer(port);
  raw.socket.write(
    Buffer.concat([1, 2, 3, 4, 5, 6].map((low) => requestBytes(Torture, "sleep", [100], { id: { high: 0, low } }))),
  );
  await until("one answer", () => raw.frames.length === 1);
  assert.deepEqual([raw.frames[0]?.status, raw.frames[0]?.id.low], [100, 6]);
  await client.close();
  await server.close();
});

test("a request beyond the limit is answered with status 40 and costs no other call; ours does not leave", async () => {
  const { server, port, target } = await serve({ maxMessageBytes: 10_000 });
  using raw = await rawConsumer(port);
  raw.socket.write(
    Buffer.concat([
      requestBytes(Torture, "sleep", [50], { id: { high: 0, low: 1 } }),
      requestBytes(Torture, "text", ["x".repeat(50_000)], { id: { high: 0, low: 2 } }),
      requestBytes(Torture, "text", ["y"], { id: { high: 0, low: 3 } }),
    ]),
  );
  await until("three answers", () => raw.frames.length === 3);
  const statuses = new Map(raw.frames.map(({ id, status }) => [id.low, status]));
  assert.deepEqual(
    [1, 2, 3].map((id) => statuses.get(id)),
    [20, 40, 20],
  );
  const client = createClient({ maxMessageBytes: 1000 });
  const service = client.refer(Torture, { target });
  await assert.rejects(
    service.text("x".repeat(2000)),
    (error) =>
      RpcError.is(error) &&
      error.reason === "limit" &&
      /the request has \d+ bytes; the limit is 1000/.test(error.message),
  );
  await client.close();
  raw.socket.destroy();
  await server.close();
});

test("ids of 64 bits come back as they were, whatever their bits", async () => {
  const { server, port } = await serve();
  using raw = await rawConsumer(port);
  const ids = [
    { high: 0xffffffff, low: 0xffffffff },
    { high: 0x80000000, low: 0 },
    { high: 0x00200000, low: 1 },
    { high: 0, low: 0 },
  ];
  for (const id of ids) raw.socket.write(requestBytes(Torture, "text", ["x"], { id }));
  await until("all answers", () => raw.frames.length === ids.length);
  assert.deepEqual(
    raw.frames.map(({ id }) => id),
    ids,
  );
  raw.socket.destroy();
  await server.close();
});

test("a one-way call runs and is not answered, not even with an error", async () => {
  const { server, port, target } = await serve();
  const { client, service } = clientOf(target);
  notes.length = 0;
  assert.equal(await service.note("a"), undefined);
  await until("it was run", () => notes.length === 1);
  using raw = await rawConsumer(port);
  raw.socket.write(requestBytes(Torture, "note", ["b"], { twoWay: false }));
  raw.socket.write(withFlags(requestBytes(Torture, "note", ["c"], { twoWay: false }), 0x83));
  raw.socket.write(requestBytes(Torture, "text", ["end"], { id: { high: 0, low: 9 } }));
  await until("an answer", () => raw.frames.length > 0);
  assert.deepEqual(
    raw.frames.map(({ id }) => id.low),
    [9],
  );
  assert.deepEqual(notes, ["a", "b"]);
  await client.close();
  raw.socket.destroy();
  await server.close();
});

test("connections that have lived long enough are drained: no call is lost, and each is a new one", async () => {
  const { server, target } = await serve({ maxConnectionAgeMs: 300 });
  const { client, service } = clientOf(target);
  const ports = new Set<unknown>();
  const onState = (message: unknown) => {
    const { state } = message as { readonly state: string };
    if (state === "ready") ports.add(performance.now());
  };
  subscribe("kubbo:connection:state", onState);
  let calls = 0;
  let failed = 0;
  const running = new Set<Promise<unknown>>();
  // A connection that lived less than a second counts as a failure of its endpoint: the next one waits a little.
  while (ports.size < 5) {
    const call = endOf(service.sleep(20)).then(({ value }) => {
      calls++;
      if (value !== "slept 20") failed++;
      running.delete(call);
    });
    running.add(call);
    if (running.size >= 8) await Promise.race(running);
  }
  await Promise.all(running);
  unsubscribe("kubbo:connection:state", onState);
  assert.equal(failed, 0, `${failed} of ${calls} calls`);
  await client.close();
  await server.close();
});

test("a raw connection hears the readonly event before its end, and its last call is answered", async () => {
  const { server, port } = await serve({ maxConnectionAgeMs: 50 });
  using raw = await rawConsumer(port);
  await until("the event came", () => raw.frames.length === 1);
  assert.equal(Buffer.from(raw.frames[0]?.body ?? []).toString("hex"), "0152");
  // Longer than the time in which it may close unused.
  raw.socket.write(requestBytes(Torture, "sleep", [700]));
  await until("it is closed", raw.ended);
  assert.equal(raw.frames[1]?.status, 20);
  await server.close();
});

test("TLS: a call goes through; a wrong name, an unknown authority and clear text do not", async () => {
  const authority = createAuthority("test", new Date());
  const { certificate: cert, key } = authority.issue({
    subject: { commonName: "orders" },
    usage: "server",
    hosts: ["orders.shop.svc"],
  });
  const { server, port, target } = await serve({ tls: { dubbo: { cert, key } } });
  const call = async (tls: object | undefined) => {
    await using client = createClient(tls ? { tls: { dubbo: tls } } : {});
    return await client.refer(Torture, { target, waitForReady: false, timeoutMs: 3000 }).text("secret");
  };
  assert.equal(await call({ ca: authority.certificate, serverName: "orders.shop.svc" }), "secret");
  const refusals: [tls: object | undefined, says: RegExp][] = [
    [{ ca: authority.certificate, serverName: "other.shop.svc" }, /does not match/],
    [{ serverName: "orders.shop.svc" }, /unable to (?:get|verify)|self-signed/],
    [undefined, /closed the connection without a word|ECONNRESET|TLS/],
  ];
  for (const [tls, says] of refusals) await assert.rejects(call(tls), says);
  // What is no TLS at all is ended, and the port goes on.
  using raw = await rawConsumer(port);
  raw.socket.write("GET / HTTP/1.1\r\n\r\n");
  await until("it is ended", raw.ended);
  const socket = connectTls({ port, host: "127.0.0.1", ca: authority.certificate, servername: "orders.shop.svc" });
  await once(socket, "secureConnect");
  socket.destroy();
  await server.close();
  assert.equal(server.inspect().connections, 0);
});

test("TLS with certificates on both sides: a consumer without one is refused", async () => {
  const authority = createAuthority("test", new Date());
  const issued = (usage: "server" | "client") =>
    authority.issue({ subject: { commonName: usage }, usage, hosts: ["orders.shop.svc"] });
  const { certificate: cert, key } = issued("server");
  const { server, target } = await serve({ tls: { dubbo: { cert, key, clientCa: authority.certificate } } });
  const call = async (tls: object) => {
    const trust = { ca: authority.certificate, serverName: "orders.shop.svc" };
    await using client = createClient({ tls: { dubbo: { ...trust, ...tls } } });
    return await client.refer(Torture, { target, waitForReady: false, timeoutMs: 3000 }).text("secret");
  };
  const own = issued("client");
  assert.equal(await call({ cert: own.certificate, key: own.key }), "secret");
  await assert.rejects(call({}));
  await server.close();
});

test("many connections that say nothing cost little and no one else anything", async () => {
  const { server, port, target } = await serve();
  const silent = await Promise.all(Array.from({ length: 200 }, () => rawConsumer(port)));
  // Half a header, and a header that announces 8 MiB that do not come.
  for (const [i, { socket }] of silent.entries()) {
    socket.write(Buffer.from("dabbc2000000000000000001007fffff", "hex").subarray(0, i % 2 ? 8 : 16));
  }
  const before = process.memoryUsage();
  const { client, service } = clientOf(target);
  for (let i = 0; i < 20; i++) assert.equal(await service.text("x"), "x");
  await until("all are there", () => server.inspect().connections === 201);
  const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
  assert.ok(grown < 32 << 20, `${grown >> 20} MiB`);
  for (const each of silent) each[Symbol.dispose]();
  await client.close();
  await server.close();
});
