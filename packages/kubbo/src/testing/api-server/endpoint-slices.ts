import { createHash } from "node:crypto";
import { type KubernetesObject, type Resource, resources } from "./resource.ts";
import type { Store } from "./store.ts";

/** Endpoints of one slice. Source: kube-controller-manager, `--max-endpoints-per-slice`. */
const maxEndpoints = 100;

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
  readonly clusterIP?: string;
  readonly publishNotReadyAddresses?: boolean;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

interface PodSpec {
  readonly nodeName?: string;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly containers?: readonly {
    readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  }[];
}

interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

interface SlicePort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly appProtocol?: string;
}

/**
 * Does what Kubernetes' EndpointSlice controller does: writes the slices of each Service with a selector from the pods
 * that match it.
 *
 * A pod stays in its slice as long as its ports do not change; pods with other numbers for a named port get slices of
 * their own; a Service without pods has one slice without endpoints. The labels of the Service are copied.
 *
 * Source: k8s.io/endpointslice, reconciler.go, v0.34.
 *
 * @returns what stops it
 */
export function startEndpointSliceController(store: Store): () => void {
  const dirty = new Set<string>();
  const stop = store.onEvent(({ resource, object }) => {
    if (resource !== services && resource !== pods) return;
    const namespace = object.metadata.namespace ?? "default";
    const named = resource === services ? [object.metadata.name] : store.list(services, namespace).map(nameOf);
    if (dirty.size === 0) queueMicrotask(reconcileDirty);
    for (const name of named) dirty.add(`${namespace}/${name}`);
  });
  function reconcileDirty(): void {
    const keys = [...dirty];
    dirty.clear();
    for (const key of keys) {
      const [namespace = "", name = ""] = key.split("/");
      reconcile(store, namespace, name);
    }
  }
  return stop;
}

const services = resourceNamed("services");
const pods = resourceNamed("pods");
const slices = resourceNamed("endpointslices");

function resourceNamed(plural: string): Resource {
  return resources.find((each) => each.plural === plural) as Resource;
}

function nameOf(object: KubernetesObject): string {
  return object.metadata.name;
}

function reconcile(store: Store, namespace: string, name: string): void {
  const service = store.get(services, namespace, name);
  const own = store
    .list(slices, namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .filter(({ metadata }) => metadata.labels?.["endpointslice.kubernetes.io/managed-by"] === managedBy);
  const spec = (service?.["spec"] ?? {}) as ServiceSpec;
  const wanted = service && spec.selector ? slicesOf(store, service, spec, spec.selector, own) : [];
  for (const slice of wanted) store.put(slice);
  const kept = new Set(wanted.map(nameOf));
  for (const slice of own) if (!kept.has(slice.metadata.name)) store.delete(slices, namespace, slice.metadata.name);
}

const managedBy = "endpointslice-controller.k8s.io";

function slicesOf(
  store: Store,
  service: KubernetesObject,
  spec: ServiceSpec,
  selector: Readonly<Record<string, string>>,
  existing: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const { name, namespace = "default" } = service.metadata;
  const groups = new Map<string, { readonly ports: readonly SlicePort[]; readonly pods: KubernetesObject[] }>();
  for (const pod of store.list(pods, namespace)) {
    if (!Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value)) continue;
    const { phase, podIP } = (pod["status"] ?? {}) as PodStatus;
    if (podIP === undefined || phase === "Succeeded" || phase === "Failed") continue;
    const ports = portsOf(spec, (pod["spec"] ?? {}) as PodSpec);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  const slice = (
    sliceName: string,
    ports: readonly SlicePort[] | null,
    members: readonly KubernetesObject[] | null,
  ) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: sliceName,
      namespace,
      labels: {
        ...service.metadata.labels,
        "kubernetes.io/service-name": name,
        "endpointslice.kubernetes.io/managed-by": managedBy,
        ...(spec.clusterIP === "None" && { "service.kubernetes.io/headless": "" }),
      },
      ownerReferences: [
        {
          apiVersion: "v1",
          kind: "Service",
          name,
          uid: service.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: "IPv4",
    ports,
    endpoints: members?.map((pod) => endpointOf(pod, spec)) ?? null,
  });
  if (groups.size === 0) return [slice(`${name}-empty`, null, null)];
  return [...groups].flatMap(([key, { ports, pods: members }]) => {
    const stem = `${name}-${createHash("sha256").update(key).digest("hex").slice(0, 5)}`;
    return [...fill(stem, members, existing)].map(([sliceName, each]) =>
      slice(sliceName, ports.length ? ports : null, each),
    );
  });
}

/** Spreads pods over slices: each where it is already, new ones where there is room, then in a new slice. */
function fill(
  stem: string,
  members: readonly KubernetesObject[],
  existing: readonly KubernetesObject[],
): ReadonlyMap<string, readonly KubernetesObject[]> {
  const placed = new Map<string, KubernetesObject[]>();
  const homeless: KubernetesObject[] = [];
  for (const pod of members) {
    const home = existing.find((slice) => slice.metadata.name.startsWith(`${stem}-`) && holds(slice, pod));
    if (!home) homeless.push(pod);
    else placed.set(home.metadata.name, [...(placed.get(home.metadata.name) ?? []), pod]);
  }
  for (const pod of homeless) {
    let number = 1;
    while ((placed.get(`${stem}-${number}`)?.length ?? 0) >= maxEndpoints) number++;
    placed.set(`${stem}-${number}`, [...(placed.get(`${stem}-${number}`) ?? []), pod]);
  }
  return placed;
}

function holds(slice: KubernetesObject, pod: KubernetesObject): boolean {
  const endpoints = (slice["endpoints"] ?? []) as readonly { readonly targetRef?: { readonly uid?: string } }[];
  return endpoints.some(({ targetRef }) => targetRef?.uid === pod.metadata.uid);
}

/** The Service's ports with this pod's numbers; a named port that the pod does not have is left out. */
function portsOf(spec: ServiceSpec, pod: PodSpec): readonly SlicePort[] {
  const containerPorts = (pod.containers ?? []).flatMap(({ ports }) => ports ?? []);
  return (spec.ports ?? []).flatMap(({ name = "", port, targetPort = port, protocol = "TCP", appProtocol }) => {
    const number =
      typeof targetPort === "number"
        ? targetPort
        : containerPorts.find((each) => each.name === targetPort)?.containerPort;
    return number === undefined
      ? []
      : [{ name, protocol, port: number, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function endpointOf(pod: KubernetesObject, service: ServiceSpec): object {
  const { nodeName, hostname, subdomain } = (pod["spec"] ?? {}) as PodSpec;
  const { podIP, conditions = [] } = (pod["status"] ?? {}) as PodStatus;
  const serving = conditions.some(({ type, status }) => type === "Ready" && status === "True");
  const terminating = pod.metadata["deletionTimestamp"] !== undefined;
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [podIP],
    conditions: { ready: service.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(nodeName !== undefined && { nodeName }),
    ...(hostname !== undefined && subdomain !== undefined && { hostname }),
    targetRef: { kind: "Pod", name, namespace, uid },
  };
}
