import assert from "node:assert/strict";
import { test } from "node:test";
import { environmentVariables, unknownVariables } from "./environment.ts";

test("a variable that is not known is reported with the nearest one that is", () => {
  assert.deepEqual(unknownVariables({ KUBBO_LISTEN_TRY: "1", KUBBO_CONTEXT: "x", OTHER: "y" }), [
    { name: "KUBBO_LISTEN_TRY", nearest: "KUBBO_LISTEN_TRI" },
  ]);
});

test("what Kubernetes injects for Services whose names begin with kubbo is not reported", () => {
  const links = {
    KUBBO_DEMO_SERVICE_HOST: "10.96.0.7",
    KUBBO_DEMO_SERVICE_PORT: "80",
    KUBBO_DEMO_PORT: "tcp://10.96.0.7:80",
    KUBBO_DEMO_PORT_80_TCP: "tcp://10.96.0.7:80",
    KUBBO_DEMO_PORT_80_TCP_PROTO: "tcp",
  };
  assert.deepEqual(unknownVariables(links), []);
});

test("no name is one that Kubernetes could inject", () => {
  for (const name of Object.keys(environmentVariables)) assert.doesNotMatch(name, /_PORT$|_SERVICE_/);
});
