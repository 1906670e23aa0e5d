import type { Random } from "../util/random.ts";
import type { Endpoint } from "./endpoint.ts";

/** What a picker may look at: no call is sent while it decides. */
export interface PickRequest {
  /** Name of the method called. */
  readonly method: string;
  /** The request; for Java the array of arguments. Undefined for streams of requests. */
  readonly message: unknown;
  /** Keys of endpoints that were tried for this call; a picker avoids them as long as it has others. */
  readonly tried: readonly string[];
}

/** The decision, and why where there is none. */
export type Pick =
  | { readonly t: "endpoint"; readonly endpoint: Endpoint }
  | { readonly t: "none"; readonly why: string };

/**
 * Chooses an endpoint for one attempt. Synchronous, without I/O, O(1) or O(log n); never throws.
 */
export type Picker = (request: PickRequest) => Pick;

/** What outlives a picker: chance and counters come from outside, so that a test decides them. */
export interface BalancerContext {
  readonly random: Random;
  /** Attempts in flight on an endpoint, by its key; 0 for a key that is not known. */
  active(key: string): number;
  /** Counts 0, 1, 2, … for the reference, across pickers. */
  sequence(): number;
}

/**
 * A way to spread calls over endpoints. All cost that depends on the set belongs in `build`, which runs when the set
 * changes; the picker runs for every attempt.
 */
export interface Balancer {
  /** Dubbo's `loadbalance` name, in lower case. */
  readonly name: string;
  /** @param endpoints frozen, sorted by key, each one connected. May be empty. */
  build(endpoints: readonly Endpoint[], context: BalancerContext): Picker;
}
