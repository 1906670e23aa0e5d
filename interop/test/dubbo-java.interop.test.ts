// Kubbo against the real Dubbo Java, both ways, both protocols.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient, RpcError } from "kubbo";
import { JavaException } from "kubbo/java";
import { EchoService } from "../gen/dev/kubbo/interop/v1/echo_pb.ts";
import { OrderFault, OrderNotFound, OrderService } from "../src/contracts/order-service.ts";
import {
  type JavaProvider,
  loopbackUrl,
  runJavaConsumer,
  smallJvmOptions,
  startJavaProvider,
  startTypeScriptProvider,
  type TypeScriptProvider,
} from "../src/index.ts";

let java: JavaProvider;
let typescript: TypeScriptProvider;
const client = createClient({ application: "interop-test", timeoutMs: 10_000 });

before(
  async () => {
    typescript = await startTypeScriptProvider("typescript-a");
    java = await startJavaProvider({
      host: "java-a",
      jvmOptions: smallJvmOptions,
      env: { INTEROP_ORDER_VERSION: "1.0.0", INTEROP_ORDER_GROUP: "eu" },
    });
  },
  { timeout: 600_000 },
);
after(async () => {
  await client.close();
  await typescript?.[Symbol.asyncDispose]();
  await java?.[Symbol.asyncDispose]();
});

/** Calls of unary methods: streams are no part of this version. */
const unary = "^(order|echo\\.unary)";

test("a Java consumer calls every method of a TypeScript provider, over both protocols", {
  timeout: 120_000,
}, async (t) => {
  const result = await runJavaConsumer({
    mode: "matrix",
    orderUrl: loopbackUrl("dubbo", typescript.dubboPort),
    echoUrl: loopbackUrl("tri", typescript.triPort),
    env: { INTEROP_CASES: unary },
  });
  assert.deepEqual(
    result.cases.filter(({ ok }) => !ok),
    [],
  );
  assert.ok(result.ok, result.stderr);
  assert.ok(result.cases.length >= 85, `${result.cases.length} cases`);
  t.diagnostic(`${result.cases.length} cases of a Dubbo Java consumer against a TypeScript provider`);
});

const orders = () =>
  client.refer(OrderService, { target: `static:///127.0.0.1:${java.dubboPort}`, group: "eu", version: "1.0.0" });

const item = (sku: string, quantity: number) => ({
  sku,
  quantity,
  price: "12.50",
  weight: 0.25,
  tags: ["a", "b"],
});

const order = {
  id: "o-1",
  number: 2n ** 63n - 1n,
  paid: true,
  discount: null,
  status: "PAID" as const,
  createdAt: new Date(1_700_000_000_123),
  customer: { name: "Zoë", email: null, address: { street: "Hauptstraße 1", city: "Köln", zip: "50667" } },
  items: [item("x", 1), item("y", 2)],
  labels: new Map([["k", "v"]]),
  signature: Uint8Array.of(0, 127, 255),
  previous: null,
};

