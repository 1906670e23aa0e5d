import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "../codec/hessian2/encode.ts";
import { $class } from "../codec/hessian2/remembered-class.ts";
import { RpcError } from "../model/rpc-error.ts";
import {
  codecOf,
  int,
  JavaException,
  javaClass,
  javaEnum,
  javaException,
  list,
  localDate,
  long,
  object,
  string,
  throwable,
  typed,
} from "./index.ts";
import { framesOfError, stackFrameText } from "./stack-frame.ts";

const { vectors } = JSON.parse(readFileSync(new URL("../../vectors/hessian2.json", import.meta.url), "utf8")) as {
  readonly vectors: readonly { readonly name: string; readonly hex: string }[];
};
const vector = (name: string): Buffer => Buffer.from(vectors.find((each) => each.name === name)?.hex ?? "", "hex");

const Stock = javaException("com.acme.StockException", { warehouse: string });
const OutOfStock = javaException("com.acme.OutOfStock", { sku: string, left: long }, { extends: Stock });
const ShopException = javaException("com.acme.shop.ShopException", { code: int, detail: string });

const codec = codecOf(throwable, { classes: [OutOfStock, ShopException] });

test("an exception of Java is an error with class, message, cause and stack", () => {
  const error = codec.decode(vector("throwable_cause"));
  assert.ok(error instanceof Error);
  assert.ok(RpcError.is(error));
  assert.ok(JavaException.is(error));
  assert.equal(error.code, "UNKNOWN");
  assert.equal(error.reason, "java-exception");
  assert.equal(error.javaClass, "java.lang.IllegalStateException");
  assert.equal(error.javaMessage, "outer");
  assert.equal(error.message, "java.lang.IllegalStateException: outer");
  const { cause } = error;
  assert.ok(JavaException.is(cause));
  assert.equal(cause.javaMessage, "inner");
  assert.equal(cause.cause, undefined);
});

test("the stack of an exception is Java's", () => {
  const error = codec.decode(vector("throwable_stack"));
  assert.deepEqual(error.javaStack, [{ declaringClass: "a.B", methodName: "c", fileName: "B.java", lineNumber: 7 }]);
  assert.equal(error.stack, "java.lang.RuntimeException: m\n    at a.B.c(B.java:7)");
});

for (const name of ["throwable_runtime", "throwable_nocauseinit"]) {
  test(`${name} has no cause`, () => {
    assert.equal(codec.decode(vector(name)).cause, undefined);
  });
}

test("suppressed exceptions come along", () => {
  const error = codec.decode(vector("throwable_suppressed"));
  assert.deepEqual(
    error.suppressed.map((each) => each.javaClass),
    ["java.lang.RuntimeException"],
  );
});

test("a declared exception is told by its class and has its fields", () => {
  const error = codec.decode(vector("throwable_checked"));
  assert.ok(ShopException.is(error));
  assert.deepEqual(error.fields, { code: 42, detail: "d" });
  assert.ok(!OutOfStock.is(error));
  assert.ok(!ShopException.is(new Error("nope")));
  assert.ok(!ShopException.is(undefined));
});

test("an exception that nobody declared has its fields as they come", () => {
  const error = codec.decode(vector("rpcexception"));
  assert.equal(error.javaClass, "org.apache.dubbo.rpc.RpcException");
  assert.deepEqual(error.fields, { code: 2 });
});

test("a declared exception is known as a cause as well", () => {
  const error = codec.decode(vector("throwable_fault"));
  assert.equal(error.javaClass, "com.acme.shop.ShopFault");
  assert.ok(ShopException.is(error.cause));
  assert.deepEqual(error.cause.fields, { code: 1, detail: null });
});

