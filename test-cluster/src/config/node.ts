import { join } from "node:path";
import type { NodePlan, Plan } from "../plan.ts";
import { kubeconfigFile, pkiFile, toJson } from "./credentials.ts";

export function nodeFile(node: NodePlan, name: string): string {
  return join(node.directory, name);
}

/**
 * Directories whose paths are compiled into containerd, the CNI library and the kubelet. Each node sees one of its own
 * in their place (a bind mount in the node's mount namespace), so that two nodes do not meet in them and the machine's
 * own are never written to. Path to name in the node's directory.
 */
export const privateDirectories: Readonly<Record<string, string>> = {
  "/run/containerd": "run-containerd",
  "/var/lib/cni": "cni-cache",
  "/var/lib/kubelet": "kubelet",
  "/var/log/containers": "container-logs",
  "/var/log/pods": "pod-logs",
};

export interface NodeSoftware {
  /** Absolute path. */
  readonly runc: string;
  readonly cniDirectory: string;
  /** `native` where the state directory cannot be the upper layer of an overlay. */
  readonly snapshotter: "overlayfs" | "native";
}

export function containerdConfig(plan: Plan, node: NodePlan, software: NodeSoftware): string {
  return `version = 2
root = "${nodeFile(node, "containerd")}"
state = "/run/containerd"
# It would make a directory in /opt.
disabled_plugins = ["io.containerd.internal.v1.opt"]

[grpc]
  address = "/run/containerd/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${plan.images.pause}"
  # Without CAP_SYS_RESOURCE no process may make itself less likely to be killed, and runc would fail.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  disable_tcp_service = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${software.cniDirectory}"
  conf_dir = "${nodeFile(node, "cni")}"

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "${software.snapshotter}"
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  BinaryName = "${software.runc}"
  SystemdCgroup = false
`;
}

export function cniConfig(plan: Plan, node: NodePlan): string {
  const routes = plan.dualStack ? [{ dst: "0.0.0.0/0" }, { dst: "::/0" }] : [{ dst: "0.0.0.0/0" }];
  return toJson({
    cniVersion: "0.4.0",
    name: "kubbo",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        hairpinMode: true, // a pod reaches itself by its Service
        ipam: {
          type: "host-local",
          dataDir: nodeFile(node, "ipam"),
          ranges: node.podCidrs.map((subnet) => [{ subnet }]),
          routes,
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  });
}

export function kubeletConfig(plan: Plan, node: NodePlan): string {
  return toJson({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pkiFile(plan, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: pkiFile(plan, `kubelet-${node.name}.crt`),
    tlsPrivateKeyFile: pkiFile(plan, `kubelet-${node.name}.key`),
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    cgroupDriver: "cgroupfs",
    cgroupRoot: node.cgroup,
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    oomScoreAdj: 0,
    clusterDNS: [plan.dnsAddress],
    clusterDomain: plan.clusterDomain,
    resolvConf: nodeFile(node, "resolv.conf"),
    volumePluginDir: "/var/lib/kubelet/volume-plugins",
    // The disk is shared with everything else on the machine: how full it is says nothing about the cluster.
    evictionHard: {
      "memory.available": "50Mi",
      "nodefs.available": "1%",
      "nodefs.inodesFree": "1%",
      "imagefs.available": "1%",
    },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
  });
}

export function kubeletArguments(plan: Plan, node: NodePlan): readonly string[] {
  return [
    `--config=${nodeFile(node, "kubelet.json")}`,
    `--kubeconfig=${kubeconfigFile(plan, `kubelet-${node.name}`)}`,
    `--hostname-override=${node.name}`,
    `--node-ip=${node.addresses.join(",")}`,
    `--node-labels=topology.kubernetes.io/zone=${node.zone},topology.kubernetes.io/region=kubbo`,
  ];
}

export function proxyConfig(plan: Plan, node: NodePlan): string {
  return toJson({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clientConnection: { kubeconfig: kubeconfigFile(plan, "proxy") },
    hostnameOverride: node.name,
    mode: "iptables",
    clusterCIDR: plan.podCidrs.join(","),
    detectLocalMode: "ClusterCIDR",
    oomScoreAdj: 0,
    nodePortAddresses: ["primary"],
    // Limits of the whole machine, which a network namespace may not set.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  });
}

/**
 * The shell script of a node's first process: it puts the private directories in their places and then waits. The
 * node's mount namespace is its own; all mounts of the kubelet and of containers are made there and end with it.
 */
export function nodeScript(node: NodePlan): string {
  return [
    "set -e",
    ...Object.entries(privateDirectories).map(([path, name]) => `mount --bind ${nodeFile(node, name)} ${path}`),
    "mount --make-rshared /",
    `: > ${nodeFile(node, "ready")}`,
    "exec sleep infinity",
  ].join("\n");
}
