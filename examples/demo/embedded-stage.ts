import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ApiServer, createApiServer } from "kubbo/testing";
import { parseReport, type Report } from "./report.ts";
import type { Stage } from "./stage.ts";

const namespace = "demo";

/** How often a pod's readiness probe is asked, in ms. */
const probeMs = 100;

/** How long a container that died is left before it is started again, in ms. */
const restartMs = 1500;

/**
 * The play without a cluster: an API server in this process, and a process per provider that plays a pod. This file does
 * what the kubelet and the Deployment controller do; the API server writes the EndpointSlices.
 */
export class EmbeddedStage implements Stage {
  readonly description = "an embedded Kubernetes API server, one process per provider, one for the consumer";
  readonly #api: ApiServer = createApiServer();
  readonly #listeners: ((report: Report) => void)[] = [];
  #pods: Pod[] = [];
  #consumer: ChildProcess | undefined;
  #version = "v1";
  #number = 0;

  async start(replicas: number): Promise<void> {
    const url = await this.#api.start();
    this.#api.apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "greeter", namespace, labels: { "kubbo.dev/application": "greeter" } },
      spec: { selector: { app: "greeter" }, ports: [{ name: "tri", port: 50051, targetPort: "tri" }] },
    });
    const consumer = startProgram("consumer.ts", { API_SERVER: url, NAMESPACE: namespace });
    this.#consumer = consumer;
    createInterface({ input: consumer.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      const report = parseReport(line);
      if (report) for (const listener of this.#listeners) listener(report);
    });
    await this.scale(replicas);
  }

  onReport(listener: (report: Report) => void): void {
    this.#listeners.push(listener);
  }

  async scale(replicas: number): Promise<void> {
    const more = Array.from({ length: Math.max(0, replicas - this.#pods.length) }, () => this.#addPod());
    await Promise.all(more);
    await Promise.all(this.#pods.splice(replicas).map((pod) => pod.delete()));
  }

  async #addPod(): Promise<void> {
    const pod = new Pod(this.#api, `greeter-${this.#version}-${++this.#number}`, this.#version);
    this.#pods.push(pod);
    await pod.start();
  }

  async rollingUpdate(version: string): Promise<void> {
    this.#version = version;
    const old = this.#pods;
    this.#pods = [];
    for (const pod of old) {
      await this.#addPod();
      await pod.delete();
    }
  }

  async kill(): Promise<string> {
    const [pod] = this.#pods;
    if (!pod) throw new Error("there is no provider to kill");
    pod.kill();
    return pod.name;
  }

  apiDown(): Promise<void> {
    return this.#api.stop();
  }

  async apiUp(): Promise<void> {
    await this.#api.start();
  }

  async stop(): Promise<void> {
    if (this.#consumer) await end(this.#consumer, "SIGTERM");
    await Promise.all(this.#pods.map((pod) => pod.destroy()));
    await this.#api.stop();
  }
}

/** A process that plays a pod with one container: probed, restarted when it dies, drained when it is deleted. */
class Pod {
  readonly name: string;
  readonly #api: ApiServer;
  readonly #version: string;
  #ports: { readonly tri: number; readonly probes: number } = { tri: 0, probes: 0 };
  #process: ChildProcess | undefined;
  #probing: NodeJS.Timeout | undefined;
  #ready = false;
  #deleted = false;
  #onReady = () => {};

  constructor(api: ApiServer, name: string, version: string) {
    this.#api = api;
    this.name = name;
    this.#version = version;
  }

  /** Resolves when the readiness probe has succeeded. */
  async start(): Promise<void> {
    this.#ports = { tri: await freePort(), probes: await freePort() };
    this.#report();
    const ready = new Promise<void>((resolve) => {
      this.#onReady = resolve;
    });
    this.#run();
    this.#probing = setInterval(() => void this.#probe(), probeMs); // never rejects
    await ready;
  }

  #run(): void {
    this.#process = startProgram("provider.ts", {
      HOSTNAME: this.name,
      VERSION: this.#version,
      KUBBO_LISTEN_TRI: `127.0.0.1:${this.#ports.tri}`,
      KUBBO_LISTEN_PROBES: `127.0.0.1:${this.#ports.probes}`,
    });
    this.#process.once("exit", () => {
      if (this.#deleted) return;
      this.#become(false);
      setTimeout(() => {
        if (!this.#deleted) this.#run();
      }, restartMs).unref();
    });
  }

  async #probe(): Promise<void> {
    try {
      const { status } = await fetch(`http://127.0.0.1:${this.#ports.probes}/ready`);
      this.#become(status === 200);
    } catch {
      this.#become(false); // nothing listens: that is an answer
    }
  }

  #become(ready: boolean): void {
    if (ready) this.#onReady();
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#report();
  }

  /** Writes the pod's status, as the kubelet does. */
  #report(): void {
    this.#api.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: this.name,
        namespace,
        labels: { app: "greeter" },
        ...(this.#deleted && { deletionTimestamp: new Date().toISOString() }),
      },
      spec: { containers: [{ ports: [{ name: "tri", containerPort: this.#ports.tri }] }] },
      status: { podIP: "127.0.0.1", conditions: [{ type: "Ready", status: this.#ready ? "True" : "False" }] },
    });
  }

  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  /** As `kubectl delete pod`: terminating at once, SIGTERM, gone when the process has ended. */
  async delete(): Promise<void> {
    this.#deleted = true;
    this.#report();
    await this.destroy();
    this.#api.delete({ apiVersion: "v1", kind: "Pod", metadata: { name: this.name, namespace } });
  }

  async destroy(): Promise<void> {
    this.#deleted = true;
    if (this.#process) await end(this.#process, "SIGTERM");
    clearInterval(this.#probing);
  }
}

function startProgram(file: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, [...process.execArgv, path], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
