import { type Cluster, connectCluster, type Pod, type TestNamespace } from "../../test-cluster/src/cluster.ts";
import { ConsumerLog } from "./consumer-log.ts";
import { typescriptImage } from "./images.ts";
import type { Load } from "./load.ts";
import { consumer, discoveryRole, provider } from "./manifest.ts";

/** What the end-to-end tests do again and again: a namespace with providers and a consumer in it. */
export class ClusterPlay implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly image: string;
  readonly #namespace: TestNamespace;
  readonly #logs: ConsumerLog[] = [];

  /** Use `begin`. */
  constructor(cluster: Cluster, image: string, namespace: TestNamespace) {
    this.cluster = cluster;
    this.image = image;
    this.#namespace = namespace;
  }

  static async begin(name: string): Promise<ClusterPlay> {
    const cluster = await connectCluster();
    const image = await cluster.loadImage(await typescriptImage());
    return new ClusterPlay(cluster, image, await cluster.createNamespace(name));
  }

  get namespace(): string {
    return this.#namespace.name;
  }

  apply(manifest: readonly object[]): Promise<void> {
    return this.cluster.apply(manifest, { namespace: this.namespace });
  }

  /** The TypeScript provider, with all of its declarations. Resolves when its pods are ready. */
  async startProvider(name: string, replicas: number): Promise<readonly Pod[]> {
    await this.apply(
      provider({
        name,
        image: this.image,
        replicas,
        labels: {
          "kubbo.dev/application": name,
          "serves.kubbo.dev/dev.kubbo.interop.v1.EchoService": "",
          "serves.kubbo.dev/dev.kubbo.interop.OrderService": "",
        },
        probe: { path: "/ready", port: 8081 },
      }),
    );
    return this.pods(name, replicas);
  }

  /** Waits until a provider has exactly so many pods, all ready. */
  pods(name: string, count: number, timeoutMs = 60_000): Promise<readonly Pod[]> {
    return this.cluster.waitForPods({ namespace: this.namespace, selector: `app=${name}` }, count, { timeoutMs });
  }

  async scale(name: string, replicas: number): Promise<void> {
    await this.cluster.kubectl(["scale", `deployment/${name}`, `--replicas=${replicas}`, "-n", this.namespace]);
  }

  /** A consumer's pod; with its Role unless it is to be missed. */
  async startConsumer(name: string, loads: readonly Load[], { role = true } = {}): Promise<ConsumerLog> {
    await this.apply([
      ...(role ? discoveryRole(this.namespace, name) : []),
      ...consumer({ name, image: this.image, loads }),
    ]);
    await this.pods(name, 1);
    const log = new ConsumerLog(this.cluster, this.namespace, name);
    this.#logs.push(log);
    return log;
  }

  /** The consumer finishes its calls and gives its last report. */
  async stopConsumer(name: string, log: ConsumerLog): Promise<void> {
    const done = log.until("the consumer's last report", ({ event }) => event === "done");
    await this.cluster.kubectl(["delete", "pod", name, "--wait=false", "-n", this.namespace]);
    await done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const log of this.#logs) log[Symbol.dispose]();
    return this.#namespace.delete();
  }
}

export function names(pods: readonly Pod[]): readonly string[] {
  return pods.map(({ metadata }) => metadata.name);
}
