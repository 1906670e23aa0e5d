import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../../model/rpc-error.ts";
import { sliceFromJson } from "./slice.ts";

function sliceWith(endpoint: object) {
  return sliceFromJson({
    metadata: { name: "a-1" },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.0.0.1"], ...endpoint }],
  });
}

const conditions: [given: object, ready: boolean, serving: boolean, terminating: boolean][] = [
  [{}, true, true, false],
  [{ conditions: {} }, true, true, false],
  [{ conditions: { ready: null } }, true, true, false],
  [{ conditions: { ready: false } }, false, false, false],
  [{ conditions: { ready: true } }, true, true, false],
  [{ conditions: { ready: false, serving: true, terminating: true } }, false, true, true],
  [{ conditions: { ready: true, serving: false } }, true, false, false],
];

for (const [given, ready, serving, terminating] of conditions) {
  test(`conditions ${JSON.stringify(given)} mean ready ${ready}, serving ${serving}, terminating ${terminating}`, () => {
    const [endpoint] = sliceWith(given).endpoints;
    assert.deepEqual([endpoint?.ready, endpoint?.serving, endpoint?.terminating], [ready, serving, terminating]);
  });
}

test("endpoints and ports may be null, and an endpoint without an address does not count", () => {
  const empty = sliceFromJson({ metadata: { name: "a" }, endpoints: null, ports: null });
  assert.deepEqual([empty.endpoints, empty.ports, empty.service], [[], [], ""]);
  assert.deepEqual(sliceWith({ addresses: [] }).endpoints, []);
});

test("a pod is known by its uid; another kind of target is not a pod", () => {
  assert.equal(sliceWith({ targetRef: { kind: "Pod", name: "p", uid: "u" } }).endpoints[0]?.podUid, "u");
  assert.equal(sliceWith({ targetRef: { kind: "Node", name: "p", uid: "u" } }).endpoints[0]?.podUid, undefined);
});

test("labels named like properties of Object are labels", () => {
  const labels = JSON.parse('{"__proto__": "x", "constructor": "y"}');
  const slice = sliceFromJson({ metadata: { name: "a", labels } });
  assert.equal(slice.labels["constructor"], "y");
  assert.equal(Object.hasOwn(slice.labels, "__proto__"), true);
});

test("what is not an EndpointSlice is refused", () => {
  for (const bad of [undefined, null, 1, "x", [], {}, { metadata: {} }, { metadata: { name: 1 } }]) {
    assert.throws(
      () => sliceFromJson(bad),
      (error) => RpcError.is(error) && error.reason === "bad-message",
    );
  }
});
