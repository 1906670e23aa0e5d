import type { ProtocolName } from "./protocol-name.ts";

/**
 * One pod and port that can be called. Frozen.
 *
 * Two endpoints with equal keys are the same place: the key holds the pod's UID, so that an address that Kubernetes
 * gives to another pod later is another endpoint.
 */
export interface Endpoint {
  /** `<pod UID, else address>|<address>|<port>`. */
  readonly key: string;
  /** IPv4 or IPv6, without brackets. */
  readonly address: string;
  readonly port: number;
  /** The port's name in the slice; `""` for the unnamed one. */
  readonly portName: string;
  /** What the port speaks as far as its appProtocol or name says; undefined: not said. */
  readonly protocol: ProtocolName | undefined;
  /** May get new calls. The nil rules of EndpointConditions (discovery.k8s.io/v1) are applied. */
  readonly ready: boolean;
  /** Could answer, even if it is on its way out. */
  readonly serving: boolean;
  /** On its way out: new calls only when nothing better is connected. */
  readonly terminating: boolean;
  readonly namespace: string;
  /** The Service whose slice named it; empty where there is none (a `static:` target). */
  readonly service: string;
  readonly pod?: string;
  readonly node?: string;
  readonly zone?: string;
  readonly hostname?: string;
}

/** The endpoint's key from its parts. */
export function endpointKey(address: string, port: number, podUid?: string): string {
  return `${podUid ?? address}|${address}|${port}`;
}

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export function addressText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
