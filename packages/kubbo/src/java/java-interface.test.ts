import assert from "node:assert/strict";
import { test } from "node:test";
import { isHessian2Codec } from "../codec/hessian2/codec.ts";
import { Hessian2Reader } from "../codec/hessian2/reader.ts";
import { Hessian2Writer } from "../codec/hessian2/writer.ts";
import type { Contract } from "../model/contract.ts";
import type { HandlerContext } from "../model/handler.ts";
import { RpcError } from "../model/rpc-error.ts";
import {
  array,
  bigDecimal,
  boolean,
  boxed,
  byte,
  type bytes,
  completableFuture,
  type date,
  double,
  type InputOf,
  type instant,
  int,
  type JavaConsumer,
  type JavaProvider,
  javaClass,
  javaEnum,
  javaException,
  javaInterface,
  javaVoid,
  list,
  long,
  type longAsNumber,
  map,
  method,
  nullable,
  object,
  set,
  string,
  type TypeOf,
} from "./index.ts";

const OrderState = javaEnum("com.acme.OrderState", ["NEW", "PAID"]);
const Base = javaClass("com.acme.Base", { id: long });
const Item = javaClass("com.acme.Item", { sku: string, count: int, price: bigDecimal });
const Order = javaClass(
  "com.acme.Order",
  {
    state: OrderState,
    items: list(Item),
    notes: map(string, string),
    get previous() {
      return Order;
    },
  },
  { extends: Base },
);
const PriorityOrder = javaClass("com.acme.PriorityOrder", { priority: int }, { extends: Order });
const OutOfStock = javaException("com.acme.OutOfStock", { sku: string, left: long });

const methods = {
  getOrder: method([long], Order, { throws: [OutOfStock], idempotent: true }),
  place: method([Order, string], nullable(Order)),
  touch: method([], javaVoid),
  sum: method([array(long)], long),
  later: method([boxed(int)], completableFuture(string)),
  find: [method([string], Order), method([long], Order), method([string, int], list(Order))],
} as const;
const OrderService = javaInterface("com.acme.OrderService", methods, { types: [PriorityOrder] });

const codecsOf = (name: string) => {
  const found = OrderService.methods.get(name);
  assert.ok(found, name);
  return found;
};

test("a contract has the methods with their names on the wire", () => {
  assert.equal(OrderService.interface, "com.acme.OrderService");
  assert.deepEqual(
    [...OrderService.methods.values()].map(({ name, path, javaTypes, returnType, descriptor, idempotent, kind }) => [
      name,
      path,
      javaTypes.join(),
      returnType,
      descriptor,
      idempotent,
      kind,
    ]),
    [
      ["getOrder", "getOrder", "long", "com.acme.Order", "J", true, "unary"],
      [
        "place",
        "place",
        "com.acme.Order,java.lang.String",
        "com.acme.Order",
        "Lcom/acme/Order;Ljava/lang/String;",
        false,
        "unary",
      ],
      ["touch", "touch", "", "void", "", false, "unary"],
      ["sum", "sum", "[J", "long", "[J", false, "unary"],
      [
        "later",
        "later",
        "java.lang.Integer",
        "java.util.concurrent.CompletableFuture",
        "Ljava/lang/Integer;",
        false,
        "unary",
      ],
      ["find(java.lang.String)", "find", "java.lang.String", "com.acme.Order", "Ljava/lang/String;", false, "unary"],
      ["find(long)", "find", "long", "com.acme.Order", "J", false, "unary"],
      [
        "find(java.lang.String,int)",
        "find",
        "java.lang.String,int",
        "java.util.List",
        "Ljava/lang/String;I",
        false,
        "unary",
      ],
    ],
  );
  assert.deepEqual(OrderService.exceptions, [OutOfStock]);
});

test("the message of a request is the array of its arguments", () => {
  const { request } = codecsOf("place");
  const args = [{ id: 5n, state: "PAID", items: [], notes: { a: "b" } }, "x"];
  assert.deepEqual(request.decode(request.encode(args)), [
    { id: 5n, state: "PAID", items: [], notes: new Map([["a", "b"]]), previous: null },
    "x",
  ]);
  assert.ok(isHessian2Codec(request));
  assert.equal(request.params.length, 2);
});

