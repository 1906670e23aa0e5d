import type { Endpoint } from "../../model/endpoint.ts";
import type { Pick } from "../../model/picker.ts";

/** The endpoints that were not tried for this call; all of them when every one was. Without retries it costs nothing. */
export function untried(endpoints: readonly Endpoint[], tried: readonly string[]): readonly Endpoint[] {
  if (tried.length === 0) return endpoints;
  const rest = endpoints.filter((endpoint) => !tried.includes(endpoint.key));
  return rest.length > 0 ? rest : endpoints;
}

export const noEndpoint: Pick = Object.freeze({ t: "none", why: "no endpoint is connected" });
