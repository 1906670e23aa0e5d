import { endpointKey } from "../../model/endpoint.ts";
import type { Resolver } from "../../model/resolver.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { StaticTarget, Target } from "../../model/target.ts";

/** Fixed addresses: always there, always ready; whether they answer shows when they are dialled. */
export const staticResolver: Resolver = {
  kinds: ["static"],
  async *watch(target: Target, { signal } = {}) {
    if (target.kind !== "static") throw new TypeError(`not for ${target.kind} targets`);
    yield staticSnapshot(target);
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
  },
  async close() {},
};

function staticSnapshot(target: StaticTarget): Snapshot {
  const endpoints = target.addresses.map(({ address, port }) =>
    Object.freeze({
      key: endpointKey(address, port),
      address,
      port,
      portName: "",
      protocol: undefined,
      ready: true,
      serving: true,
      terminating: false,
      namespace: "",
      service: "",
    }),
  );
  const unique = [...new Map(endpoints.map((endpoint) => [endpoint.key, endpoint])).values()];
  unique.sort((a, b) => (a.key < b.key ? -1 : 1));
  const count = unique.length;
  return Object.freeze({
    target,
    state: "synced",
    endpoints: Object.freeze(unique),
    source: "static",
    syncedAt: undefined,
    funnel: Object.freeze({ slices: 0, seen: count, port: count, address: count, ready: count }),
    notes: Object.freeze([]),
  });
}
