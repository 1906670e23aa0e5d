import type { Contract } from "../../model/contract.ts";
import type { ProtocolName } from "../../model/protocol-name.ts";
import { type ServiceKey, serviceKeyText } from "../../model/service-key.ts";
import { node } from "../../util/node.ts";

/** One service on one port. Source: org.apache.dubbo.metadata.MetadataInfo.ServiceInfo, 3.3. */
export interface ServiceInfo {
  readonly name: string;
  readonly group: string | null;
  readonly version: string | null;
  readonly protocol: ProtocolName;
  readonly port: number;
  readonly path: string;
  readonly params: ReadonlyMap<string, string>;
}

/** What an application provides. Source: org.apache.dubbo.metadata.MetadataInfo, 3.3. */
export interface MetadataInfo {
  readonly app: string;
  /** Equal if and only if the services are. "0": there are none. */
  readonly revision: string;
  /** By `[group/]interface[:version]:protocol`. */
  readonly services: ReadonlyMap<string, ServiceInfo>;
}

export interface Provided {
  readonly service: ServiceKey;
  readonly contract: Contract;
  readonly protocol: ProtocolName;
  readonly port: number;
}

/** The metadata of what is provided, in the order of the keys. */
export function metadataInfo(app: string, provided: readonly Provided[]): MetadataInfo {
  const entries = provided
    .map((each): readonly [string, ServiceInfo] => [
      `${serviceKeyText(each.service)}:${each.protocol}`,
      serviceInfo(app, each),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.freeze({ app, revision: revisionOf(app, entries), services: new Map(entries) });
}

function serviceInfo(application: string, { service, contract, protocol, port }: Provided): ServiceInfo {
  const methods = [...new Set([...contract.methods.values()].map(({ path }) => path))];
  const params: Record<string, string> = {
    application,
    dubbo: "2.0.2",
    interface: service.interface,
    methods: methods.join(","),
    // A Java consumer would else choose what its own default is.
    "prefer.serialization": "hessian2",
    // Decides switches of compatibility in Java consumers: a 3.x.
    release: "3.3.6",
    serialization: "hessian2",
    side: "provider",
    ...(service.group !== undefined && { group: service.group }),
    ...(service.version !== undefined && { version: service.version }),
  };
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.freeze({
    name: service.interface,
    group: service.group ?? null,
    version: service.version ?? null,
    protocol,
    port,
    path: service.interface,
    params: new Map(sorted),
  });
}

/**
 * Java's own formula, so that a Java instance with the same services has the same one.
 *
 * Source: org.apache.dubbo.metadata.MetadataInfo.calRevision, 3.3.
 */
function revisionOf(app: string, entries: readonly (readonly [string, ServiceInfo])[]): string {
  if (entries.length === 0) return "0";
  const text = entries.map(([key, { port, path, params }]) => {
    const printed = [...params].map(([name, value]) => `${name}=${value}`).join(", ");
    return `${key}${port}${path}{${printed}}`;
  });
  return node.crypto
    .createHash("md5")
    .update(`${app}${text.join("")}`)
    .digest("hex");
}
