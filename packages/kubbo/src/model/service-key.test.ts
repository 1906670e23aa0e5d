import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "./rpc-error.ts";
import { createServiceKey, type ServiceKeyParts, serviceKeyText } from "./service-key.ts";

const good: [name: string, parts: ServiceKeyParts, text: string][] = [
  ["com.acme.OrderService", {}, "com.acme.OrderService"],
  ["com.acme.OrderService", { version: "0.0.0", group: "" }, "com.acme.OrderService"],
  ["com.acme.OrderService", { version: "1.0.0" }, "com.acme.OrderService:1.0.0"],
  ["com.acme.OrderService", { group: "eu", version: "1.0.0" }, "eu/com.acme.OrderService:1.0.0"],
  ["com.acme.Outer$Inner", { group: "eu" }, "eu/com.acme.Outer$Inner"],
  ["Greeter", {}, "Greeter"],
  ["com.例子.Svc", {}, "com.例子.Svc"],
];

for (const [name, parts, text] of good) {
  test(`${name} with ${JSON.stringify(parts)} is ${text}`, () => {
    assert.equal(serviceKeyText(createServiceKey(name, parts)), text);
  });
}

for (const name of ["", ".", "com..acme", "com.acme.", "1st.Svc", "a/b", "a:b", "a b", "a,b", "a.*"]) {
  test(`the interface name "${name}" is refused`, () => {
    assert.throws(
      () => createServiceKey(name),
      (error) => RpcError.is(error) && error.reason === "bad-interface",
    );
  });
}

for (const part of ["a/b", "a:b", "a,b", "*", " "]) {
  test(`the group and the version "${part}" are refused`, () => {
    for (const parts of [{ group: part }, { version: part }]) {
      assert.throws(
        () => createServiceKey("a.B", parts),
        (error) => RpcError.is(error) && error.reason === "bad-service-key",
      );
    }
  });
}
