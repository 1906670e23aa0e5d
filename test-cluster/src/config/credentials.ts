import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { createAuthority, type KeyPair } from "../pki/certificate.ts";
import type { Plan } from "../plan.ts";

/** Everybody who speaks to the API server, with the user and group that RBAC knows them by. */
const users = {
  admin: { commonName: "kubbo-admin", organization: "system:masters" },
  "controller-manager": { commonName: "system:kube-controller-manager" },
  scheduler: { commonName: "system:kube-scheduler" },
  proxy: { commonName: "system:kube-proxy" },
  coredns: { commonName: "system:coredns" },
} as const;

export type User = keyof typeof users;

/** Where a file of the cluster's keys lies. */
export function pkiFile(plan: Plan, name: string): string {
  return join(plan.paths.pki, name);
}

/** Where the kubeconfig of a component lies; it speaks to the API server's own address. */
export function kubeconfigFile(plan: Plan, user: User | `kubelet-${string}`): string {
  return join(plan.paths.pki, `${user}.kubeconfig`);
}

/**
 * All keys, certificates and kubeconfigs of a new cluster, as path to content. `forwardPort` is where the API server
 * is reached on 127.0.0.1 from outside.
 */
export function credentialFiles(plan: Plan, forwardPort: number, now: Date): ReadonlyMap<string, string> {
  const authority = createAuthority("kubbo test cluster", now);
  const files = new Map<string, string>();
  const put = (name: string, pair: KeyPair) => {
    files.set(pkiFile(plan, `${name}.crt`), pair.certificate);
    files.set(pkiFile(plan, `${name}.key`), pair.key);
  };
  const inside = `https://${plan.apiServer.address}:${plan.apiServer.port}`;
  const putKubeconfig = (path: string, server: string, pair: KeyPair) =>
    files.set(path, kubeconfig(server, authority.certificate, pair, plan.instance));

  put("ca", authority);
  // Signs for an aggregator of APIs, which there is none of; components ask for it again and again when it is missing.
  put("front-proxy-ca", createAuthority("kubbo test cluster front proxy", now));
  put(
    "apiserver",
    authority.issue({ subject: { commonName: "kube-apiserver" }, usage: "server", hosts: apiServerHosts(plan) }),
  );
  // The API server is a client as well: it asks kubelets for logs and exec.
  put("apiserver-kubelet", authority.issue({ subject: users.admin, usage: "client" }));
  for (const user of Object.keys(users) as User[]) {
    const pair = authority.issue({ subject: users[user], usage: "client" });
    putKubeconfig(kubeconfigFile(plan, user), inside, pair);
    if (user === "admin") putKubeconfig(plan.paths.kubeconfig, `https://127.0.0.1:${forwardPort}`, pair);
  }
  for (const { name, addresses } of plan.nodes) {
    const subject = { commonName: `system:node:${name}`, organization: "system:nodes" };
    putKubeconfig(kubeconfigFile(plan, `kubelet-${name}`), inside, authority.issue({ subject, usage: "client" }));
    put(`kubelet-${name}`, authority.issue({ subject, usage: "server", hosts: [name, ...addresses] }));
  }
  // RSA, since RS256 is what service account tokens of real clusters are signed with.
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  files.set(pkiFile(plan, "service-account.key"), privateKey.export({ type: "pkcs1", format: "pem" }).toString());
  files.set(pkiFile(plan, "service-account.pub"), publicKey.export({ type: "spki", format: "pem" }).toString());
  return files;
}

function apiServerHosts(plan: Plan): readonly string[] {
  const service = "kubernetes.default.svc";
  return [
    "kubernetes",
    "kubernetes.default",
    service,
    `${service}.${plan.clusterDomain}`,
    "localhost",
    plan.apiService.address,
    plan.apiServer.address,
    "127.0.0.1",
  ];
}

/** JSON, which is YAML. */
export function kubeconfig(server: string, ca: string, client: KeyPair, name: string): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return toJson({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [
      {
        name,
        user: { "client-certificate-data": base64(client.certificate), "client-key-data": base64(client.key) },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