test("an exception made here goes with message, cause, stack and fields", () => {
  const error = OutOfStock.create({ sku: "pen", left: 2 }, "no more", { cause: new TypeError("inner") });
  assert.deepEqual(error.fields, { warehouse: null, sku: "pen", left: 2n });
  const back = codec.decode(codec.encode(error));
  assert.ok(OutOfStock.is(back));
  assert.ok(Stock.is(back));
  assert.deepEqual(back.fields, error.fields);
  assert.equal(back.javaMessage, "no more");
  assert.equal((back.cause as JavaException).message, "java.lang.RuntimeException: inner");
  assert.equal(back.javaStack[0]?.fileName, "java-exception.test.ts");
  const raw = decode(codec.encode(error)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(raw), ["detailMessage", "cause", "stackTrace", "warehouse", "sku", "left"]);
});

test("the fields of an exception are checked when it is made", () => {
  assert.throws(
    () => OutOfStock.create({ sku: 5 as never }),
    /com\.acme\.OutOfStock\.sku: expected string, got number 5/,
  );
});

test("an exception that came goes on as what it was", () => {
  for (const name of ["throwable_stack", "throwable_checked", "throwable_fault", "genericexception"]) {
    const error = codec.decode(vector(name));
    const again = codec.decode(codec.encode(error));
    assert.equal(again.javaClass, error.javaClass);
    assert.equal(again.stack, error.stack);
    assert.deepEqual(again.fields, error.fields);
    assert.equal((again.cause as Error | undefined)?.message, (error.cause as Error | undefined)?.message);
  }
});

test("any other error is a RuntimeException with the same text", () => {
  const error = codec.decode(codec.encode(new RangeError("too far")));
  assert.equal(error.javaClass, "java.lang.RuntimeException");
  assert.equal(error.javaMessage, "too far");
  assert.ok(error.javaStack.length > 0);
});

test("errors that are their own cause come to an end", () => {
  const first = new Error("first");
  const second = new Error("second", { cause: first });
  first.cause = second;
  const own = new Error("own");
  own.cause = own;
  const error = codec.decode(codec.encode(second));
  assert.equal((error.cause as JavaException).javaMessage, "first");
  assert.equal((error.cause as JavaException).cause, undefined);
  assert.equal(codec.decode(codec.encode(own)).cause, undefined);
});

test("an exception in a place of type Object is one, both ways", () => {
  const objects = codecOf(list(object), { classes: [OutOfStock] });
  const [error] = objects.decode(objects.encode([OutOfStock.create({ sku: "pen" })]));
  assert.ok(OutOfStock.is(error));
  assert.throws(() => objects.encode([new Error("plain")]), /list\[0\]: expected a plain object.*, got Error/);
});

test("a field of the type of an exception holds one", () => {
  const Result = javaClass("com.acme.Result", { error: throwable, stock: OutOfStock });
  const results = codecOf(Result);
  const back = results.decode(results.encode({ error: new Error("a"), stock: OutOfStock.create({ sku: "x" }) }));
  assert.equal(back.error.javaMessage, "a");
  assert.equal(back.stock.fields.sku, "x");
});

const accepted: [name: string, hex: string][] = [
  [
    "detailMessage only",
    "431b636f6d2e61636d652e73686f702e53686f70457863657074696f6e910d64657461696c4d6573736167656004626f6f6d",
  ],
  [
    "cause self ref",
    "431a6a6176612e6c616e672e52756e74696d65457863657074696f6e920d64657461696c4d6573736167650563617573656004626f6f6d5190",
  ],
];
for (const [name, hex] of accepted) {
  test(`an exception as other peers write it is taken: ${name}`, () => {
    const error = codec.decode(Buffer.from(hex, "hex"));
    assert.equal(error.javaMessage, "boom");
    assert.equal(error.cause, undefined);
    assert.deepEqual(error.javaStack, []);
  });
}

test("what is no exception is an error", () => {
  assert.throws(() => codec.decode(Buffer.from("0161", "hex")), /expected an exception, found string/);
});

test("undeclared fields of every kind stay in an exception", () => {
  const Custom = javaClass("com.acme.Custom", { detailMessage: string, why: object });
  const bytes = codecOf(Custom).encode({ detailMessage: "m", why: { [$class]: "com.acme.Why", a: [1, 2] } });
  const error = codec.decode(bytes);
  assert.deepEqual(error.fields, { why: { [$class]: "com.acme.Why", a: [1, 2] } });
  assert.deepEqual(codec.decode(codec.encode(error)).fields, error.fields);
});

