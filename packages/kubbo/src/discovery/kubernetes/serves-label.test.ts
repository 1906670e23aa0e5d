import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesServes, parseServes, printServes, type ServesEntry, servesLabel } from "./serves-label.ts";

const keys: [interfaceName: string, key: string][] = [
  ["com.acme.OrderService", "serves.kubbo.dev/com.acme.OrderService"],
  ["Greeter", "serves.kubbo.dev/Greeter"],
  ["com.acme.Outer$Inner", "serves.kubbo.dev/Outer-Inner.6nsh64cqrzzp4tse"],
  [
    "com.alibaba.cloud.commerce.order.query.api.facade.OrderQueryFacadeService",
    "serves.kubbo.dev/OrderQueryFacadeService.iz5gbjbg2toip7rh",
  ],
  ["com.例子.服务", "serves.kubbo.dev/x.mn2f2cqlysjxocz3"],
];

for (const [interfaceName, key] of keys) {
  test(`the label of ${interfaceName} is ${key}`, () => {
    assert.equal(servesLabel(interfaceName), key);
    assert.ok((key.split("/")[1] ?? "").length <= 63);
  });
}

const values: [value: string, entries: ServesEntry[]][] = [
  ["1.0.0", [{ group: undefined, version: "1.0.0" }]],
  ["eu--1.0.0", [{ group: "eu", version: "1.0.0" }]],
  ["eu--0.0.0", [{ group: "eu", version: undefined }]],
  ["0.0.0", [{ group: undefined, version: undefined }]],
  ["any", [{ group: undefined, version: "any" }]],
  ["any--any", [{ group: "any", version: "any" }]],
  [
    "1.0.0..eu--2.0-rc_1",
    [
      { group: undefined, version: "1.0.0" },
      { group: "eu", version: "2.0-rc_1" },
    ],
  ],
];

for (const [value, entries] of values) {
  test(`the value ${value} is read and written`, () => {
    assert.deepEqual(parseServes(value), { t: "entries", entries });
    assert.equal(printServes(entries), value);
  });
}

test("an empty value leaves the decision to the provider", () => {
  assert.deepEqual(parseServes(""), { t: "any" });
  assert.equal(matchesServes(parseServes(""), { version: "9" }), true);
});

for (const value of ["1.0.0...2", "--1", "a--", "a---b", "-1", "1.", "a b", "1..", "_1", "a--b--c"]) {
  test(`the value "${value}" does not parse, and declares nothing`, () => {
    assert.equal(parseServes(value).t, "invalid");
    assert.equal(matchesServes(parseServes(value), {}), false);
  });
}

test("what cannot be written as a label value is declared empty", () => {
  assert.equal(printServes([{ group: "a/b", version: "1" }]), "");
  assert.equal(printServes([{ group: undefined, version: "-1" }]), "");
  assert.equal(printServes(Array.from({ length: 20 }, () => ({ group: undefined, version: "1.0.0" }))), "");
});

const matches: [value: string, wanted: { group?: string; version?: string }, fits: boolean][] = [
  ["1.0.0", { version: "1.0.0" }, true],
  ["1.0.0", { version: "2.0.0" }, false],
  ["1.0.0", {}, false],
  ["1.0.0", { group: "eu", version: "1.0.0" }, false],
  ["eu--1.0.0", { group: "eu", version: "1.0.0" }, true],
  ["0.0.0", {}, true],
  ["any", {}, true],
  ["any", { version: "3" }, true],
  ["any", { group: "eu", version: "3" }, false],
  ["any--any", { group: "eu", version: "3" }, true],
  ["1.0.0..2.0.0", { version: "2.0.0" }, true],
];

for (const [value, wanted, fits] of matches) {
  test(`${JSON.stringify(wanted)} ${fits ? "fits" : "does not fit"} ${value}`, () => {
    assert.equal(matchesServes(parseServes(value), wanted), fits);
  });
}
