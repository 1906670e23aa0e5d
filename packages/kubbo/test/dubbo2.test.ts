import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { createClient, type HandlerContext, type ProviderOf, RpcError } from "kubbo";
import { JavaException } from "kubbo/java";
import { type Frame, Framer } from "../src/protocol/dubbo2/frame.ts";
import { testServer } from "./echo.ts";
import { Greeter, ShopException } from "./greeter.ts";
import { until } from "./until.ts";

const { frames: vectors } = JSON.parse(
  readFileSync(new URL("../vectors/dubbo2-frames.json", import.meta.url), "utf8"),
) as { readonly frames: readonly { readonly name: string; readonly hex: string }[] };

function vector(name: string): Buffer {
  const found = vectors.find((each) => each.name === name);
  assert.ok(found, name);
  return Buffer.from(found.hex, "hex");
}

/** What the recorded Java provider did. */
const greeter: ProviderOf<typeof Greeter> = {
  hello(name, context: HandlerContext) {
    if (name === "!") throw new Error("plain");
    context.responseAttachments["Resp-Key"] = "vr";
    return `hi ${name}`;
  },
  add: (a, b) => a + b,
  find: (id) => ({
    id,
    cost: "1.10",
    color: "BLUE",
    tags: [],
    labels: new Map(),
    qty: 2,
    name: "n",
    gift: true,
    price: 1.5,
  }),
  paint: () => "GREEN",
  fire: () => undefined,
  boom(code) {
    throw ShopException.create({ code, detail: "d" }, "detail");
  },
  later: (text) => `later ${text}`,
  any: (value) => value,
  slow: (ms, context) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve("slow"), ms);
      context.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(context.signal.reason);
      });
    }),
};

const server = testServer();
const client = createClient({ application: "test" });
let port = 0;
let target = "";

before(async () => {
  server.provide(Greeter, greeter, { group: "g1", version: "1.0.0" });
  port = (await server.listen()).dubbo ?? 0;
  target = `static:///127.0.0.1:${port}`;
});
after(async () => {
  await client.close();
  await server.close();
  assert.equal(server.inspect().connections, 0);
});

const refer = (options = {}) =>
  client.refer(Greeter, { target, group: "g1", version: "1.0.0", timeoutMs: 5000, ...options });

/** A raw connection that sends bytes and collects frames. */
async function rawConnection(t: { after(run: () => void): void }, toPort = port) {
  const frames: Frame[] = [];
  let ended = false;
  const framer = new Framer(1 << 20, (frame) => frames.push({ ...frame, body: Uint8Array.from(frame.body) }));
  const socket = connect(toPort, "127.0.0.1");
  socket.on("data", (chunk) => framer.push(chunk));
  socket.on("close", () => {
    ended = true;
  });
  socket.on("error", () => {});
  t.after(() => socket.destroy());
  return { socket, frames, ended: () => ended };
}

/** The bytes of a frame but for the fields that may differ. */
const bodyHex = (bytes: Buffer) => bytes.subarray(16).toString("hex");

const sameAnswers = [
  "add(int,int)",
  "paint(enum)",
  "fire(String): void method, two-way",
  "later(String): CompletableFuture return",
  "any(null)",
  'any(ArrayList[1,"a"])',
];

for (const name of sameAnswers) {
  test(`a recorded Java request gets the bytes that Java's provider answered: ${name}`, async (t) => {
    const { socket, frames } = await rawConnection(t);
    const request = vector(`${name} - request`);
    socket.write(request);
    await until("the answer", () => frames.length === 1);
    const [answer] = frames;
    assert.equal(answer?.status, 20);
    assert.equal(answer?.flags, 0x02);
    assert.deepEqual([answer?.id.high, answer?.id.low], [request.readUInt32BE(4), request.readUInt32BE(8)]);
    assert.equal(Buffer.from(answer?.body ?? []).toString("hex"), bodyHex(vector(`${name} - response`)));
  });
}

