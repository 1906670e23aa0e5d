import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "./rpc-error.ts";
import { parseTarget, type Target, targetText } from "./target.ts";

const good: [text: string, target: Target][] = [
  ["kubernetes:///orders", { kind: "kubernetes", service: "orders" }],
  ["kubernetes:///orders.shop", { kind: "kubernetes", service: "orders", namespace: "shop" }],
  ["kubernetes:///orders.shop:tri", { kind: "kubernetes", service: "orders", namespace: "shop", port: "tri" }],
  ["kubernetes:///orders.shop:50051", { kind: "kubernetes", service: "orders", namespace: "shop", port: 50051 }],
  ["kubernetes:///orders.shop.svc.cluster.local", { kind: "kubernetes", service: "orders", namespace: "shop" }],
  ["kubernetes://shop/orders:tri", { kind: "kubernetes", service: "orders", namespace: "shop", port: "tri" }],
  [
    "kubernetes:///orders.shop/orders-0:tri",
    { kind: "kubernetes", service: "orders", namespace: "shop", pod: "orders-0", port: "tri" },
  ],
  ["kubernetes:///orders?cluster=west", { kind: "kubernetes", service: "orders", cluster: "west" }],
  [
    "static:///10.0.0.1:20880,[fd00::1]:20881",
    {
      kind: "static",
      addresses: [
        { address: "10.0.0.1", port: 20880 },
        { address: "fd00::1", port: 20881 },
      ],
    },
  ],
];

for (const [text, target] of good) {
  test(`${text} is read, and what is written of it reads back`, () => {
    assert.deepEqual(parseTarget(text), target);
    assert.deepEqual(parseTarget(targetText(target)), target);
  });
}

const bad: [text: string, says: RegExp][] = [
  ["orders", /not of the form scheme:\/\//],
  ["kubernetes:orders", /not of the form/],
  ["zookeeper:///orders", /scheme zookeeper: is not known/],
  ["kubernetes:///", /"" is not a service name/],
  ["kubernetes:///Orders", /"Orders" is not a service name/],
  ["kubernetes:///orders.shop.pod", /"pod" stands where only "svc"/],
  ["kubernetes://shop/orders.pay", /namespace is given twice: shop and pay/],
  ["kubernetes:///orders:0", /"0" is neither a port number/],
  ["kubernetes:///orders:70000", /"70000" is neither a port number/],
  ["kubernetes:///orders:Tri", /"Tri" is neither/],
  ["kubernetes:///orders/a/b", /at most one pod/],
  ["kubernetes:///orders?zone=a", /parameter "zone" is not known/],
  ["static:///", /it has no address/],
  ["static:///10.0.0.1", /not address:port/],
  ["static:///fd00::1:80", /not address:port/],
];

for (const [text, says] of bad) {
  test(`the target "${text}" is refused with the reason and the forms that are accepted`, () => {
    assert.throws(
      () => parseTarget(text),
      (error) => {
        assert.ok(RpcError.is(error));
        assert.equal(error.code, "INVALID_ARGUMENT");
        assert.equal(error.reason, "bad-target");
        assert.match(error.message, says);
        assert.match(error.message, /Accepted: kubernetes:\/\/\//);
        return true;
      },
    );
  });
}
