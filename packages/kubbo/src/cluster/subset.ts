import type { Endpoint } from "../model/endpoint.ts";

/**
 * The endpoints that this client connects to where there are too many: the same ones as long as they exist.
 *
 * Rendezvous hashing: each client ranks all endpoints by a hash of its own seed and the endpoint's key and takes the
 * first `size`, so that one that comes or goes moves no other.
 */
export function subset(endpoints: readonly Endpoint[], size: number, seed: string): readonly Endpoint[] {
  if (endpoints.length <= size) return endpoints;
  return endpoints
    .map((endpoint) => ({ endpoint, rank: fnv1a(`${seed}|${endpoint.key}`) }))
    .sort((a, b) => a.rank - b.rank || (a.endpoint.key < b.endpoint.key ? -1 : 1))
    .slice(0, size)
    .map(({ endpoint }) => endpoint);
}

/** Source: FNV-1a, 32 bits, with a final mix so that similar texts do not rank alike. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
