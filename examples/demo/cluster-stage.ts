import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  buildNodeImage,
  type Cluster,
  connectCluster,
  type Pod,
  type PodLocation,
  type TestNamespace,
} from "../../test-cluster/src/cluster.ts";
import { parseReport, type Report } from "./report.ts";
import type { Stage } from "./stage.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const reportPort = 9000;

/**
 * The play on the real cluster of `npm run cluster:up`: Deployment, Service, Role, a consumer's pod; Kubernetes does the
 * rest.
 */
export class ClusterStage implements Stage {
  readonly description = "a real Kubernetes: kube-apiserver, kubelets, containers; a consumer in a pod of its own";
  readonly #listeners: ((report: Report) => void)[] = [];
  #cluster: Cluster | undefined;
  #namespace: TestNamespace | undefined;
  #reader: ChildProcess | undefined;
  /** Where a provider's container is: found before the API server goes, since nobody can be asked afterwards. */
  #victim: PodLocation | undefined;
  #victimName = "";
  #apiIsDown = false;

  onReport(listener: (report: Report) => void): void {
    this.#listeners.push(listener);
  }

  get #parts(): { readonly cluster: Cluster; readonly namespace: string } {
    if (!this.#cluster || !this.#namespace) throw new Error("the stage has not started");
    return { cluster: this.#cluster, namespace: this.#namespace.name };
  }

  async start(replicas: number): Promise<void> {
    this.#cluster = await connectCluster();
    if (this.#cluster.kind !== "own") {
      throw new Error("the demo kills processes of the cluster: it needs that of npm run cluster:up, not another one");
    }
    const image = await this.#cluster.loadImage(await demoImage());
    this.#namespace = await this.#cluster.createNamespace("demo");
    const { cluster, namespace } = this.#parts;
    await cluster.apply(manifest(image, replicas), { namespace });
    await cluster.waitForPods({ namespace, selector: "app=consumer" }, 1, { timeoutMs: 60_000 });
    await this.#read();
  }

  /** Reads the consumer's reports from its port, by way of its node: its log would go by way of the API server. */
  async #read(): Promise<void> {
    const { cluster, namespace } = this.#parts;
    const { node, addresses } = await cluster.locate({ namespace, name: "consumer" });
    const netns = cluster.nodes.find(({ name }) => name === node)?.netns ?? "";
    const reader = spawn("nsenter", [`--net=${netns}`, "socat", "-u", `TCP:${addresses[0]}:${reportPort}`, "-"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#reader = reader;
    createInterface({ input: reader.stdout }).on("line", (line) => {
      const report = parseReport(line);
      if (report) for (const listener of this.#listeners) listener(report);
    });
  }

  async scale(replicas: number): Promise<void> {
    const { cluster, namespace } = this.#parts;
    await cluster.kubectl(["scale", "deployment/greeter", `--replicas=${replicas}`, "-n", namespace]);
    await this.#pods(replicas);
  }

  #pods(count: number): Promise<readonly Pod[]> {
    const { cluster, namespace } = this.#parts;
    return cluster.waitForPods({ namespace, selector: "app=greeter" }, count, { timeoutMs: 60_000 });
  }

  async rollingUpdate(version: string): Promise<void> {
    const { cluster, namespace } = this.#parts;
    await cluster.kubectl(["set", "env", "deployment/greeter", `VERSION=${version}`, "-n", namespace]);
    await cluster.waitForRollout(namespace, "deployment/greeter", { timeoutMs: 120_000 });
  }

  async kill(): Promise<string> {
    if (!this.#apiIsDown) await this.#findVictim();
    if (!this.#victim) throw new Error("there is no provider to kill");
    await this.#parts.cluster.faults.killContainer(this.#victim);
    return this.#victimName;
  }

  async #findVictim(): Promise<void> {
    const { cluster, namespace } = this.#parts;
    const [pod] = await cluster.pods({ namespace, selector: "app=greeter" });
    this.#victimName = pod?.metadata.name ?? "";
    this.#victim = await cluster.locate({ namespace, name: this.#victimName });
  }

  async apiDown(): Promise<void> {
    await this.#findVictim();
    this.#apiIsDown = true;
    await this.#parts.cluster.faults.killApiServer();
  }

  async apiUp(): Promise<void> {
    await this.#parts.cluster.faults.startApiServer();
    this.#apiIsDown = false;
  }

  async stop(): Promise<void> {
    if (!this.#cluster) return;
    if (this.#apiIsDown) await this.apiUp();
    const { faults } = this.#cluster;
    if (this.#namespace && this.#reader) {
      const ended = new Promise((resolve) => this.#reader?.once("exit", resolve));
      await this.#cluster.kubectl(["delete", "pod", "consumer", "--wait=false", "-n", this.#namespace.name]);
      await ended; // the last report is on its way until then
    }
    // Kubelets would wait out a backoff of up to a minute before they tidied up.
    await faults.settle();
    await this.#namespace?.delete();
  }
}

function demoImage() {
  const { status, stderr } = spawnSync(process.execPath, ["--conditions=kubbo-source", "scripts/build.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the library does not build: ${stderr}`);
  return buildNodeImage({
    name: "kubbo-demo",
    files: [
      { from: `${root}packages/kubbo/package.json`, to: "/app/node_modules/kubbo/package.json" },
      { from: `${root}packages/kubbo/dist`, to: "/app/node_modules/kubbo/dist" },
      { from: `${root}node_modules/@bufbuild/protobuf`, to: "/app/node_modules/@bufbuild/protobuf" },
      { from: `${root}examples/quickstart/gen`, to: "/app/quickstart/gen" },
      { from: `${root}examples/demo`, to: "/app/demo" },
    ],
    args: ["demo/provider.ts"],
  });
}

function manifest(image: string, replicas: number): readonly object[] {
  const rbac = "rbac.authorization.k8s.io";
  const security = { runAsNonRoot: true, runAsUser: 1000 };
  const container = { image, imagePullPolicy: "Never", resources: { requests: { cpu: "50m", memory: "128Mi" } } };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "greeter", labels: { "kubbo.dev/application": "greeter" } },
      spec: { selector: { app: "greeter" }, ports: [{ name: "tri", port: 50051 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "greeter" },
      spec: {
        replicas,
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 2 } },
        selector: { matchLabels: { app: "greeter" } },
        template: {
          metadata: { labels: { app: "greeter" } },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: security,
            containers: [
              {
                ...container,
                name: "greeter",
                env: [{ name: "VERSION", value: "v1" }],
                ports: [{ name: "tri", containerPort: 50051 }],
                readinessProbe: { httpGet: { path: "/ready", port: 8081 }, periodSeconds: 1 },
              },
            ],
          },
        },
      },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "consumer" } },
    {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: { name: "kubbo-discovery" },
      rules: [{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "kubbo-discovery" },
      roleRef: { apiGroup: rbac, kind: "Role", name: "kubbo-discovery" },
      subjects: [{ kind: "ServiceAccount", name: "consumer" }],
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "consumer", labels: { app: "consumer" } },
      spec: {
        serviceAccountName: "consumer",
        enableServiceLinks: false,
        securityContext: security,
        containers: [
          {
            ...container,
            name: "consumer",
            args: ["demo/consumer.ts"],
            env: [{ name: "REPORT_AT", value: String(reportPort) }],
          },
        ],
      },
    },
  ];
}
