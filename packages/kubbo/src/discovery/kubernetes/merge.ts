import { type Endpoint, endpointKey } from "../../model/endpoint.ts";
import { emptyFunnel, type Funnel } from "../../model/snapshot.ts";
import { refusedAddress, refusedPort } from "./address.ts";
import { choosePort, type PortChoice, type PortWish } from "./port.ts";
import type { Slice, SliceEndpoint, SlicePort } from "./slice.ts";

export interface MergeWish extends PortWish {
  /** Host name of the one pod that is wanted. */
  readonly pod?: string | undefined;
  /** Address families, the preferred one first. */
  readonly families: readonly ("IPv4" | "IPv6")[];
  readonly allowLoopback: boolean;
  /** Addresses that are refused whatever they look like: the API server's own. */
  readonly forbidden: ReadonlySet<string>;
}

/** All slices of a target as one set. */
export interface Merged {
  /** Sorted by key. Frozen. */
  readonly endpoints: readonly Endpoint[];
  readonly funnel: Funnel;
  /** What was refused or ignored, in words. */
  readonly notes: readonly string[];
}

/** An endpoint, and how new the slice is that says so. */
interface Candidate {
  readonly endpoint: Endpoint;
  readonly resourceVersion: string;
}

/**
 * Merges slices, of one Service or of several that serve the same, into one set.
 *
 * Per Service the port is chosen once and looked up in each slice: pods may have a named port under different numbers,
 * and a pod whose slice lacks it cannot be called. An endpoint that stands in two slices (that is normal while
 * Kubernetes moves it) counts once, as the newer slice has it.
 */
export function mergeSlices(slices: Iterable<Slice>, wish: MergeWish): Merged {
  const byService = new Map<string, Slice[]>();
  for (const slice of slices) {
    const key = `${slice.namespace}/${slice.service}`;
    const group = byService.get(key);
    if (group) group.push(slice);
    else byService.set(key, [slice]);
  }
  const services = [...byService].map(([name, group]) => mergeService(name, group, wish));
  const usable = services.filter((each) => each.choice.t === "port");
  const candidates = new Map<string, Candidate>();
  for (const { found } of usable) for (const each of found) keepBetter(candidates, each);
  const endpoints = [...candidates.values()].map(({ endpoint }) => endpoint);
  endpoints.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return Object.freeze({
    endpoints: Object.freeze(endpoints),
    funnel: Object.freeze({
      ...services.map(({ funnel }) => funnel).reduce(addFunnels, emptyFunnel),
      ready: endpoints.filter((endpoint) => endpoint.ready && !endpoint.terminating).length,
    }),
    notes: Object.freeze(services.flatMap(({ notes }) => notes)),
  });
}

function addFunnels(a: Funnel, b: Funnel): Funnel {
  return {
    slices: a.slices + b.slices,
    seen: a.seen + b.seen,
    port: a.port + b.port,
    address: a.address + b.address,
    ready: 0,
  };
}

function mergeService(name: string, slices: readonly Slice[], wish: MergeWish) {
  const family = chooseFamily(slices, wish.families);
  const ofFamily = slices.filter((slice) => slice.addressType === family);
  const notes: string[] = [];
  const choice = choosePort(
    ofFamily.flatMap((slice) => slice.ports),
    wish,
  );
  // A Service without pods has a slice without ports: nothing is wrong with it.
  const hasPorts = ofFamily.some((slice) => slice.ports.length > 0);
  if (choice.t !== "port" && hasPorts) notes.push(`Service ${name}: ${choice.why}.`);

  const found: Candidate[] = [];
  let seen = 0;
  let withPort = 0;
  const refused = new Map<string, number>();
  const refuse = (why: string) => void refused.set(why, (refused.get(why) ?? 0) + 1);
  for (const slice of ofFamily) {
    seen += slice.endpoints.length;
    const port = choice.t === "port" ? portOf(slice, choice) : undefined;
    if (choice.t !== "port" || !port || slice.endpoints.length === 0) continue;
    const badPort = refusedPort(port.port);
    if (badPort !== undefined || port.port === undefined) {
      refuse(badPort ?? "no port number");
      continue;
    }
    withPort += slice.endpoints.length;
    for (const each of slice.endpoints) {
      if (wish.pod !== undefined && each.hostname !== wish.pod && each.pod !== wish.pod) continue;
      const why =
        refusedAddress(each.address, wish.allowLoopback) ??
        (wish.forbidden.has(each.address) ? "the API server's own address" : undefined);
      if (why) refuse(`${each.address}: ${why}`);
      else
        found.push({
          endpoint: toEndpoint(slice, each, port, port.port, choice),
          resourceVersion: slice.resourceVersion,
        });
    }
  }
  for (const [why, count] of refused) {
    notes.push(`Service ${name}: refused ${why}${count > 1 ? ` (${count} times)` : ""}.`);
  }
  return {
    choice,
    found,
    notes,
    funnel: { slices: slices.length, seen, port: withPort, address: found.length, ready: 0 },
  };
}

/** The first family that has endpoints; a dual-stack Service names each pod in both, and it must not count twice. */
function chooseFamily(slices: readonly Slice[], families: MergeWish["families"]): string {
  const has = (family: string) => slices.some((slice) => slice.addressType === family && slice.endpoints.length > 0);
  return (
    families.find(has) ?? families.find((family) => slices.some((slice) => slice.addressType === family)) ?? "IPv4"
  );
}

function portOf(slice: Slice, choice: PortChoice & { readonly t: "port" }): SlicePort | undefined {
  return slice.ports.find(
    (port) =>
      port.protocol === "TCP" &&
      (choice.number === undefined ? port.name === choice.name : port.port === choice.number),
  );
}

function toEndpoint(
  slice: Slice,
  from: SliceEndpoint,
  port: SlicePort,
  number: number,
  { protocol }: PortChoice & { readonly t: "port" },
): Endpoint {
  return Object.freeze({
    key: endpointKey(from.address, number, from.podUid),
    address: from.address,
    port: number,
    portName: port.name,
    protocol,
    ready: from.ready,
    serving: from.serving,
    terminating: from.terminating,
    namespace: slice.namespace,
    service: slice.service,
    ...(from.pod !== undefined && { pod: from.pod }),
    ...(from.node !== undefined && { node: from.node }),
    ...(from.zone !== undefined && { zone: from.zone }),
    ...(from.hostname !== undefined && { hostname: from.hostname }),
  });
}

function keepBetter(candidates: Map<string, Candidate>, candidate: Candidate): void {
  const { key } = candidate.endpoint;
  const before = candidates.get(key);
  if (!before || isBetter(candidate, before)) candidates.set(key, candidate);
}

function isBetter(a: Candidate, b: Candidate): boolean {
  const order = compareVersions(a.resourceVersion, b.resourceVersion);
  return order !== 0 ? order > 0 : rank(a.endpoint) > rank(b.endpoint);
}

function rank({ ready, serving, terminating }: Endpoint): number {
  return ready && !terminating ? 2 : serving ? 1 : 0;
}

/** Decimal texts by their numeric value: they may be larger than a JavaScript number holds. */
function compareVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