test("all arguments share one stream, or each has its own", () => {
  const { request } = codecsOf("sum");
  const place = javaInterface("com.acme.Two", { place: method([Item, Item], javaVoid) }).methods.get("place")?.request;
  assert.ok(place);
  const item = { sku: "a", count: 1, price: null };
  const shared = place.decode(place.encode([item, item]));
  assert.equal(shared[0], shared[1]);
  const apart = place.params.map((param) => param.encode(item));
  assert.deepEqual(apart[0], apart[1]);
  assert.deepEqual(request.params[0]?.decode(request.params[0].encode([1, 2n])), [1n, 2n]);
});

test("head, arguments and attachments of a Dubbo2 request are one stream", () => {
  const { request } = codecsOf("place");
  const writer = new Hessian2Writer();
  writer.out.reserve(16);
  writer.writeString("2.0.2");
  request.write(writer, [{ id: 1 }, "x"]);
  writer.writeValue(new Map([["path", "com.acme.OrderService"]]));
  const frame = writer.out.take();
  const reader = new Hessian2Reader(frame.subarray(16));
  assert.equal(reader.readString(), "2.0.2");
  const [order, text] = request.read(reader);
  assert.equal((order as { readonly id: bigint }).id, 1n);
  assert.equal(text, "x");
  assert.deepEqual(reader.readValue(), new Map([["path", "com.acme.OrderService"]]));
  assert.equal(reader.left, 0);
});

test("arguments and result as Java sent them over Triple, each in a stream of its own", () => {
  // spec/vectors/triple-wrapper.json, "find(...)": Dubbo Java 3.3.5.
  const Color = javaEnum("com.acme.shop.Color", ["RED", "GREEN", "BLUE"]);
  const ShopBase = javaClass("com.acme.shop.Base", { id: long, tag: string });
  const ShopItem = javaClass(
    "com.acme.shop.Item",
    { name: string, qty: int, price: double, gift: boolean, labels: list(string), color: Color, cost: bigDecimal },
    { extends: ShopBase },
  );
  const find = javaInterface("com.acme.shop.Greeter", {
    find: method([long, array(string), map(string, long), list(int)], ShopItem),
  }).methods.get("find");
  assert.ok(find);
  assert.deepEqual(find.javaTypes, ["long", "[Ljava.lang.String;", "java.util.Map", "java.util.List"]);
  const args = ["e9", "71075b737472696e670178", "4d176a6176612e7574696c2e4c696e6b6564486173684d6170016be15a", "7a9192"];
  assert.deepEqual(
    find.request.params.map((param, i) => param.decode(Buffer.from(args[i] ?? "", "hex"))),
    [9n, ["x"], new Map([["k", 1n]]), [1, 2]],
  );
  const result =
    "4312636f6d2e61636d652e73686f702e4974656d9904636f737405636f6c6f72066c6162656c7303746167026964046769667405707269636503717479046e616d6560" +
    "43146a6176612e6d6174682e426967446563696d616c910576616c75656104312e31304313636f6d2e61636d652e73686f702e436f6c6f7291046e616d656204424c55" +
    "4579016b0178e9545f000005dc92026e6d";
  assert.deepEqual(find.response.decode(Buffer.from(result, "hex")), {
    id: 9n,
    tag: "x",
    name: "nm",
    qty: 2,
    price: 1.5,
    gift: true,
    labels: ["k"],
    color: "BLUE",
    cost: "1.10",
  });
});

const wrong: [name: string, args: readonly unknown[], message: string][] = [
  [
    "place",
    [{ items: [{}, {}, {}, { price: true }] }, "x"],
    "order.items[3].price: expected BigDecimal (a decimal text, a finite number or a bigint), got boolean",
  ],
  ["place", [{}, 5], "arg1: expected string, got number 5"],
  ["place", [{}], "expected 2 arguments, got 1"],
  ["getOrder", ["1"], "arg0: expected long, got string"],
];
for (const [name, args, message] of wrong) {
  test(`a wrong argument is named: ${message}`, () => {
    assert.throws(
      () => codecsOf(name).request.encode(args),
      (error) => RpcError.is(error) && error.code === "INVALID_ARGUMENT" && error.message === message,
    );
  });
}

test("a protocol may say which call the path belongs to", () => {
  const write = (path?: string) => () => codecsOf("place").request.write(new Hessian2Writer(), [{ id: "x" }, ""], path);
  assert.throws(write(), /^RpcError: order\.id: expected long, got string$/);
  assert.throws(write("place"), /^RpcError: place\.order\.id: expected long, got string$/);
});

test("void is nothing, whatever comes", () => {
  const { response } = codecsOf("touch");
  assert.equal(Buffer.from(response.encode(undefined)).toString("hex"), "4e");
  assert.equal(response.decode(Buffer.from("0161", "hex")), undefined);
});