const lines: [line: string, text: string | undefined][] = [
  ["    at Shop.sell (file:///app/src/shop.ts:12:34)", "Shop.sell(shop.ts:12)"],
  ["    at async Shop.sell (/app/src/shop.ts:12:34)", "Shop.sell(shop.ts:12)"],
  ["    at new Shop (/app/src/shop.ts:12:34)", "shop.ts.Shop(shop.ts:12)"],
  ["    at Object.sell [as buy] (/app/shop.ts:1:2)", "Object.sell(shop.ts:1)"],
  ["    at sell (/app/my shop/shop.ts:1:2)", "shop.ts.sell(shop.ts:1)"],
  ["    at file:///app/shop.ts:7:1", "shop.ts.<anonymous>(shop.ts:7)"],
  ["    at node:internal/main/run_main_module:33:47", undefined],
  ["    at Array.map (<anonymous>)", undefined],
];
for (const [line, text] of lines) {
  test(`a line of a JavaScript stack is a frame: ${line.trim()}`, () => {
    const error = Object.assign(new Error("x"), { stack: `Error: x\n${line}` });
    const [frame] = framesOfError(error);
    assert.equal(frame && stackFrameText(frame), text);
  });
}

test("an exception has the very objects that it was created with, and goes with them", () => {
  const Part = javaClass("com.acme.Part", { sku: string });
  const Screw = javaClass("com.acme.Screw", { length: long, since: localDate, why: throwable }, { extends: Part });
  const Color = javaEnum("com.acme.Color", ["RED"]);
  const Broken = javaException("com.acme.Broken", { part: Part, again: Part, any: object, count: long });
  const screw = Screw.of({ sku: "s", length: 5, since: "2024-02-29", why: new Error("rust") });
  // Neither Screw nor Color can be reached from the exception: only the contract knows them.
  const broken = Broken.create({ part: screw, again: screw, any: typed(Color, "RED"), count: 5 });
  assert.equal(broken.fields.part, screw);
  assert.equal(broken.fields.count, 5n);
  const all = codecOf(throwable, { classes: [Broken, Screw, Color] });
  const back = all.decode(all.encode(broken));
  assert.ok(Broken.is(back));
  const { part, again, any } = back.fields as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  assert.equal(part, again);
  assert.deepEqual([part?.["length"], part?.["since"], String(any)], [5n, "2024-02-29", "RED"]);
  assert.ok(JavaException.is(part?.["why"]));
});

test("an exception may be found again in its own fields", () => {
  const Report = javaException("com.acme.Report", { any: object, lines: list(object) });
  const wire = { [$class]: "com.acme.Report", detailMessage: "m", any: {}, lines: [] as unknown[] };
  Object.assign(wire, { any: wire, cause: wire });
  wire.lines.push(wire);
  const report = codecOf(throwable, { classes: [Report] }).decode(encode(wire));
  assert.ok(Report.is(report));
  assert.equal(report.message, "com.acme.Report: m");
  assert.equal(report.cause, undefined);
  assert.equal(report.fields.any, report);
  assert.equal(report.fields.lines[0], report);
  const all = codecOf(throwable, { classes: [Report] });
  const again = all.decode(all.encode(report));
  assert.ok(Report.is(again));
  assert.equal(again.fields.any, again);
});

test("suppressed exceptions go along, too", () => {
  const error = codec.decode(vector("throwable_suppressed"));
  const [suppressed] = codec.decode(codec.encode(error)).suppressed;
  assert.equal(suppressed?.javaMessage, error.suppressed[0]?.javaMessage);
  const own = OutOfStock.create({ sku: "pen" });
  Object.assign(own, { suppressed: [error] });
  assert.equal(codec.decode(codec.encode(own)).suppressed[0]?.message, error.message);
});
