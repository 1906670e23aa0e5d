import type { DroppedPackets } from "./fault.ts";

export interface CutRules {
  /** Name of a table that is made for this cut alone: deleting it heals. */
  readonly table: string;
  /** IPv4 addresses of the pod. */
  readonly pod: readonly string[];
  readonly servers: readonly { readonly address: string; readonly port: number }[];
}

/**
 * nft's text for a cut, for the network of the pod's node. Both chains have the same rules: `prerouting` sees what
 * comes from pods and from other nodes, `output` what the node itself sends, which is where the answers of an API
 * server on the same node are. They come before connection tracking (-300), so before addresses are translated.
 */
export function cutRules({ table, pod, servers }: CutRules): string {
  const rules = pod.flatMap((address) =>
    servers.flatMap((server) => [
      `    ip saddr ${address} ip daddr ${server.address} tcp dport ${server.port} counter drop comment "to"`,
      `    ip saddr ${server.address} ip daddr ${address} tcp sport ${server.port} counter drop comment "from"`,
    ]),
  );
  const chain = (hook: string) => [`  chain ${hook} {`, `    type filter hook ${hook} priority -310;`, ...rules, "  }"];
  return [`table inet ${table} {`, ...chain("prerouting"), ...chain("output"), "}", ""].join("\n");
}

interface NftRule {
  readonly comment?: string;
  readonly expr?: readonly { readonly counter?: { readonly packets?: number } }[];
}

/** The counters of a cut, from what `nft -j list table` prints. */
export function droppedPackets(json: string): DroppedPackets {
  const { nftables } = JSON.parse(json) as { readonly nftables: readonly { readonly rule?: NftRule }[] };
  const sum = (comment: string) =>
    nftables
      .filter(({ rule }) => rule?.comment === comment)
      .flatMap(({ rule }) => rule?.expr ?? [])
      .reduce((packets, { counter }) => packets + (counter?.packets ?? 0), 0);
  return { toApiServer: sum("to"), fromApiServer: sum("from") };
}
