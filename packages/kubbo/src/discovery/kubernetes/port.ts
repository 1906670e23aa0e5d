import type { ProtocolName } from "../../model/protocol-name.ts";
import type { SlicePort } from "./slice.ts";

/** What is wanted of a Service's ports. */
export interface PortWish {
  /** Port name or container port number, where the target says it. */
  readonly port: string | number | undefined;
  /** What can be spoken, the preferred one first; empty: anything. */
  readonly protocols: readonly ProtocolName[];
}

/** The port to use of a Service: by name, since pods may have it under different numbers. */
export type PortChoice =
  | {
      readonly t: "port";
      /** Set: the port of this name. Not set: of this number. */
      readonly name?: string;
      readonly number?: number;
      /** Undefined: the port does not say what it speaks. */
      readonly protocol: ProtocolName | undefined;
    }
  | { readonly t: "none"; readonly why: string }
  | { readonly t: "conflict"; readonly why: string };

const protocolOfName: Readonly<Record<string, ProtocolName>> = { tri: "tri", grpc: "tri", dubbo: "dubbo" };

const protocolOfAppProtocol: Readonly<Record<string, ProtocolName>> = {
  ...protocolOfName,
  "kubernetes.io/h2c": "tri",
  "dubbo.apache.org/triple": "tri",
  "kubbo.dev/dubbo": "dubbo",
  "dubbo.apache.org/dubbo": "dubbo",
};

/**
 * Chooses the port of a Service among those of all its slices.
 *
 * appProtocol says the protocol, else the port's name; where both say one they must agree. A single port without a name
 * is used for any protocol. Nothing is guessed: two that fit equally well are a conflict that lists both.
 */
export function choosePort(ports: readonly SlicePort[], wish: PortWish): PortChoice {
  const distinct = distinctPorts(ports);
  if (wish.port !== undefined) return explicitPort(distinct, wish.port, wish.protocols);

  const [only] = distinct;
  if (only && distinct.length === 1 && only.name === "" && only.appProtocol === undefined) {
    return { t: "port", name: "", protocol: undefined };
  }
  const spoken = distinct.map((port) => ({ port, ...protocolOf(port) }));
  const liar = spoken.find((each) => each.disagrees);
  for (const protocol of wish.protocols.length > 0 ? wish.protocols : (["tri", "dubbo"] as const)) {
    const fitting = spoken.filter((each) => each.protocol === protocol && !each.disagrees).map((each) => each.port);
    const [first] = fitting;
    if (fitting.length > 1) {
      return {
        t: "conflict",
        why: `the ports ${fitting.map(label).join(" and ")} both speak ${protocol}; name one in the target`,
      };
    }
    if (first) return { t: "port", name: first.name, protocol };
  }
  if (liar) return { t: "conflict", why: `${label(liar.port)}: the name and the appProtocol disagree` };
  if (wish.protocols.length === 0 && only && distinct.length === 1) {
    return { t: "port", name: only.name, protocol: protocolOf(only).protocol };
  }
  return { t: "none", why: `none of its ports speaks ${wish.protocols.join(" or ")}: ${listed(distinct)}` };
}

function explicitPort(
  ports: readonly SlicePort[],
  wanted: string | number,
  protocols: readonly ProtocolName[],
): PortChoice {
  const found = ports.filter((port) => (typeof wanted === "number" ? port.port === wanted : port.name === wanted));
  const [first] = found;
  if (!first) {
    const hint = typeof wanted === "number" ? " (slices have container ports, not the Service's own numbers)" : "";
    return { t: "none", why: `it has no port ${wanted}${hint}: ${listed(ports)}` };
  }
  const { protocol, disagrees } = protocolOf(first);
  if (disagrees) return { t: "conflict", why: `${label(first)}: the name and the appProtocol disagree` };
  if (protocol !== undefined && protocols.length > 0 && !protocols.includes(protocol)) {
    return { t: "conflict", why: `${label(first)} speaks ${protocol}, the contract ${protocols.join(" or ")}` };
  }
  return { t: "port", protocol, ...(typeof wanted === "number" ? { number: wanted } : { name: wanted }) };
}

function protocolOf(port: SlicePort): { readonly protocol: ProtocolName | undefined; readonly disagrees: boolean } {
  const byName = protocolOfName[port.name];
  if (port.appProtocol === undefined) return { protocol: byName, disagrees: false };
  const byAppProtocol = protocolOfAppProtocol[port.appProtocol];
  return { protocol: byAppProtocol, disagrees: byName !== undefined && byName !== byAppProtocol };
}

/** TCP ports, one per name and appProtocol (numbers may differ from pod to pod), or per number without a name. */
function distinctPorts(ports: readonly SlicePort[]): readonly SlicePort[] {
  const seen = new Map<string, SlicePort>();
  for (const port of ports) {
    if (port.protocol !== "TCP") continue;
    const key = `${port.name}|${port.appProtocol ?? ""}|${port.name === "" ? port.port : ""}`;
    if (!seen.has(key)) seen.set(key, port);
  }
  return [...seen.values()];
}

function label(port: SlicePort): string {
  const name = port.name === "" ? "(without a name)" : `"${port.name}"`;
  return `${name} ${port.port ?? "?"}${port.appProtocol === undefined ? "" : ` (appProtocol ${port.appProtocol})`}`;
}

function listed(ports: readonly SlicePort[]): string {
  return ports.length === 0 ? "it has none" : `it has ${ports.map(label).join(", ")}`;
}
