import type { Balancer } from "../../model/picker.ts";
import { noEndpoint, untried } from "./untried.ts";

/** One after the other. The position outlives a change of the set, so that the first endpoints get no more than others. */
export const roundRobin: Balancer = {
  name: "roundrobin",
  build(endpoints, { sequence }) {
    return ({ tried }) => {
      const from = untried(endpoints, tried);
      const endpoint = from[sequence() % from.length];
      return endpoint ? { t: "endpoint", endpoint } : noEndpoint;
    };
  },
};
