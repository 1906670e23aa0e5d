import type { Balancer } from "../../model/picker.ts";
import { noEndpoint, untried } from "./untried.ts";

/**
 * Power of two choices: of two random endpoints, the one with fewer calls in flight. O(1) per pick.
 *
 * Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001.
 */
export const p2c: Balancer = {
  name: "p2c",
  build(endpoints, { random, active }) {
    return ({ tried }) => {
      const from = untried(endpoints, tried);
      const index = Math.floor(random() * from.length);
      const first = from[index];
      if (!first) return noEndpoint;
      if (from.length === 1) return { t: "endpoint", endpoint: first };
      // The second is another one: drawn from the rest, and shifted past the first.
      const other = Math.floor(random() * (from.length - 1));
      const second = from[other < index ? other : other + 1] ?? first;
      return { t: "endpoint", endpoint: active(second.key) < active(first.key) ? second : first };
    };
  },
};
