import { badOption } from "../../model/bad-option.ts";
import type { Balancer } from "../../model/picker.ts";
import { p2c } from "./p2c.ts";
import { roundRobin } from "./round-robin.ts";

/** The balancers that come with the library. */
const builtIn: readonly Balancer[] = [p2c, roundRobin];

/** Dubbo's default is random; two random choices spread better at the same price. */
export const defaultBalancer = p2c.name;

/**
 * The balancer of a `loadbalance` name; the user's own go before the built-in ones.
 *
 * Errors: INVALID_ARGUMENT `bad-option` with the names that there are.
 */
export function balancerByName(name: string, own: readonly Balancer[], path: string): Balancer {
  const all = [...own, ...builtIn];
  const found = all.find((balancer) => balancer.name === name.toLowerCase());
  if (!found) throw badOption(path, name, `one of ${all.map((balancer) => balancer.name).join(", ")}`);
  return found;
}
