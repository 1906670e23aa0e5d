import { join } from "node:path";
import type { Binaries } from "../binary/bundle.ts";
import {
  apiServerArguments,
  auditPolicy,
  bootstrapManifest,
  controllerManagerArguments,
  controlPlaneFile,
  etcdArguments,
  schedulerArguments,
} from "../config/api-server.ts";
import { corefile, resolvConf } from "../config/coredns.ts";
import { credentialFiles } from "../config/credentials.ts";
import {
  cniConfig,
  containerdConfig,
  kubeletArguments,
  kubeletConfig,
  type NodeSoftware,
  nodeFile,
  nodeScript,
  proxyConfig,
} from "../config/node.ts";
import type { NodePlan, Plan } from "../plan.ts";
import { type Component, holderOf } from "./component.ts";

/** The machine's own programs that the cluster uses. */
export interface Software extends NodeSoftware {
  readonly containerd: string;
}

/** Names of all components, in the order of starting. */
export function componentNames(plan: Plan): readonly string[] {
  return [
    ...plan.nodes.map(holderOf),
    "forward",
    ...controlPlaneNames,
    ...plan.nodes.flatMap((node) => nodeComponentNames(node)),
  ];
}

const controlPlaneNames = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "coredns"];

const nodeComponentNames = ({ name }: NodePlan) => [`containerd-${name}`, `kubelet-${name}`, `kube-proxy-${name}`];

/** All components of a cluster by name. Pure: what they are told depends on the plan and on where programs are. */
export function componentsOf(
  plan: Plan,
  binaries: Binaries,
  software: Software,
  forwardPort: number,
): ReadonlyMap<string, Component> {
  const [first] = plan.nodes;
  const inside = { t: "network", node: first.name } as const;
  const { address, port } = plan.apiServer;
  const components: readonly Component[] = [
    ...plan.nodes.map(
      (node): Component => ({
        name: holderOf(node),
        command: ["unshare", "--mount", "--propagation", "private", "sh", "-c", nodeScript(node)],
        place: { t: "network", node: node.name },
      }),
    ),
    {
      // The one door from the machine to the cluster.
      name: "forward",
      command: [
        "socat",
        `TCP-LISTEN:${forwardPort},bind=127.0.0.1,reuseaddr,nodelay,backlog=128,fork`,
        `EXEC:nsenter --net=${first.netns} socat - TCP\\:${address}\\:${port}\\,nodelay`,
      ],
      place: { t: "machine" },
    },
    { name: "etcd", command: [binaries.path("etcd"), ...etcdArguments(plan)], place: inside },
    {
      name: "kube-apiserver",
      command: [binaries.path("kube-apiserver"), ...apiServerArguments(plan)],
      place: inside,
    },
    {
      name: "kube-controller-manager",
      command: [binaries.path("kube-controller-manager"), ...controllerManagerArguments(plan)],
      place: inside,
    },
    { name: "kube-scheduler", command: [binaries.path("kube-scheduler"), ...schedulerArguments(plan)], place: inside },
    {
      name: "coredns",
      command: [binaries.path("coredns"), "-conf", controlPlaneFile(plan, "Corefile")],
      place: inside,
    },
    ...plan.nodes.flatMap((node): readonly Component[] => {
      const place = { t: "root", node: node.name } as const;
      return [
        {
          name: `containerd-${node.name}`,
          command: [software.containerd, "--config", nodeFile(node, "containerd.toml")],
          place,
        },
        {
          name: `kubelet-${node.name}`,
          command: [binaries.path("kubelet"), ...kubeletArguments(plan, node)],
          place,
        },
        {
          name: `kube-proxy-${node.name}`,
          command: [binaries.path("kube-proxy"), `--config=${nodeFile(node, "kube-proxy.json")}`],
          place,
        },
      ];
    }),
  ];
  return new Map(components.map((component) => [component.name, component]));
}

/** All files of configuration by path. */
export function configurationFiles(
  plan: Plan,
  software: Software,
  forwardPort: number,
  now: Date,
): ReadonlyMap<string, string> {
  return new Map([
    ...credentialFiles(plan, forwardPort, now),
    [controlPlaneFile(plan, "audit-policy.json"), auditPolicy()],
    [controlPlaneFile(plan, "bootstrap.json"), bootstrapManifest()],
    [controlPlaneFile(plan, "Corefile"), corefile(plan)],
    ...plan.nodes.flatMap((node): readonly (readonly [string, string])[] => [
      [nodeFile(node, "containerd.toml"), containerdConfig(plan, node, software)],
      [nodeFile(node, join("cni", "10-kubbo.conflist")), cniConfig(plan, node)],
      [nodeFile(node, "resolv.conf"), resolvConf(plan)],
      [nodeFile(node, "kubelet.json"), kubeletConfig(plan, node)],
      [nodeFile(node, "kube-proxy.json"), proxyConfig(plan, node)],
    ]),
  ]);
}
