import { join } from "node:path";
import type { Plan } from "../plan.ts";
import { kubeconfigFile, pkiFile, toJson } from "./credentials.ts";

/** Where the control plane's files of configuration lie. */
export function controlPlaneFile(plan: Plan, name: string): string {
  return join(plan.paths.state, "control-plane", name);
}

export function etcdArguments(plan: Plan): readonly string[] {
  return [
    "--name=etcd",
    `--data-dir=${controlPlaneFile(plan, "etcd")}`,
    "--listen-client-urls=http://127.0.0.1:2379",
    "--advertise-client-urls=http://127.0.0.1:2379",
    "--listen-peer-urls=http://127.0.0.1:2380",
    // The data does not outlive the cluster, so waiting for the disk protects nothing.
    "--unsafe-no-fsync",
  ];
}

export function apiServerArguments(plan: Plan): readonly string[] {
  return [
    "--etcd-servers=http://127.0.0.1:2379",
    `--advertise-address=${plan.apiServer.address}`,
    `--secure-port=${plan.apiServer.port}`,
    `--service-cluster-ip-range=${plan.serviceCidrs.join(",")}`,
    `--tls-cert-file=${pkiFile(plan, "apiserver.crt")}`,
    `--tls-private-key-file=${pkiFile(plan, "apiserver.key")}`,
    `--client-ca-file=${pkiFile(plan, "ca.crt")}`,
    `--kubelet-certificate-authority=${pkiFile(plan, "ca.crt")}`,
    `--kubelet-client-certificate=${pkiFile(plan, "apiserver-kubelet.crt")}`,
    `--kubelet-client-key=${pkiFile(plan, "apiserver-kubelet.key")}`,
    `--requestheader-client-ca-file=${pkiFile(plan, "front-proxy-ca.crt")}`,
    "--requestheader-allowed-names=front-proxy",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    // The names of the nodes are in no DNS; exec and logs would look them up.
    "--kubelet-preferred-address-types=InternalIP",
    `--service-account-issuer=https://kubernetes.default.svc.${plan.clusterDomain}`,
    `--service-account-key-file=${pkiFile(plan, "service-account.pub")}`,
    `--service-account-signing-key-file=${pkiFile(plan, "service-account.key")}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    `--audit-policy-file=${controlPlaneFile(plan, "audit-policy.json")}`,
    `--audit-log-path=${plan.paths.auditLog}`,
    "--audit-log-maxsize=1000",
    "--profiling=false",
  ];
}

/**
 * One line per request of every ServiceAccount outside kube-system, whose own are those of the controllers. The stage
 * RequestReceived says nothing that the next one does not say.
 */
export function auditPolicy(): string {
  return toJson({
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
      { level: "None", userGroups: ["system:serviceaccounts:kube-system"] },
      { level: "Metadata", userGroups: ["system:serviceaccounts"] },
      { level: "None" },
    ],
  });
}

export function controllerManagerArguments(plan: Plan): readonly string[] {
  return [
    ...clientOf(kubeconfigFile(plan, "controller-manager")),
    `--root-ca-file=${pkiFile(plan, "ca.crt")}`,
    `--service-account-private-key-file=${pkiFile(plan, "service-account.key")}`,
    `--cluster-signing-cert-file=${pkiFile(plan, "ca.crt")}`,
    `--cluster-signing-key-file=${pkiFile(plan, "ca.key")}`,
    "--use-service-account-credentials",
    "--allocate-node-cidrs=false", // the nodes' CNI files name their ranges
    `--cluster-cidr=${plan.podCidrs.join(",")}`,
    `--service-cluster-ip-range=${plan.serviceCidrs.join(",")}`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
  ];
}

export function schedulerArguments(plan: Plan): readonly string[] {
  return [...clientOf(kubeconfigFile(plan, "scheduler")), "--leader-elect=false", "--bind-address=127.0.0.1"];
}

const clientOf = (kubeconfig: string) => [
  `--kubeconfig=${kubeconfig}`,
  `--authentication-kubeconfig=${kubeconfig}`,
  `--authorization-kubeconfig=${kubeconfig}`,
];

/** Objects that the cluster starts with. */
export function bootstrapManifest(): string {
  const role = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" };
  const metadata = { name: role.name };
  const read = (apiGroups: readonly string[], resources: readonly string[]) => ({
    apiGroups,
    resources,
    verbs: ["list", "watch"],
  });
  return toJson({
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata,
        rules: [read([""], ["services", "pods", "namespaces"]), read(["discovery.k8s.io"], ["endpointslices"])],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata,
        roleRef: role,
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "system:coredns" }],
      },
    ],
  });
}
