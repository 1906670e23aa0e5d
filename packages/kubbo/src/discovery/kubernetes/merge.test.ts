import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type MergeWish, mergeSlices } from "./merge.ts";
import { type Slice, sliceFromJson } from "./slice.ts";

const wish: MergeWish = {
  port: undefined,
  protocols: ["tri"],
  families: ["IPv4", "IPv6"],
  allowLoopback: false,
  forbidden: new Set(),
};

interface SliceGiven {
  readonly name?: string;
  readonly service?: string;
  readonly version?: number;
  readonly addressType?: string;
  readonly ports?: readonly object[] | null;
  readonly endpoints?: readonly object[] | null;
}

function slice({
  name = "a-1",
  service = "a",
  version = 1,
  addressType = "IPv4",
  ports,
  endpoints,
}: SliceGiven): Slice {
  return sliceFromJson({
    metadata: {
      name,
      namespace: "shop",
      resourceVersion: String(version),
      labels: { "kubernetes.io/service-name": service },
    },
    addressType,
    ports: ports === undefined ? [{ name: "tri", port: 50051, protocol: "TCP" }] : ports,
    endpoints: endpoints ?? null,
  });
}

function podAt(address: string, uid: string, conditions: object = {}): object {
  return { addresses: [address], conditions, targetRef: { kind: "Pod", name: uid, uid } };
}

const addresses = (slices: Slice[], changed: Partial<MergeWish> = {}) =>
  mergeSlices(slices, { ...wish, ...changed }).endpoints.map(({ address, port }) => `${address}:${port}`);

test("all slices of a Service are one set", () => {
  assert.deepEqual(
    addresses([
      slice({ endpoints: [podAt("10.0.0.1", "u1")] }),
      slice({ name: "a-2", endpoints: [podAt("10.0.0.2", "u2")] }),
    ]),
    ["10.0.0.1:50051", "10.0.0.2:50051"],
  );
});

test("an endpoint that stands in two slices counts once, as the newer one has it", () => {
  const older = slice({ version: 9, endpoints: [podAt("10.0.0.1", "u1", { ready: true })] });
  const newer = slice({ name: "a-2", version: 10, endpoints: [podAt("10.0.0.1", "u1", { ready: false })] });
  for (const order of [
    [older, newer],
    [newer, older],
  ]) {
    const { endpoints } = mergeSlices(order, wish);
    assert.deepEqual(
      endpoints.map(({ ready }) => ready),
      [false],
    );
  }
});

test("an address that went to another pod is another endpoint", () => {
  const [before] = mergeSlices([slice({ endpoints: [podAt("10.0.0.1", "old")] })], wish).endpoints;
  const [after] = mergeSlices([slice({ endpoints: [podAt("10.0.0.1", "new")] })], wish).endpoints;
  assert.notEqual(before?.key, after?.key);
});

test("a named port may have another number in each slice, and a pod without it cannot be called", () => {
  const merged = mergeSlices(
    [
      slice({ endpoints: [podAt("10.0.0.1", "u1")] }),
      slice({ name: "a-2", ports: [{ name: "tri", port: 50052 }], endpoints: [podAt("10.0.0.2", "u2")] }),
      slice({ name: "a-3", ports: null, endpoints: [podAt("10.0.0.3", "u3")] }),
    ],
    wish,
  );
  assert.deepEqual(
    merged.endpoints.map(({ address, port }) => `${address}:${port}`),
    ["10.0.0.1:50051", "10.0.0.2:50052"],
  );
  assert.deepEqual(merged.funnel, { slices: 3, seen: 3, port: 2, address: 2, ready: 2 });
});

test("of a dual-stack Service one family counts: the preferred one, as far as it has endpoints", () => {
  const v4 = slice({ endpoints: [podAt("10.0.0.1", "u1")] });
  const v6 = slice({ name: "a-2", addressType: "IPv6", endpoints: [podAt("fd00::1", "u1")] });
  assert.deepEqual(addresses([v4, v6]), ["10.0.0.1:50051"]);
  assert.deepEqual(addresses([v4, v6], { families: ["IPv6", "IPv4"] }), ["fd00::1:50051"]);
  assert.deepEqual(addresses([slice({}), v6]), ["fd00::1:50051"]);
});

