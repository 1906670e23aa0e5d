import { RpcError } from "../../model/rpc-error.ts";

/** What is used of an EndpointSlice. Source: discovery.k8s.io/v1. */
export interface Slice {
  readonly name: string;
  readonly namespace: string;
  /** Label `kubernetes.io/service-name`; empty: it belongs to no Service. */
  readonly service: string;
  /** Decimal digits; compared as numbers, never kept across restarts. */
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly addressType: string;
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

export interface SlicePort {
  /** Name of the Service port; `""` for the only one without. */
  readonly name: string;
  /** Container port. Undefined: any port, which nothing can be dialled by. */
  readonly port: number | undefined;
  readonly protocol: string;
  readonly appProtocol: string | undefined;
}

export interface SliceEndpoint {
  /** The first address; more than one has undefined meaning. */
  readonly address: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly hostname: string | undefined;
  readonly node: string | undefined;
  readonly zone: string | undefined;
  readonly pod: string | undefined;
  readonly podUid: string | undefined;
}

/** Labels that Kubernetes and this library know. */
export const sliceLabels = {
  service: "kubernetes.io/service-name",
  managedBy: "endpointslice.kubernetes.io/managed-by",
} as const;

/**
 * Reads an EndpointSlice from its JSON.
 *
 * Shape: frozen. `endpoints` and `ports` may be null and `conditions` empty; what the nil values mean is decided here,
 * once: ready nil is true, serving nil is ready, terminating nil is false.
 * Errors: INTERNAL `bad-message` for what is not an EndpointSlice with a name.
 */
export function sliceFromJson(json: unknown): Slice {
  const { metadata, addressType, ports, endpoints } = object(json);
  const { name, namespace, labels, resourceVersion } = object(metadata);
  if (typeof name !== "string" || name === "") {
    throw new RpcError("INTERNAL", "bad-message", "the API server sent an EndpointSlice without a name");
  }
  const texts = textMap(labels);
  return Object.freeze({
    name,
    namespace: text(namespace) ?? "",
    service: texts[sliceLabels.service] ?? "",
    resourceVersion: text(resourceVersion) ?? "0",
    labels: texts,
    addressType: text(addressType) ?? "",
    ports: Object.freeze(list(ports).map(portFromJson)),
    endpoints: Object.freeze(list(endpoints).flatMap(endpointFromJson)),
  });
}

function portFromJson(json: unknown): SlicePort {
  const { name, port, protocol, appProtocol } = object(json);
  return Object.freeze({
    name: text(name) ?? "",
    port: typeof port === "number" ? port : undefined,
    protocol: text(protocol) ?? "TCP",
    appProtocol: text(appProtocol),
  });
}

function endpointFromJson(json: unknown): SliceEndpoint[] {
  const { addresses, conditions, hostname, nodeName, zone, targetRef } = object(json);
  const [address] = list(addresses);
  if (typeof address !== "string") return [];
  const given = object(conditions);
  const ready = given["ready"] !== false;
  const serving = typeof given["serving"] === "boolean" ? given["serving"] : ready;
  const target = object(targetRef);
  const isPod = target["kind"] === "Pod";
  return [
    Object.freeze({
      address,
      ready,
      serving,
      terminating: given["terminating"] === true,
      hostname: text(hostname),
      node: text(nodeName),
      zone: text(zone),
      pod: isPod ? text(target["name"]) : undefined,
      podUid: isPod ? text(target["uid"]) : undefined,
    }),
  ];
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Without a prototype: label keys are the cluster's, not ours. */
function textMap(value: unknown): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null);
  for (const [key, each] of Object.entries(object(value))) if (typeof each === "string") map[key] = each;
  return Object.freeze(map);
}
