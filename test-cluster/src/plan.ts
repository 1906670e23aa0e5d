import { join } from "node:path";
import { ClusterError } from "./host/error.ts";

/**
 * Everything about one cluster that is decided before it starts: names, paths, addresses. A plain value, so that every
 * file of configuration is a pure function of it, and so that two plans can be compared.
 *
 * Addresses are the same for every instance: each instance lives in network namespaces of its own, which know nothing
 * of each other nor of the machine's own network.
 */
export interface Plan {
  /** Tells clusters on one machine apart; part of every name outside the state directory. */
  readonly instance: string;
  readonly kubernetesVersion: string;
  readonly paths: {
    /** Everything the cluster writes; gone after `down`. */
    readonly state: string;
    /** One file per component; stays after `down`, replaced by the next `up`. */
    readonly logs: string;
    /** kubeconfig for this machine, by way of 127.0.0.1. */
    readonly kubeconfig: string;
    readonly auditLog: string;
    readonly pki: string;
  };
  /** Control group that holds every process of the cluster. */
  readonly cgroup: string;
  readonly dualStack: boolean;
  readonly clusterDomain: string;
  /** IPv4 first, IPv6 second when dual-stack. */
  readonly serviceCidrs: readonly string[];
  readonly podCidrs: readonly string[];
  /** The addresses of the Service `kubernetes`, of which clients in pods hear. */
  readonly apiService: { readonly address: string; readonly port: number };
  /** Where the API server really listens: on the first node. */
  readonly apiServer: { readonly address: string; readonly port: number };
  /** CoreDNS, on the first node, port 53. */
  readonly dnsAddress: string;
  readonly nodes: readonly [NodePlan, NodePlan];
  readonly images: { readonly pause: string };
}

export interface NodePlan {
  readonly name: string;
  readonly zone: string;
  /** Interface with the node's address: the bridge on the first node, one end of a veth pair on the second. */
  readonly device: string;
  /** IPv4 first, IPv6 second when dual-stack; without prefix length. */
  readonly addresses: readonly string[];
  readonly podCidrs: readonly string[];
  /** Control group that the kubelet takes for its root. */
  readonly cgroup: string;
  /** The node's part of the state directory. */
  readonly directory: string;
  /** The node's network namespace, as a file for `nsenter --net=`. */
  readonly netns: string;
  /** Its containerd, as seen from outside. */
  readonly containerdSocket: string;
}

export interface PlanOptions {
  readonly instance: string;
  readonly stateRoot: string;
  readonly logRoot: string;
  readonly dualStack: boolean;
}

export const kubernetesVersion = "v1.34.4";

/** Prefix lengths of the node network and of one node's pods. */
export const prefixLengths = { node: [24, 64], pods: [24, 64] } as const;

/** Errors: ClusterError for an instance name that cannot be part of a path or of a socket's name. */
export function planCluster({ instance, stateRoot, logRoot, dualStack }: PlanOptions): Plan {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(instance)) {
    throw new ClusterError(
      `the instance name "${instance}" is not 1 to 20 small letters, digits and dashes that begin with a letter. ` +
        "Set KUBBO_TEST_CLUSTER_INSTANCE to one that is, or leave it out.",
      { exitCode: 2 },
    );
  }
  const state = join(stateRoot, instance);
  // Unix socket paths end at 107 bytes, socat's address language gives meaning to some characters.
  if (!/^\/[\w./-]+$/.test(state) || state.length > 60) {
    throw new ClusterError(
      `the state directory ${state} is not an absolute path of letters, digits, dots and dashes below 60 characters. ` +
        "Set KUBBO_TEST_CLUSTER_STATE to a shorter, plainer one.",
      { exitCode: 2 },
    );
  }
  const cgroup = `/kubbo-test-cluster-${instance}`;
  const logs = join(logRoot, instance);
  const families = dualStack ? [0, 1] : [0];
  const of = (v4: string, v6: string) => families.map((family) => (family === 0 ? v4 : v6));

  const node = (index: number, name: string, zone: string, device: string): NodePlan => {
    const directory = join(state, "nodes", name);
    return {
      name,
      zone,
      device,
      addresses: of(`10.200.0.${index + 1}`, `fd00:200::${index + 1}`),
      podCidrs: of(`10.201.${index}.0/24`, `fd00:201:0:${index}::/64`),
      cgroup: `${cgroup}/${name}`,
      directory,
      netns: join(directory, "netns"),
      containerdSocket: join(directory, "run-containerd", "containerd.sock"),
    };
  };

  return {
    instance,
    kubernetesVersion,
    paths: {
      state,
      logs,
      kubeconfig: join(state, "kubeconfig"),
      auditLog: join(logs, "audit.log"),
      pki: join(state, "pki"),
    },
    cgroup,
    dualStack,
    clusterDomain: "cluster.local",
    serviceCidrs: of("10.96.0.0/16", "fd00:96::/112"),
    podCidrs: of("10.201.0.0/16", "fd00:201::/48"),
    apiService: { address: "10.96.0.1", port: 443 },
    apiServer: { address: "10.200.0.1", port: 6443 },
    dnsAddress: "10.200.0.1",
    nodes: [node(0, "node-a", "zone-a", "br0"), node(1, "node-b", "zone-b", "eth0")],
    images: { pause: "kubbo.test/pause:1" },
  };
}