const calls: [name: string, run: (service: ReturnType<typeof orders>) => Promise<unknown>, answer: unknown][] = [
  ["hostname", (s) => s.hostname(), "java-a"],
  ["touch: void", (s) => s.touch("a"), undefined],
  ["text: ASCII", (s) => s.text("hello"), "hello"],
  ["text: empty", (s) => s.text(""), ""],
  ["text: null", (s) => s.text(null), null],
  ["text: emoji, NUL", (s) => s.text("grüß 你好 😀👍🏽 \u0000\t"), "grüß 你好 😀👍🏽 \u0000\t"],
  ["text: 200,000 characters", (s) => s.text("€😀".repeat(66_667)), "€😀".repeat(66_667)],
  ["repeat: a long answer", (s) => s.repeat("0123456789😀", 20_000), "0123456789😀".repeat(20_000)],
  ["addInts: wraps", (s) => s.addInts(2 ** 31 - 1, 1), -(2 ** 31)],
  ["addLongs: MAX", (s) => s.addLongs(2n ** 63n - 1n, 0n), 2n ** 63n - 1n],
  ["addLongs: MIN", (s) => s.addLongs(-(2n ** 63n), 0n), -(2n ** 63n)],
  ["addLongs: beyond 2^53", (s) => s.addLongs(2n ** 53n, 1n), 2n ** 53n + 1n],
  ["addDoubles", (s) => s.addDoubles(0.1, 0.2), 0.1 + 0.2],
  ["addDoubles: NaN", (s) => s.addDoubles(Number.NaN, 1), Number.NaN],
  ["not", (s) => s.not(true), false],
  ["boxedInt: null", (s) => s.boxedInt(null), null],
  ["boxedInt", (s) => s.boxedInt(-7), -7],
  ["boxedLong", (s) => s.boxedLong(1n), 1n],
  ["boxedDouble", (s) => s.boxedDouble(1), 1],
  ["boxedBoolean", (s) => s.boxedBoolean(true), true],
  ["reverse: byte[]", (s) => s.reverse(Uint8Array.of(1, 2, 255)), Uint8Array.of(255, 2, 1)],
  ["reverse: 100,000 bytes", (s) => s.reverse(new Uint8Array(100_000).fill(7)), new Uint8Array(100_000).fill(7)],
  ["decimal", (s) => s.decimal("123456789012345678901234567890.10"), "123456789012345678901234567890.10"],
  ["nextDay", (s) => s.nextDay(new Date(1)), new Date(86_400_001)],
  ["nextStatus: enum", (s) => s.nextStatus("PAID"), "SHIPPED"],
  ["nextStatus: null", (s) => s.nextStatus(null), null],
  ["items: List<Item>", (s) => s.items([item("a", 1), item("b", 2)]), [item("b", 2), item("a", 1)]],
  ["catalog: Map<String, Item>", (s) => s.catalog(new Map([["a", item("a", 1)]])), new Map([["a", item("a", 1)]])],
  ["longs: List<Long>", (s) => s.longs([1n, 2n ** 60n]), [2n, 2n ** 60n + 1n]],
  ["groups: Map<String, List<Long>>", (s) => s.groups({ a: [1, 2n] }), new Map([["a", [2n, 3n]]])],
  ["describe(): overload", (s) => s["describe()"](), "none"],
  ["describe(String): overload", (s) => s["describe(java.lang.String)"]("a"), "String:a"],
  ["describe(long): overload", (s) => s["describe(long)"](5n), "long:5"],
  ["describe(String, int): overload", (s) => s["describe(java.lang.String,int)"]("a", 5), "String,int:a,5"],
  ["join: varargs", (s) => s.join("-", ["a", "b", "c"]), "a-b-c"],
  ["sum: primitive varargs", (s) => s.sum([1n, 2n, 2n ** 62n]), 2n ** 62n + 3n],
  ["find", async (s) => (await s.find("a")).id, "a"],
];

for (const [name, run, answer] of calls) {
  test(`a TypeScript consumer calls a Java provider over Dubbo2: ${name}`, async () => {
    const seen = await run(orders());
    if (seen instanceof Uint8Array) assert.deepEqual([...seen], [...(answer as Uint8Array)]);
    else assert.deepEqual(seen, answer);
  });
}

test("a nested object goes to Java and back as it was, null fields and all", async () => {
  const seen = await orders().order(order);
  assert.deepEqual({ ...seen, signature: [...seen.signature] }, { ...order, signature: [0, 127, 255] });
  const nested = await orders().order({ ...order, previous: order });
  assert.equal(nested.previous.number, order.number);
  const raised = await orders().raise({ ...order, priority: 4, reason: "vip" });
  assert.equal(raised.priority, 5);
  assert.equal(raised.customer.address.city, "Köln");
});

test("a declared Java exception is a typed error with class, message, fields and Java's stack", async () => {
  await assert.rejects(orders().find("missing-7"), (error) => {
    assert.ok(OrderNotFound.is(error), String(error));
    assert.equal(error.fields.orderId, "missing-7");
    assert.equal(error.fields.code, 404);
    assert.deepEqual(error.fields.searched, ["cache", "store"]);
    assert.equal(error.javaMessage, "no order missing-7");
    assert.equal(error.reason, "java-exception");
    assert.match(error.stack ?? "", /OrderServiceReference\.find\(OrderServiceReference\.java:\d+\)/);
    return true;
  });
});

test("a Java RuntimeException and its cause arrive, undeclared ones too", async () => {
  await assert.rejects(orders().fail("argument", "bad"), (error) => {
    assert.ok(JavaException.is(error));
    assert.equal(error.javaClass, "java.lang.IllegalArgumentException");
    assert.equal(error.javaMessage, "bad");
    assert.ok(JavaException.is(error.cause));
    assert.equal(error.cause.javaClass, "java.lang.IllegalStateException");
    return true;
  });
  await assert.rejects(
    orders().fail("fault", "x"),
    (error) => OrderFault.is(error) && error.fields.reason === "undeclared",
  );
});