test("a recorded Java request is answered whatever its cuts, and a one-way one is not", async (t) => {
  const { socket, frames } = await rawConnection(t);
  for (const byte of vector("add(int,int) - request")) {
    socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write(vector("fire(String): one-way (two-way bit clear), no response - request"));
  socket.write(vector("heartbeat request from client"));
  await until("two frames", () => frames.length === 2);
  assert.deepEqual(
    frames.map(({ flags }) => flags),
    [0x02, 0x22],
  );
});

test("a recorded Java consumer learns what is missing, by status", async (t) => {
  const { socket, frames } = await rawConnection(t);
  socket.write(vector("service version not exported: status 40 - request"));
  await until("the answer", () => frames.length === 1);
  assert.equal(frames[0]?.status, 60);
  assert.match(
    Buffer.from(frames[0]?.body ?? []).toString("utf8"),
    /Greeter:9\.9\.9.* is not provided here, but g1\/com\.acme\.shop\.Greeter:1\.0\.0/,
  );
});

test("Java's recorded exception is read with class, message, fields and stack", async (t) => {
  // A server that answers every request with the recorded exception.
  const recorded = vector("boom(1): declared checked exception with full stack - response");
  const fake = createServer((socket) => {
    const framer = new Framer(1 << 20, ({ id, flags }) => {
      const answer = Buffer.from(flags & 0x20 ? vector("heartbeat response from server") : recorded);
      answer.writeUInt32BE(id.high, 4);
      answer.writeUInt32BE(id.low, 8);
      socket.write(answer);
    });
    socket.on("data", (chunk) => framer.push(chunk));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve));
  t.after(() => fake.close());
  await using own = createClient();
  const reference = own.refer(Greeter, {
    target: `static:///127.0.0.1:${(fake.address() as AddressInfo).port}`,
    timeoutMs: 5000,
  });
  await assert.rejects(reference.boom(1), (error) => {
    assert.ok(ShopException.is(error), String(error));
    assert.equal(typeof error.fields.code, "number");
    assert.equal(typeof error.fields.detail, "string");
    assert.equal(error.javaMessage, "nope");
    assert.equal(error.javaStack[0]?.methodName, "boom");
    assert.equal(error.javaStack[0]?.lineNumber, 7);
    return true;
  });
});

test("calls carry values, attachments and exceptions both ways", async () => {
  const reference = refer();
  let trailers: Readonly<Record<string, unknown>> = {};
  const answer = await reference
    .with({
      attachments: { a: "b" },
      onResponse: (response) => {
        trailers = response.trailers;
      },
    })
    .hello("é中");
  assert.equal(answer, "hi é中");
  assert.deepEqual({ ...trailers }, { "Resp-Key": "vr" });
  const item = await reference.find(2n ** 60n, ["a"], new Map([["k", 1]]), [1]);
  assert.equal(item.id, 2n ** 60n);
  assert.equal(item.color, "BLUE");
  await assert.rejects(
    reference.boom(7),
    (error) => ShopException.is(error) && error.fields.code === 7 && error.javaMessage === "detail",
  );
  await assert.rejects(
    reference.hello("!"),
    (error) =>
      JavaException.is(error) && error.javaClass === "java.lang.RuntimeException" && error.javaMessage === "plain",
  );
  await assert.rejects(
    reference.add(1.5, 1),
    (error) => RpcError.is(error) && error.reason === "bad-argument" && /add/.test(error.message),
  );
  assert.equal(await reference.fire("x"), undefined);
});

test("a thousand concurrent calls share one connection", async () => {
  const reference = refer();
  const sums = await Promise.all(Array.from({ length: 1000 }, (_, i) => reference.add(i, 1)));
  assert.deepEqual(
    sums,
    Array.from({ length: 1000 }, (_, i) => i + 1),
  );
  assert.equal(server.inspect().connections, 1);
});

test("a deadline ends the call on both sides, a late answer is dropped, the connection lives on", async () => {
  const reference = refer();
  await assert.rejects(
    reference.with({ timeoutMs: 60 }).slow(5000),
    (error) => RpcError.is(error) && error.reason === "deadline",
  );
  await until("the handler has stopped", () => server.inspect().activeCalls === 0);
  const stop = new AbortController();
  const call = reference.with({ signal: stop.signal }).slow(50);
  stop.abort();
  await assert.rejects(call, (error) => RpcError.is(error) && error.reason === "cancelled");
  assert.equal(await reference.hello("x"), "hi x");
});

test("a server that goes away says so first: no call is lost that was sent before", async () => {
  const own = testServer();
  own.provide(Greeter, greeter);
  const { dubbo } = await own.listen();
  await using consumer = createClient();
  const reference = consumer.refer(Greeter, { target: `static:///127.0.0.1:${dubbo}`, timeoutMs: 5000 });
  await reference.hello("x");
  const running = reference.slow(300);
  await until("it runs", () => own.inspect().activeCalls === 1);
  const closing = own.close();
  assert.equal(await running, "slow");
  await closing;
  assert.equal(own.inspect().connections, 0);
});

const strangers: [what: string, make: () => ReturnType<typeof createServer>, says: RegExp][] = [
  ["an HTTP/1 server", () => createHttp((_, response) => response.end()), /an HTTP\/1 server/],
  ["a text protocol", () => answering("-ERR\r\n"), /a text protocol \("-ERR"\)/],
  ["a TLS server", () => answering(Buffer.from("15030100020246", "hex")), /a TLS server/],
  ["random bytes", () => answering(Buffer.from("8f03a7e1", "hex")), /first bytes 8f03a7e1/],
  ["a server that hangs up", () => answering(""), /closed the connection without a word/],
];

function answering(bytes: string | Buffer) {
  return createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(bytes));
  });
}

