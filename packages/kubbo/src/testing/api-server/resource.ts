/** A kind of object that the embedded API server keeps. */
export interface Resource {
  /** `""` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

/** Source: Kubernetes API, v1.34, for those that discovery and its tests touch. */
export const resources: readonly Resource[] = [
  { group: "discovery.k8s.io", version: "v1", plural: "endpointslices", kind: "EndpointSlice" },
  { group: "", version: "v1", plural: "services", kind: "Service" },
  { group: "", version: "v1", plural: "pods", kind: "Pod" },
  { group: "rbac.authorization.k8s.io", version: "v1", plural: "roles", kind: "Role" },
  { group: "rbac.authorization.k8s.io", version: "v1", plural: "rolebindings", kind: "RoleBinding" },
];

export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The resource of an object, by its apiVersion and kind. */
export function resourceOfObject(object: KubernetesObject): Resource {
  const found = resources.find((each) => each.kind === object.kind && apiVersionOf(each) === object.apiVersion);
  if (found) return found;
  const there = resources.map((each) => `${apiVersionOf(each)} ${each.kind}`).join(", ");
  throw new TypeError(`the embedded API server does not keep ${object.apiVersion} ${object.kind}; it keeps ${there}`);
}

/** Any object of the API, as far as the server looks into it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly [field: string]: unknown;
}