test("attachments reach a Java provider, and its own come back", async () => {
  let trailers: Readonly<Record<string, unknown>> = {};
  const seen = await orders()
    .with({
      attachments: { "x-Mixed": "ä 😀" },
      onResponse: (response) => {
        trailers = response.trailers;
      },
    })
    .attachments();
  assert.equal(seen.get("x-Mixed"), "ä 😀");
  assert.equal(trailers["kubbo-host"], "java-a");
});

test("a Java provider that is too slow costs a deadline, and the connection lives on", async () => {
  const service = orders();
  await assert.rejects(
    service.with({ timeoutMs: 100 }).sleep(2000),
    (error) => RpcError.is(error) && error.reason === "deadline",
  );
  assert.equal(await service.hostname(), "java-a");
});

test("what a Java provider does not have is said by name: group, version, method", async () => {
  const target = `static:///127.0.0.1:${java.dubboPort}`;
  const wrongVersion = client.refer(OrderService, { target, group: "eu", version: "9" });
  await assert.rejects(
    wrongVersion.hostname(),
    (error) => RpcError.is(error) && error.reason === "bad-request" && error.unprocessed,
  );
  const wrongGroup = client.refer(OrderService, { target, group: "us", version: "1.0.0" });
  await assert.rejects(wrongGroup.hostname(), (error) => RpcError.is(error) && error.reason === "no-service");
});

test("500 concurrent calls share one connection to a Java provider", async () => {
  const service = orders();
  const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => service.addLongs(BigInt(i), 1n)));
  assert.deepEqual(
    answers,
    Array.from({ length: 500 }, (_, i) => BigInt(i) + 1n),
  );
});

test("a TypeScript consumer calls a Java provider over Triple: every protobuf type, attachments, errors", async () => {
  const echo = client.refer(EchoService, { target: `static:///127.0.0.1:${java.triPort}` });
  const request = {
    text: "grüß 😀",
    small: -1,
    big: -(2n ** 63n),
    unsigned: 2n ** 64n - 1n,
    zigzag: -5n,
    fixed: 4_000_000_000,
    ratio: 0.1,
    flag: true,
    data: Uint8Array.of(0, 255),
    color: 2 as const,
    note: { title: "a", next: { title: "b" } },
    tags: ["x", ""],
    numbers: [1n, -1n],
    counts: { a: 1n },
    notes: { n: { title: "c" } },
    maybe: "",
    choice: { case: "number" as const, value: 9n },
  };
  const answer = await echo.with({ attachments: { "x-a": "1" } }).echo(request);
  assert.equal(answer.host, "java-a");
  assert.equal(answer.attachments["x-a"], "1");
  const { request: seen } = answer;
  assert.ok(seen);
  assert.equal(seen.text, request.text);
  assert.equal(seen.big, request.big);
  assert.equal(seen.unsigned, request.unsigned);
  assert.equal(seen.note?.next?.title, "b");
  assert.equal(seen.maybe, "");
  assert.deepEqual(seen.choice, request.choice);
  assert.deepEqual(seen.counts, request.counts);
  await assert.rejects(
    echo.fail({ code: 9, message: "not now: 5 €" }),
    (error) => RpcError.is(error) && error.code === "FAILED_PRECONDITION" && /not now/.test(error.message),
  );
  await assert.rejects(
    echo.with({ timeoutMs: 100 }).sleep({ delayMs: 2000 }),
    (error) => RpcError.is(error) && error.reason === "deadline",
  );
  const unknown = client.refer({ ...EchoService, typeName: "dev.kubbo.Nobody" } as typeof EchoService, {
    target: `static:///127.0.0.1:${java.triPort}`,
  });
  await assert.rejects(
    unknown.echo({}),
    (error) =>
      RpcError.is(error) && error.code === "UNIMPLEMENTED" && error.reason === "no-service" && error.unprocessed,
  );
});

test("a Dubbo2 call to a Triple port says what answers there, and the other way round", async () => {
  const wrong = client.refer(OrderService, { target: `static:///127.0.0.1:${java.triPort}`, waitForReady: false });
  await assert.rejects(wrong.hostname(), (error) => RpcError.is(error) && error.reason === "not-a-peer");
  const other = client.refer(EchoService, { target: `static:///127.0.0.1:${java.dubboPort}`, waitForReady: false });
  await assert.rejects(other.echo({}), (error) => RpcError.is(error) && error.reason === "not-a-peer");
});
