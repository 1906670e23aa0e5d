import { buildNodeImage, type Cluster, type TestNamespace } from "../src/cluster.ts";

/**
 * A small web server in pods: answers with its pod's name and user, says good-bye at SIGTERM. With `--watch` it also
 * watches the EndpointSlices of its namespace by its ServiceAccount and prints each event.
 */
const program = `
import { createServer } from "node:http";
import { request } from "node:https";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

createServer((_, response) => response.end(JSON.stringify({ pod: process.env.POD, uid: process.getuid() }))).listen(8080, () =>
  console.log("listening"),
);
process.on("SIGTERM", () => {
  console.log("good-bye");
  process.exit(0);
});

if (process.argv.includes("--watch")) {
  const account = "/var/run/secrets/kubernetes.io/serviceaccount/";
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const path = "/apis/discovery.k8s.io/v1/namespaces/" + readFileSync(account + "namespace", "utf8") + "/endpointslices";
  const headers = { authorization: "Bearer " + readFileSync(account + "token", "utf8") };
  const ca = readFileSync(account + "ca.crt");
  const open = () => {
    const again = () => setTimeout(open, 200);
    // An agent would send keep-alives, and give a connection up that is cut for 11 s.
    request({ host, port, path: path + "?watch=1", headers, ca, agent: false }, (response) => {
      console.log("watch " + response.statusCode);
      const lines = createInterface(response);
      lines.on("line", (line) => console.log("event " + JSON.parse(line).object.metadata.name)).on("error", () => {});
      response.on("error", (error) => console.log("broken " + error.code)).on("close", again);
    })
      .on("error", (error) => console.log("failed " + error.code) ?? again())
      .end();
  };
  open();
}
`;

export interface WebOptions {
  readonly replicas: number;
  readonly args?: readonly string[];
}

/** Deploys the server, spread over the nodes, behind the Service `web`, and waits until it is ready. */
export async function deployWeb(cluster: Cluster, { name }: TestNamespace, { replicas, args = [] }: WebOptions) {
  const image = await cluster.loadImage(
    await buildNodeImage({ name: "test-web", files: [{ content: program, to: "/app/main.mjs" }], args: [] }),
  );
  const labels = { app: "web" };
  await cluster.apply(
    [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web" },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              terminationGracePeriodSeconds: 5,
              securityContext: { runAsNonRoot: true },
              topologySpreadConstraints: [
                {
                  maxSkew: 1,
                  topologyKey: "kubernetes.io/hostname",
                  whenUnsatisfiable: "DoNotSchedule",
                  labelSelector: { matchLabels: labels },
                },
              ],
              containers: [
                {
                  name: "web",
                  image,
                  imagePullPolicy: "Never",
                  args: ["main.mjs", ...args],
                  env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
                  securityContext: {
                    readOnlyRootFilesystem: true,
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ["ALL"] },
                  },
                  readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
                },
              ],
            },
          },
        },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
      },
    ],
    { namespace: name },
  );
  await cluster.waitForRollout(name, "deployment/web");
  return cluster.waitForPods({ namespace: name, selector: "app=web" }, replicas);
}

/** Lets the namespace's default ServiceAccount read EndpointSlices. */
export async function allowWatching(cluster: Cluster, { name }: TestNamespace): Promise<void> {
  const metadata = { name: "watch-slices" };
  await cluster.apply(
    [
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata,
        rules: [{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }],
      },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
        subjects: [{ kind: "ServiceAccount", name: "default", namespace: name }],
      },
    ],
    { namespace: name },
  );
}
