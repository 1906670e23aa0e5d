import { addressText } from "./endpoint.ts";
import { RpcError } from "./rpc-error.ts";
import { type ServiceKey, serviceKeyText } from "./service-key.ts";

/** A Service of Kubernetes by its name. */
export interface ServiceTarget {
  readonly kind: "kubernetes";
  /** Context of the kubeconfig; undefined: the client's own cluster. */
  readonly cluster?: string;
  /** Undefined: the client's own namespace. */
  readonly namespace?: string;
  readonly service: string;
  /** Port name or container port number; undefined: by the protocol. */
  readonly port?: string | number;
  /** Host name of one pod of a StatefulSet; undefined: all pods. */
  readonly pod?: string;
}

/** Whatever Services declare by their labels that they serve the interface. */
export interface DeclaredTarget {
  readonly kind: "declared";
  readonly service: ServiceKey;
  /** Found by `kubbo.dev/application` if set, else by `serves.kubbo.dev/<interface>`. */
  readonly application?: string;
  /** Where to look, in this order; empty: the client's own namespace. The first one that has it owns the target. */
  readonly namespaces: readonly string[];
  /** Whether slices that Kubernetes' own controllers did not write count. Default false. */
  readonly foreignSlices: boolean;
}

/** Fixed addresses. */
export interface StaticTarget {
  readonly kind: "static";
  readonly addresses: readonly { readonly address: string; readonly port: number }[];
}

/** What discovery resolves. */
export type Target = ServiceTarget | DeclaredTarget | StaticTarget;

const forms =
  "Accepted: kubernetes:///service[.namespace[.svc[.zone]]][/pod][:port][?cluster=context], " +
  "kubernetes://namespace/service[/pod][:port], static:///10.0.0.1:20880,10.0.0.2:20880.";

/** RFC 1123 label; Services are a little stricter before Kubernetes 1.36, which the API server decides. */
const labelPattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Reads a target's text.
 *
 * Errors: INVALID_ARGUMENT `bad-target`, with the part that does not parse and the forms that do.
 */
export function parseTarget(text: string): Target {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)\/([^?#]*)(?:\?([^#]*))?$/.exec(text);
  if (!match) throw badTarget(text, "it is not of the form scheme://[authority]/path");
  const [, scheme, authority = "", path = "", query = ""] = match;
  switch (scheme) {
    case "kubernetes":
      return parseService(text, authority, path, query);
    case "static":
      if (authority || query) throw badTarget(text, "a static: target has neither authority nor query");
      return parseStatic(text, path);
    default:
      throw badTarget(text, `the scheme ${scheme}: is not known`);
  }
}

function parseService(text: string, authority: string, path: string, query: string): ServiceTarget {
  const colon = path.lastIndexOf(":");
  const port = colon < 0 ? undefined : parsePort(text, path.slice(colon + 1));
  const segments = (colon < 0 ? path : path.slice(0, colon)).split("/");
  if (segments.length > 2) throw badTarget(text, "at most one pod may follow the service");
  const [name = "", pod] = segments;
  const [service = "", namespace, svc] = name.split(".");
  if (authority && namespace !== undefined)
    throw badTarget(text, `the namespace is given twice: ${authority} and ${namespace}`);
  if (svc !== undefined && svc !== "svc") throw badTarget(text, `"${svc}" stands where only "svc" may stand`);
  const where = authority || namespace;
  for (const [what, label] of [
    ["service", service],
    ["namespace", where],
    ["pod", pod],
  ] as const) {
    if (label !== undefined && !labelPattern.test(label)) {
      throw badTarget(
        text,
        `"${label}" is not a ${what} name (lower-case letters, digits and "-", at most 63 characters)`,
      );
    }
  }
  const parameters = new URLSearchParams(query);
  const cluster = parameters.get("cluster") ?? undefined;
  parameters.delete("cluster");
  const [unknown] = parameters.keys();
  if (unknown !== undefined) throw badTarget(text, `the parameter "${unknown}" is not known`);
  return Object.freeze({
    kind: "kubernetes",
    service,
    ...(where && { namespace: where }),
    ...(port !== undefined && { port }),
    ...(pod !== undefined && { pod }),
    ...(cluster && { cluster }),
  });
}

function parseStatic(text: string, path: string): StaticTarget {
  if (path === "") throw badTarget(text, "it has no address");
  const addresses = path.split(",").map((item) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([^[\]:]+)):(\d+)$/i.exec(item);
    if (!match) throw badTarget(text, `"${item}" is not address:port (IPv6 addresses stand in brackets)`);
    const port = parsePort(text, match[3] ?? "");
    return Object.freeze({ address: match[1] ?? match[2] ?? "", port: port as number });
  });
  return Object.freeze({ kind: "static", addresses: Object.freeze(addresses) });
}

function parsePort(text: string, port: string): string | number {
  if (/^\d+$/.test(port)) {
    const number = Number(port);
    if (number >= 1 && number <= 65535) return number;
  } else if (labelPattern.test(port)) return port;
  throw badTarget(text, `"${port}" is neither a port number (1 to 65535) nor a port name`);
}

function badTarget(text: string, why: string): RpcError {
  return new RpcError("INVALID_ARGUMENT", "bad-target", `the target "${text}" does not parse: ${why}. ${forms}`, {
    facts: { target: text },
  });
}

/** The target as an error or a table shows it; for `kubernetes:` and `static:` it parses back to an equal one. */
export function targetText(target: Target): string {
  switch (target.kind) {
    case "kubernetes": {
      const where = target.namespace ? `.${target.namespace}` : "";
      const pod = target.pod ? `/${target.pod}` : "";
      const port = target.port === undefined ? "" : `:${target.port}`;
      const cluster = target.cluster ? `?cluster=${encodeURIComponent(target.cluster)}` : "";
      return `kubernetes:///${target.service}${where}${pod}${port}${cluster}`;
    }
    case "declared": {
      const by = target.application ? `application ${target.application}` : "interface";
      const where = target.namespaces.length ? ` in ${target.namespaces.join(", ")}` : "";
      return `${serviceKeyText(target.service)} by ${by}${where}`;
    }
    case "static":
      return `static:///${target.addresses.map((each) => addressText(each.address, each.port)).join(",")}`;
    default:
      return target satisfies never;
  }
}
