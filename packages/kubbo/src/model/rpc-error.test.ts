import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "./rpc-error.ts";

test("an RpcError keeps code, reason, facts and cause", () => {
  const cause = new Error("socket");
  const error = new RpcError("UNAVAILABLE", "no-endpoint", "none", { facts: { seen: 3 }, cause });
  assert.equal(error.name, "RpcError");
  assert.equal(error.code, "UNAVAILABLE");
  assert.equal(error.reason, "no-endpoint");
  assert.deepEqual(error.facts, { seen: 3 });
  assert.equal(error.cause, cause);
  assert.equal(error.unprocessed, false);
  assert.ok(error instanceof Error);
});

test("an RpcError of another copy of the package is recognised", () => {
  const twin = Object.assign(new Error("x"), { [Symbol.for("kubbo.RpcError")]: true });
  assert.ok(RpcError.is(twin));
  assert.ok(!RpcError.is(new Error("x")));
  assert.ok(!RpcError.is(undefined));
});

test("whatever was thrown becomes an RpcError that keeps its cause", () => {
  const known = new RpcError("ABORTED", "status", "x");
  assert.equal(RpcError.from(known), known);
  assert.equal(RpcError.from(AbortSignal.abort().reason).code, "CANCELLED");
  assert.equal(RpcError.from(new DOMException("late", "TimeoutError")).code, "DEADLINE_EXCEEDED");
  const plain = new TypeError("oops");
  assert.equal(RpcError.from(plain).cause, plain);
  assert.equal(RpcError.from("text").message, "text");
});