test("a subclass that the contract names keeps its class", () => {
  const { response } = codecsOf("getOrder");
  const order = PriorityOrder.of({ id: 1n, priority: 5 });
  const back = response.decode(response.encode(order)) as object;
  assert.equal((back as { readonly priority: number }).priority, 5);
});

test("exceptions are read and written by every method", () => {
  const { exception } = codecsOf("touch");
  const back = exception.decode(exception.encode(OutOfStock.create({ sku: "pen" }, "none left")));
  assert.ok(OutOfStock.is(back));
  assert.equal(back.fields.sku, "pen");
});

test("an overload is chosen by the declared types", () => {
  const choose = OrderService.overloads.get("find");
  assert.ok(choose);
  assert.equal(choose(["x"]).name, "find(java.lang.String)");
  assert.equal(choose([5n]).name, "find(long)");
  assert.equal(choose([5]).name, "find(long)");
  assert.equal(choose(["x", 5]).name, "find(java.lang.String,int)");
  assert.throws(
    () => choose([true]),
    /no method of the contract fits find\(boolean\); there are "find\(java\.lang\.String\)", /,
  );
});

test("a call that fits two overloads is refused with their full names", () => {
  const Both = javaInterface("com.acme.Both", { f: [method([int], int), method([long], long)] });
  assert.equal(Both.overloads.get("f")?.([5n]).name, "f(long)");
  assert.throws(
    () => Both.overloads.get("f")?.([5]),
    /f\(number 5\) fits more than one method; call one of them by its full name: "f\(int\)", "f\(long\)"/,
  );
});

test("a contract that cannot be is refused", () => {
  const bad = (reason: string, message: RegExp) => (error: unknown) =>
    RpcError.is(error) && error.reason === reason && message.test(error.message);
  assert.throws(() => javaInterface("com acme", {}), bad("bad-interface", /is not an interface name/));
  assert.throws(
    () => javaInterface("A", { f: [method([int], int), method([int], long)] }),
    bad("bad-contract", /A: f\(int\) is declared twice/),
  );
  assert.throws(
    () => javaInterface("A", { f: method([int], int, { names: ["a", "b"] }) }),
    bad("bad-contract", /A: f has 1 parameters and 2 names/),
  );
  assert.throws(
    () => javaInterface("A", {}, { limits: { maxDepth: 0 } }),
    bad("bad-option", /A: limits\.maxDepth is 0/),
  );
});

test("the limits of a contract are those of its codecs", () => {
  const Small = javaInterface("A", { f: method([string], string) }, { limits: { maxStringLength: 2 } });
  assert.throws(
    () => Small.methods.get("f")?.response.decode(Buffer.from("03616263", "hex")),
    /limits\.maxStringLength/,
  );
});

// What the compiler says. Nothing here runs: these are types that must hold, and mistakes that must not compile.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(_: T | undefined = undefined): void => {};

type Consumer = NonNullable<(typeof OrderService)["shapes"]>["consumer"];
type Provider = NonNullable<(typeof OrderService)["shapes"]>["provider"];
type OrderValue = TypeOf<typeof Order>;

test("types: what comes", () => {
  holds<Same<TypeOf<typeof Item>, { sku: string; count: number; price: string }>>();
  holds<Same<OrderValue["id"], bigint>>();
  holds<Same<OrderValue["state"], "NEW" | "PAID">>();
  holds<Same<OrderValue["items"], TypeOf<typeof Item>[]>>();
  holds<Same<OrderValue["notes"], Map<string, string>>>();
  holds<Same<OrderValue["previous"]["previous"]["id"], bigint>>();
  holds<Same<TypeOf<typeof PriorityOrder>["state"], "NEW" | "PAID">>();
  holds<Same<TypeOf<typeof longAsNumber>, number>>();
  holds<Same<TypeOf<typeof date>, Date>>();
  holds<Same<TypeOf<typeof bytes>, Uint8Array>>();
  const sets = set(list(byte));
  holds<Same<TypeOf<typeof sets>, Set<number[]>>>();
  const maybe = nullable(string);
  holds<Same<TypeOf<typeof maybe>, string | null>>();
  const open = javaEnum("E", ["A"], { open: true });
  const text: TypeOf<typeof open> = "anything";
  assert.equal(text, "anything");
});

