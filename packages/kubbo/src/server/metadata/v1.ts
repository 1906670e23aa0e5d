import { int, javaClass, javaInterface, list, map, method, nullable, set, string } from "../../java/index.ts";
import type { Contract } from "../../model/contract.ts";
import type { Implementation } from "../registry.ts";
import type { MetadataInfo } from "./info.ts";

const ServiceInfoType = javaClass("org.apache.dubbo.metadata.MetadataInfo$ServiceInfo", {
  name: string,
  group: string,
  version: string,
  protocol: string,
  port: int,
  path: string,
  params: map(string, string),
});

export const MetadataInfoType = javaClass("org.apache.dubbo.metadata.MetadataInfo", {
  app: string,
  revision: string,
  services: map(string, ServiceInfoType),
});

/**
 * The service from which consumers of application-level discovery learn what an instance provides; on every Dubbo2 port.
 *
 * Source: org.apache.dubbo.metadata.MetadataService, 3.3. Left out is what only Java's own registries ask for:
 * `getAndListenInstanceMetadata` (a callback), `exportInstanceMetadata`, `getMetadataURL`.
 */
export const MetadataService = javaInterface("org.apache.dubbo.metadata.MetadataService", {
  getMetadataInfo: method([nullable(string)], nullable(MetadataInfoType)),
  getMetadataInfos: method([], list(MetadataInfoType)),
  serviceName: method([], string),
  version: method([], string),
  getExportedURLs: [
    method([], set(string)),
    method([string], set(string)),
    method([string, string], set(string)),
    method([string, string, string], set(string)),
    method([string, string, string, string], set(string)),
  ],
  getSubscribedURLs: method([], set(string)),
  getServiceDefinition: [method([string], string), method([string, string, string], string)],
});

/** Its version. The group is whatever the consumer calls this application. */
export const metadataServiceVersion = "1.0.0";

export function metadataV1(info: () => MetadataInfo): {
  readonly contract: Contract;
  readonly implementation: Implementation;
} {
  const urls = (name?: string, group?: string | null, version?: string | null, protocol?: string | null) => {
    const wanted = (value: string | null, given: string | null | undefined) => given == null || (value ?? "") === given;
    return new Set(
      [...info().services.values()]
        .filter((each) => name === undefined || each.name === name)
        .filter((each) => wanted(each.group, group) && wanted(each.version, version) && wanted(each.protocol, protocol))
        .map(({ protocol: scheme, port, path, params }) => {
          const query = [...params].map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
          return `${scheme}://0.0.0.0:${port}/${path}?${query}`;
        }),
    );
  };
  // Consumers keep the answer under the revision that they asked for, which stands in a pod annotation.
  const getMetadataInfo = (revision: string | null) => ({ ...info(), ...(revision !== null && { revision }) });
  const implementation: Record<string, unknown> = {
    getMetadataInfo,
    getMetadataInfos: () => [info()],
    serviceName: () => info().app,
    version: () => metadataServiceVersion,
    getSubscribedURLs: () => [],
    "getExportedURLs()": () => urls(),
    // Java answers an empty text as well.
    "getServiceDefinition(java.lang.String)": () => "",
    "getServiceDefinition(java.lang.String,java.lang.String,java.lang.String)": () => "",
  };
  for (let count = 1; count <= 4; count++) {
    const types = Array.from({ length: count }, () => "java.lang.String").join(",");
    implementation[`getExportedURLs(${types})`] = (...args: unknown[]) =>
      urls(...(args.slice(0, count) as [string, string?, string?, string?]));
  }
  return { contract: MetadataService, implementation };
}