for (const [what, make, says] of strangers) {
  test(`a Dubbo2 call to ${what} is an error that says what answers there`, async (t) => {
    const fake = make();
    await new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve));
    t.after(() => fake.close());
    await using own = createClient();
    const reference = own.refer(Greeter, {
      target: `static:///127.0.0.1:${(fake.address() as AddressInfo).port}`,
      timeoutMs: 5000,
      waitForReady: false,
    });
    await assert.rejects(reference.hello("x"), (error) => {
      assert.ok(RpcError.is(error), String(error));
      assert.equal(error.reason, "not-a-peer", error.message);
      assert.match(error.message, says);
      return true;
    });
  });
}

const garbage: [what: string, bytes: Buffer][] = [
  ["telnet text", Buffer.from("ls\r\n")],
  ["an HTTP/1 request", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["a TLS ClientHello", Buffer.from("16030100c8010000c40303", "hex")],
  ["an oversized frame", Buffer.from("dabbc2000000000000000001ffffffff", "hex")],
];

for (const [what, bytes] of garbage) {
  test(`${what} on the Dubbo2 port ends that connection and nothing else`, async (t) => {
    const reference = refer();
    await reference.hello("before");
    const { socket, ended } = await rawConnection(t);
    socket.write(bytes);
    await until("it is ended", ended);
    assert.equal(await reference.hello("after"), "hi after");
  });
}

const refusals: [what: string, frame: Buffer, status: number, says: RegExp][] = [
  [
    "a serialization that is not Hessian2",
    withFlags(vector("add(int,int) - request"), 0xc3),
    40,
    /serialization 3 \(java\) is not supported; set serialization=hessian2/,
  ],
  ["arguments that do not decode", withBody("add(int,int) - request", Buffer.from("ff", "hex")), 40, /./],
  [
    "a body that is cut off",
    withBody("add(int,int) - request", vector("add(int,int) - request").subarray(16, 60)),
    40,
    /./,
  ],
];

function withFlags(frame: Buffer, flags: number): Buffer {
  const copy = Buffer.from(frame);
  copy[2] = flags;
  return copy;
}

function withBody(name: string, body: Buffer): Buffer {
  const frame = Buffer.concat([vector(name).subarray(0, 16), body]);
  frame.writeUInt32BE(body.length, 12);
  return frame;
}

for (const [what, frame, status, says] of refusals) {
  test(`${what} is answered with status ${status}, and the connection lives on`, async (t) => {
    const { socket, frames } = await rawConnection(t);
    socket.write(frame);
    socket.write(vector("add(int,int) - request"));
    await until("two answers", () => frames.length === 2);
    assert.equal(frames[0]?.status, status);
    assert.match(Buffer.from(frames[0]?.body ?? []).toString("utf8"), says);
    assert.equal(frames[1]?.status, 20);
  });
}

test("an answer larger than a Java consumer takes is a status, not a broken stream", async () => {
  const own = testServer({ maxMessageBytes: 1000 });
  own.provide(Greeter, { ...greeter, hello: () => "x".repeat(2000) });
  const { dubbo } = await own.listen();
  await using consumer = createClient();
  const reference = consumer.refer(Greeter, { target: `static:///127.0.0.1:${dubbo}`, timeoutMs: 5000 });
  await assert.rejects(
    reference.hello("x"),
    (error) => RpcError.is(error) && error.facts["status"] === 25 && /limit is 1000/.test(error.message),
  );
  assert.equal(await reference.add(1, 2), 3);
  await consumer.close();
  await own.close();
});