test("types: what may be passed", () => {
  const order = {
    id: 5,
    items: [{ sku: "a" }, { price: 10n }, {}],
    notes: new Map([["a", "b"]]),
    previous: { id: 5n, notes: { a: "b" }, items: new Set([{ count: 1 }]), state: null },
  } satisfies InputOf<typeof Order>;
  assert.equal(order.id, 5);
  ({}) satisfies InputOf<typeof Order>;
  new Date() satisfies InputOf<typeof instant>;
  // @ts-expect-error a text is no long
  ({ id: "5" }) satisfies InputOf<typeof Order>;
  // @ts-expect-error a primitive is never null
  ({ count: null }) satisfies InputOf<typeof Item>;
  // @ts-expect-error not a constant
  ({ state: "LOST" }) satisfies InputOf<typeof Order>;
  // @ts-expect-error no such field
  ({ sku: "a", nope: 1 }) satisfies InputOf<typeof Item>;
  // @ts-expect-error deep inside
  ({ items: [{ price: true }] }) satisfies InputOf<typeof Order>;
  // @ts-expect-error what may be null says so
  null satisfies InputOf<typeof string>;
  null satisfies InputOf<ReturnType<typeof nullable<typeof string>>>;
  const decimals = map(string, bigDecimal);
  ({ a: 1, b: "2" }) satisfies InputOf<typeof decimals>;
  const byLong = map(long, string);
  // @ts-expect-error the keys of an object are texts
  ({ 1: "a" }) satisfies InputOf<typeof byLong>;
});

test("types: a consumer calls with the Java parameters", () => {
  holds<Same<Consumer["getOrder"], (args_0: bigint | number) => Promise<OrderValue>>>();
  holds<Same<Consumer["touch"], () => Promise<void>>>();
  holds<Same<ReturnType<Consumer["place"]>, Promise<OrderValue | null>>>();
  holds<Same<ReturnType<Consumer["later"]>, Promise<string>>>();
  holds<Same<ReturnType<Consumer["find(java.lang.String,int)"]>, Promise<OrderValue[]>>>();
  const call = (_consumer: Consumer): void => {};
  const never = (consumer: Consumer) => {
    consumer.find("x") satisfies Promise<OrderValue>;
    consumer.find(5n) satisfies Promise<OrderValue>;
    consumer.find("x", 1) satisfies Promise<OrderValue[]>;
    consumer["find(long)"](1) satisfies Promise<OrderValue>;
    // @ts-expect-error no overload takes a boolean
    consumer.find(true);
    // @ts-expect-error a parameter is missing
    consumer.place({});
    // @ts-expect-error a long is no text
    consumer.getOrder("1");
    // @ts-expect-error no such method
    consumer.nope;
  };
  assert.equal(typeof call, typeof never);
});

test("types: a provider implements the methods, each overload under its full name", () => {
  holds<
    Same<
      keyof Provider,
      | "getOrder"
      | "place"
      | "touch"
      | "sum"
      | "later"
      | "find(java.lang.String)"
      | "find(long)"
      | "find(java.lang.String,int)"
    >
  >();
  const provider: Provider = {
    getOrder: (id, ctx) => {
      holds<Same<typeof id, bigint>>();
      holds<Same<typeof ctx, HandlerContext>>();
      return { id };
    },
    place: async (order, text) => (order.state === "NEW" ? null : { ...order, notes: { text } }),
    touch: () => {},
    sum: async (values) => values.reduce((a, b) => a + b, 0n),
    later: (value) => String(value),
    "find(java.lang.String)": (id) => ({ notes: { id } }),
    "find(long)": (id) => ({ id }),
    "find(java.lang.String,int)": (id, count) => Array.from({ length: count }, () => ({ notes: { id } })),
  };
  assert.equal(provider.later(5, undefined as never), "5");
  // @ts-expect-error the result is no order
  const bad: Pick<Provider, "getOrder"> = { getOrder: () => "x" };
  assert.ok(bad);
});

test("types: a contract is one for whoever knows nothing of Java", () => {
  OrderService satisfies Contract;
  OrderService satisfies Contract<JavaConsumer<typeof methods>, JavaProvider<typeof methods>>;
  const error: unknown = new Error("x");
  if (OutOfStock.is(error)) {
    holds<Same<typeof error.fields, { sku: string; left: bigint }>>();
  }
  // @ts-expect-error a double is no type for the names of an enum
  javaEnum("E", [double]);
  // @ts-expect-error byte[] is `bytes`
  assert.throws(() => array(byte), /byte\[\] is no list on the wire: use bytes/);
  assert.ok(object);
});