test("FQDN slices do not count", () => {
  assert.deepEqual(addresses([slice({ addressType: "FQDN", endpoints: [podAt("example.com", "u1")] })]), []);
});

test("several Services that serve the same are one set; one without a fitting port is ignored with a note", () => {
  const merged = mergeSlices(
    [
      slice({ endpoints: [podAt("10.0.0.1", "u1")] }),
      slice({ name: "b-1", service: "b", endpoints: [podAt("10.0.0.1", "u1"), podAt("10.0.0.2", "u2")] }),
      slice({ name: "c-1", service: "c", ports: [{ name: "http", port: 80 }], endpoints: [podAt("10.0.0.3", "u3")] }),
    ],
    wish,
  );
  assert.deepEqual(
    merged.endpoints.map(({ address }) => address),
    ["10.0.0.1", "10.0.0.2"],
  );
  assert.match(merged.notes.join(), /Service shop\/c: none of its ports speaks tri/);
});

test("addresses and ports that may not be dialled are refused with a note", () => {
  const merged = mergeSlices(
    [
      slice({ endpoints: [podAt("169.254.169.254", "u1"), podAt("10.96.0.1", "u2")] }),
      slice({ name: "a-2", ports: [{ name: "tri", port: 70000 }], endpoints: [podAt("10.0.0.2", "u3")] }),
    ],
    { ...wish, forbidden: new Set(["10.96.0.1"]) },
  );
  assert.deepEqual(merged.endpoints, []);
  assert.match(merged.notes.join(), /169\.254\.169\.254: a link-local address/);
  assert.match(merged.notes.join(), /10\.96\.0\.1: the API server's own address/);
  assert.match(merged.notes.join(), /port 70000/);
});

test("one pod of a StatefulSet is found by its host name", () => {
  const named = (hostname: string, address: string) => ({ addresses: [address], hostname });
  const slices = [slice({ endpoints: [named("a-0", "10.0.0.1"), named("a-1", "10.0.0.2")] })];
  assert.deepEqual(addresses(slices, { pod: "a-1" }), ["10.0.0.2:50051"]);
});

test("versions beyond what a number holds are compared exactly", () => {
  const older = slice({ endpoints: [podAt("10.0.0.1", "u1", { ready: true })] });
  const newer = slice({ name: "a-2", endpoints: [podAt("10.0.0.1", "u1", { ready: false })] });
  const versioned = (from: Slice, resourceVersion: string) => ({ ...from, resourceVersion });
  const { endpoints } = mergeSlices([versioned(newer, "9007199254740993"), versioned(older, "9007199254740992")], wish);
  assert.equal(endpoints[0]?.ready, false);
});

test("for any slices the set is what a model of three lines says", () => {
  const given = fc.array(
    fc.record({
      version: fc.integer({ min: 1, max: 5 }),
      pods: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { maxLength: 5 }),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(given, (list) => {
      const slices = list.map(({ version, pods }, index) =>
        slice({
          name: `a-${index}`,
          version: version * 10 + index, // no two slices of one version: which one wins then is not said
          endpoints: pods.map(([pod, ready]) => podAt(`10.0.0.${pod}`, `u${pod}`, { ready })),
        }),
      );
      // The model: newest slice last, each endpoint overwrites, ready wins inside a slice.
      const model = new Map<string, boolean>();
      for (const each of slices.toSorted((a, b) => Number(a.resourceVersion) - Number(b.resourceVersion))) {
        for (const one of each.endpoints)
          model.set(
            one.address,
            each.endpoints.some((e) => e.address === one.address && e.ready),
          );
      }
      const merged = mergeSlices(slices, wish).endpoints;
      assert.deepEqual(new Map(merged.map(({ address, ready }) => [address, ready])), model);
    }),
  );
});
