import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../model/rpc-error.ts";
import { resolveServerOptions, type ServerOptions } from "./options.ts";

test("ports come from the options, else from variables, else they are Dubbo's", () => {
  const { listen } = resolveServerOptions(
    { listen: { tri: 0, dubbo: "off" } },
    { KUBBO_LISTEN_TRI: "1", KUBBO_LISTEN_DUBBO: "2", KUBBO_LISTEN_PROBES: "[::1]:9000" },
  );
  assert.deepEqual(listen, {
    tri: { host: undefined, port: 0 },
    dubbo: undefined,
    probes: { host: "::1", port: 9000 },
  });
  assert.deepEqual(resolveServerOptions({}, {}).listen, {
    tri: { host: undefined, port: 50051 },
    dubbo: { host: undefined, port: 20880 },
    probes: { host: undefined, port: 8081 },
  });
});

test("what Kubernetes injects for a Service of that name is not a port", () => {
  assert.equal(resolveServerOptions({}, { KUBBO_LISTEN_TRI: "tcp://10.96.0.7:80" }).listen.tri?.port, 50051);
});

test("in a pod consumers are given time to learn that it goes", () => {
  assert.equal(resolveServerOptions({}, { KUBERNETES_SERVICE_HOST: "10.96.0.1" }).drain.delayMs, 5000);
  assert.equal(resolveServerOptions({}, {}).drain.delayMs, 0);
});

const bad: [options: ServerOptions, environment: Record<string, string>, says: RegExp][] = [
  [{ listen: { tri: 70000 } }, {}, /listen\.tri is 70000; expected "off", a port/],
  [{ listen: { dubbo: "host" } }, {}, /listen\.dubbo is "host"/],
  [{}, { KUBBO_LISTEN_PROBES: "eighty" }, /KUBBO_LISTEN_PROBES is "eighty"/],
  [{ drain: { graceMs: -1 } }, {}, /drain\.graceMs is -1; expected a number of at least 0/],
  [{ maxMessageBytes: Number.NaN }, {}, /maxMessageBytes is null/],
];

for (const [options, environment, says] of bad) {
  test(`an option with a wrong value is refused: ${says.source}`, () => {
    assert.throws(
      () => resolveServerOptions(options, environment),
      (error) => RpcError.is(error) && error.reason === "bad-option" && says.test(error.message),
    );
  });
}
