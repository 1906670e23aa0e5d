import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { createListener, type Listener } from "../../transport/listener.ts";
import { startEndpointSliceController } from "./endpoint-slices.ts";
import { serviceAccountUser } from "./rbac.ts";
import { type KubernetesObject, resourceOfObject } from "./resource.ts";
import { type ApiRequest, ApiRoutes } from "./routes.ts";
import { Store } from "./store.ts";

export interface ApiServerOptions {
  /** Port of 127.0.0.1. Default 0, a free one. It stays the same over `stop` and `start`. */
  readonly port?: number;
  /** `open`: everybody may do everything. `rbac`: what Roles and RoleBindings in it allow. Default `open`. */
  readonly authorization?: "open" | "rbac";
  /** Time between the bookmarks of a watch, in ms. Default 60,000, as a real one. */
  readonly bookmarkIntervalMs?: number;
}

/**
 * A small Kubernetes API server inside the process: real HTTP (HTTP/2 in clear text and HTTP/1.1 on one port), list and
 * watch with versions, history and bookmarks, label selectors, RBAC and tokens, for EndpointSlices, Services, Pods,
 * Roles and RoleBindings. It writes the slices of Services from their Pods, as Kubernetes does.
 *
 * For tests and demonstrations. Nothing is checked that a real API server would check of an object.
 */
export interface ApiServer {
  /** `http://127.0.0.1:<port>`; for `createClient({ cluster: { server: url, allowLoopback: true } })`. */
  readonly url: string;
  /** Begins to answer, again after `stop`. Resolves with the url. */
  start(): Promise<string>;
  /** Cuts every connection and answers no more; objects and history stay. May be called twice. */
  stop(): Promise<void>;
  /** Creates an object, or replaces the one of that name; gives it as it is kept. */
  apply(object: KubernetesObject): KubernetesObject;
  /** Deletes an object at once, by its kind, namespace and name. False: there was none. */
  delete(object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
  }): boolean;
  /** The objects of a kind, of one namespace if given. */
  list(apiVersion: string, kind: string, namespace?: string): readonly KubernetesObject[];
  /** Forgets the history: watches from an older version get 410. */
  compact(): void;
  /** Resets every connection; new ones are taken. */
  cut(): void;
  /** A bearer token for a ServiceAccount. @param ttlMs default: for ever */
  token(namespace: string, serviceAccount: string, ttlMs?: number): string;
  /** The requests of late, oldest first. */
  readonly requests: readonly ApiRequest[];
  readonly connections: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes an API server; `start()` opens it. */
export function createApiServer(options: ApiServerOptions = {}): ApiServer {
  return new EmbeddedApiServer(options);
}

/** What an HTTP/2 connection with prior knowledge begins with. Source: RFC 9113, 3.4. */
const preface = Buffer.from("PRI * HTTP/2.0");

class EmbeddedApiServer implements ApiServer {
  readonly #store = new Store();
  readonly #routes: ApiRoutes;
  readonly #tokens = new Map<string, { readonly user: string; readonly until: number }>();
  #port: number;
  #listener: Listener | undefined;
  #sockets = new Set<Socket>();

  constructor({ port = 0, authorization = "open", bookmarkIntervalMs = 60_000 }: ApiServerOptions) {
    this.#port = port;
    this.#routes = new ApiRoutes({ store: this.#store, tokens: this.#tokens, authorization, bookmarkIntervalMs });
    startEndpointSliceController(this.#store);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get requests(): readonly ApiRequest[] {
    return this.#routes.requests;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async start(): Promise<string> {
    if (this.#listener) return this.url;
    const http1 = createHttp1((request, response) => this.#routes.answer(request, response));
    const http2 = createHttp2((request, response) => this.#routes.answer(request, response));
    http2.on("session", (session: ServerHttp2Session) => session.on("error", () => {}));
    http2.on("sessionError", () => {});
    const listener = createListener((socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      // The first bytes tell which of the two it is.
      socket.once("readable", () => {
        const first: Buffer | null = socket.read();
        if (!first) return;
        socket.unshift(first);
        const isHttp2 = first.subarray(0, preface.length).equals(preface.subarray(0, first.length));
        (isHttp2 ? http2 : http1).emit("connection", socket);
      });
    });
    this.#listener = listener;
    const { port } = await listener.listen(this.#port, "127.0.0.1");
    this.#port = port;
    return this.url;
  }

  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.destroy();
    await listener?.close();
  }

  apply(object: KubernetesObject): KubernetesObject {
    return this.#store.put(object);
  }

  delete({ apiVersion, kind, metadata }: Parameters<ApiServer["delete"]>[0]): boolean {
    const resource = resourceOfObject({ apiVersion, kind, metadata });
    return this.#store.delete(resource, metadata.namespace ?? "default", metadata.name) !== undefined;
  }

  list(apiVersion: string, kind: string, namespace?: string): readonly KubernetesObject[] {
    return this.#store.list(resourceOfObject({ apiVersion, kind, metadata: { name: "" } }), namespace);
  }

  compact(): void {
    this.#store.compact();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  token(namespace: string, serviceAccount: string, ttlMs = Number.POSITIVE_INFINITY): string {
    const token = `${namespace}.${serviceAccount}.${this.#tokens.size + 1}`;
    this.#tokens.set(token, { user: serviceAccountUser(namespace, serviceAccount), until: Date.now() + ttlMs });
    return token;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
