import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../../model/endpoint.ts";
import type { Balancer, BalancerContext } from "../../model/picker.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { seededRandom } from "../../util/random.ts";
import { balancerByName } from "./index.ts";
import { p2c } from "./p2c.ts";
import { roundRobin } from "./round-robin.ts";

function endpoints(count: number): readonly Endpoint[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `k${index}`,
    address: `10.0.0.${index}`,
    port: 1,
    portName: "",
    protocol: undefined,
    ready: true,
    serving: true,
    terminating: false,
    namespace: "",
    service: "",
  }));
}

function contextWith(active: Readonly<Record<string, number>> = {}): BalancerContext {
  let count = 0;
  return { random: seededRandom(1), active: (key) => active[key] ?? 0, sequence: () => count++ };
}

const request = { method: "m", message: undefined, tried: [] as readonly string[] };

/** How often each key is picked. */
function spread(
  balancer: Balancer,
  set: readonly Endpoint[],
  context: BalancerContext,
  picks = 10_000,
  tried: readonly string[] = [],
) {
  const picker = balancer.build(set, context);
  const counts = new Map<string, number>();
  for (let i = 0; i < picks; i++) {
    const pick = picker({ ...request, tried });
    assert.equal(pick.t, "endpoint");
    if (pick.t === "endpoint") counts.set(pick.endpoint.key, (counts.get(pick.endpoint.key) ?? 0) + 1);
  }
  return counts;
}

/** What every balancer promises. */
function testBalancer(balancer: Balancer): void {
  const { name } = balancer;

  test(`${name} says why when there is no endpoint`, () => {
    assert.deepEqual(balancer.build([], contextWith())(request), { t: "none", why: "no endpoint is connected" });
  });

  test(`${name} takes the only endpoint, tried or not`, () => {
    assert.deepEqual([...spread(balancer, endpoints(1), contextWith(), 10)], [["k0", 10]]);
    assert.deepEqual([...spread(balancer, endpoints(1), contextWith(), 10, ["k0"])], [["k0", 10]]);
  });

  test(`${name} spreads calls evenly over equal endpoints`, () => {
    const counts = spread(balancer, endpoints(5), contextWith());
    assert.equal(counts.size, 5);
    for (const count of counts.values()) assert.ok(Math.abs(count - 2000) < 200, `${count} of 10000 on one of five`);
  });

  test(`${name} avoids what was tried as long as there is something else`, () => {
    const set = endpoints(3);
    assert.deepEqual([...spread(balancer, set, contextWith(), 100, ["k0", "k2"]).keys()], ["k1"]);
    assert.equal(spread(balancer, set, contextWith(), 100, ["k0", "k1", "k2"]).size, 3);
  });
}

testBalancer(p2c);
testBalancer(roundRobin);

test("p2c takes the one with fewer calls in flight of any two", () => {
  const counts = spread(p2c, endpoints(2), contextWith({ k0: 5, k1: 4 }), 100);
  assert.deepEqual([...counts], [["k1", 100]]);
  // The busiest of many is never the better of two.
  assert.equal(spread(p2c, endpoints(4), contextWith({ k2: 1 })).has("k2"), false);
});

test("roundrobin goes on where it was when the set changes", () => {
  const context = contextWith();
  const first = roundRobin.build(endpoints(3), context);
  first(request);
  const pick = roundRobin.build(endpoints(3), context)(request);
  assert.equal(pick.t === "endpoint" && pick.endpoint.key, "k1");
});

test("balancers are found by name, one's own first; an unknown name is refused with those there are", () => {
  const own: Balancer = { ...p2c, name: "p2c" };
  assert.equal(balancerByName("p2c", [own], "loadbalance"), own);
  assert.equal(balancerByName("RoundRobin", [], "loadbalance"), roundRobin);
  assert.throws(
    () => balancerByName("magic", [], "loadbalance"),
    (error) => RpcError.is(error) && /loadbalance is "magic"; expected one of p2c, roundrobin/.test(error.message),
  );
});
