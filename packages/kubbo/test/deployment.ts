import type { Listening, Server } from "kubbo";
import type { ApiServer } from "kubbo/testing";
import { echo, testServer } from "./echo.ts";
import { EchoService } from "./gen/kubbo/test/v1/echo_pb.ts";

/** A Service of the embedded API server. */
export function service(
  name: string,
  {
    namespace = "shop",
    labels = {},
    ports = [{ name: "tri", port: 50051, targetPort: "tri" }],
    ...spec
  }: ServiceOptions = {},
) {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels },
    spec: { selector: { app: name }, ports, ...spec },
  };
}

interface ServiceOptions {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly object[];
  readonly publishNotReadyAddresses?: boolean;
}

export interface PodOptions {
  readonly app: string;
  readonly namespace?: string;
  readonly address?: string;
  /** Port numbers by container port name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly ready?: boolean;
  readonly terminating?: boolean;
}

/** A pod as the kubelet would report it. */
export function pod(name: string, options: PodOptions) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: options.namespace ?? "shop",
      labels: { app: options.app },
      ...(options.terminating && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: {
      containers: [
        {
          ports: Object.entries(options.ports).map(([portName, containerPort]) => ({ name: portName, containerPort })),
        },
      ],
    },
    status: {
      podIP: options.address ?? "127.0.0.1",
      conditions: [{ type: "Ready", status: options.ready === false ? "False" : "True" }],
    },
  };
}

/** A provider in this process that plays a pod: its answers carry its name. */
export class FakePod {
  readonly name: string;
  readonly #api: ApiServer;
  readonly #app: string;
  readonly #server: Server;
  #listening: Listening = {};

  constructor(api: ApiServer, app: string, name: string) {
    this.name = name;
    this.#api = api;
    this.#app = app;
    this.#server = testServer();
    this.#server.provide(EchoService, {
      ...echo,
      echo: (request) => ({ text: name, number: request.number }),
      read: () => ({ text: name }),
    });
  }

  get ports(): Readonly<Record<string, number>> {
    return { tri: this.#listening.tri ?? 0 };
  }

  async start(ready = true): Promise<this> {
    this.#listening = await this.#server.listen();
    this.report({ ready });
    return this;
  }

  report(state: { readonly ready?: boolean; readonly terminating?: boolean }): void {
    this.#api.apply(pod(this.name, { app: this.#app, ports: this.ports, ...state }));
  }

  /** As `kubectl delete pod`: terminating, drained, gone. */
  async delete(): Promise<void> {
    this.report({ terminating: true });
    await this.#server.close();
    this.remove();
  }

  /** As a node that dies: the socket is gone, the API server does not know. */
  async kill(): Promise<void> {
    await this.#server.destroy();
  }

  remove(): void {
    this.#api.delete({ apiVersion: "v1", kind: "Pod", metadata: { name: this.name, namespace: "shop" } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.destroy();
  }
}
