import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { StatusError } from "./http-status.ts";
import { type AccessRequest, isAllowed, refusalText } from "./rbac.ts";
import { apiVersionOf, type KubernetesObject, type Resource, resources } from "./resource.ts";
import { parseSelector, type Selector } from "./selector.ts";
import type { Store } from "./store.ts";
import { startWatch } from "./watch.ts";

/** A request that was answered, for tests that count them. */
export interface ApiRequest {
  readonly verb: string;
  readonly path: string;
  readonly user: string;
  readonly code: number;
}

export interface ApiRoutesOptions {
  readonly store: Store;
  readonly tokens: ReadonlyMap<string, { readonly user: string; readonly until: number }>;
  readonly authorization: "open" | "rbac";
  readonly bookmarkIntervalMs: number;
}

type Request = IncomingMessage | Http2ServerRequest;

/** What the responses of node:http and node:http2 have in common and is used here. */
interface Response {
  readonly headersSent: boolean;
  writeHead(code: number, headers: Readonly<Record<string, string>>): unknown;
  write(text: string): boolean;
  end(): unknown;
  end(text: string): unknown;
  on(event: "close", listener: () => void): unknown;
  flushHeaders?(): void;
}

/** Requests that are remembered. */
const rememberedRequests = 10_000;

/** How long a watch lives that does not say how long, in ms. */
const defaultWatchMs = 45 * 60_000;

/** Longest object taken, in bytes. */
const maxObjectBytes = 3 * 1024 * 1024;

interface Route {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly query: URLSearchParams;
}

/** Answers requests to the API, whichever HTTP they came by. */
export class ApiRoutes {
  readonly requests: ApiRequest[] = [];
  readonly #options: ApiRoutesOptions;

  constructor(options: ApiRoutesOptions) {
    this.#options = options;
  }

  answer(request: Request, response: Response): void {
    this.#answer(request, response).catch((error: unknown) => {
      const status = error instanceof StatusError ? error : new StatusError(500, "InternalError", String(error));
      this.#remember(request, verbOf(request), "", status.code);
      if (response.headersSent) response.end();
      else json(response, status.code, status, status.retryAfterSeconds);
    });
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (/^\/(readyz|livez|healthz)$/.test(url.pathname)) {
      response.writeHead(200, { "content-type": "text/plain" });
      response.end("ok");
      return;
    }
    const route = routeOf(url);
    const isWatch = request.method === "GET" && /^(1|true)$/.test(route.query.get("watch") ?? "");
    const verb = isWatch ? "watch" : verbOf(request, route.name);
    const user = this.#authenticate(request);
    this.#authorize({ user, verb, resource: route.resource, namespace: route.namespace ?? "" });
    this.#remember(request, verb, user, 200);
    switch (verb) {
      case "get":
        json(response, 200, this.#get(route));
        return;
      case "list":
        json(response, 200, this.#list(route));
        return;
      case "watch":
        this.#watch(route, response);
        return;
      case "create":
      case "update":
        json(response, verb === "create" ? 201 : 200, this.#options.store.put(await objectOf(request, route)));
        return;
      case "delete":
        json(response, 200, this.#delete(route));
        return;
      default:
        throw new StatusError(405, "MethodNotAllowed", `the method ${request.method} is not served`);
    }
  }

  #authenticate(request: Request): string {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined) return "system:anonymous";
    const known = this.#options.tokens.get(token);
    if (known && known.until > Date.now()) return known.user;
    throw new StatusError(401, "Unauthorized", "Unauthorized");
  }

  #authorize(request: AccessRequest): void {
    if (this.#options.authorization === "open" || isAllowed(this.#options.store, request)) return;
    throw new StatusError(403, "Forbidden", refusalText(request));
  }

  #remember(request: Request, verb: string, user: string, code: number): void {
    this.requests.push({ verb, path: request.url ?? "", user, code });
    if (this.requests.length > rememberedRequests) this.requests.shift();
  }

  #get({ resource, namespace = "default", name = "" }: Route): KubernetesObject {
    const found = this.#options.store.get(resource, namespace, name);
    if (!found) throw new StatusError(404, "NotFound", `${resource.plural} "${name}" not found`);
    return found;
  }

  #list({ resource, namespace, query }: Route): object {
    const { store } = this.#options;
    const selector = selectorOf(query);
    const fitting = store.list(resource, namespace).filter(({ metadata }) => selector(metadata.labels ?? {}));
    const limit = Number(query.get("limit") ?? 0);
    const from = Number(Buffer.from(query.get("continue") ?? "", "base64").toString() || 0);
    const until = limit > 0 ? from + limit : fitting.length;
    const more = until < fitting.length ? Buffer.from(String(until)).toString("base64") : "";
    return {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(store.version), ...(more !== "" && { continue: more }) },
      // The items of a typed list say neither kind nor apiVersion.
      items: fitting.slice(from, until).map(({ kind: _, apiVersion: __, ...item }) => item),
    };
  }

  #watch({ resource, namespace, name, query }: Route, response: Response): void {
    const version = query.get("resourceVersion");
    if (version !== null && version !== "" && !/^\d+$/.test(version)) {
      throw new StatusError(400, "BadRequest", `resourceVersion: Invalid value: "${version}"`);
    }
    const selector = selectorOf(query);
    response.writeHead(200, { "content-type": "application/json" });
    // The head goes out at once, as a real server's does: the client learns that the watch is accepted.
    response.flushHeaders?.();
    const seconds = Number(query.get("timeoutSeconds"));
    const stop = startWatch({
      store: this.#options.store,
      resource,
      namespace,
      name: name ?? /^metadata\.name=(.+)$/.exec(query.get("fieldSelector") ?? "")?.[1],
      selector,
      resourceVersion: version === null || version === "" || version === "0" ? undefined : Number(version),
      bookmarks: /^(1|true)$/.test(query.get("allowWatchBookmarks") ?? ""),
      bookmarkIntervalMs: this.#options.bookmarkIntervalMs,
      timeoutMs: seconds > 0 ? seconds * 1000 : defaultWatchMs,
      write: (event) => response.write(`${JSON.stringify(event)}\n`),
      end: () => void response.end(),
    });
    response.on("close", stop);
  }

  #delete(route: Route): KubernetesObject {
    const found = this.#get(route);
    this.#options.store.delete(route.resource, route.namespace ?? "default", found.metadata.name);
    return found;
  }
}

function json(response: Response, code: number, body: unknown, retryAfterSeconds?: number): void {
  response.writeHead(code, {
    "content-type": "application/json",
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
  });
  response.end(JSON.stringify(body));
}

function verbOf(request: Request, name?: string): string {
  const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update", DELETE: "delete" };
  if (request.method === "GET") return name === undefined ? "list" : "get";
  return verbs[request.method ?? ""] ?? (request.method ?? "").toLowerCase();
}

/** `/api/v1/…` or `/apis/<group>/<version>/…`, then `[namespaces/<namespace>/]<plural>[/<name>]`. */
function routeOf(url: URL): Route {
  const match = /^\/(?:api\/(v1)|apis\/([^/]+)\/([^/]+))\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(
    url.pathname,
  );
  const [, core, group = "", groupVersion, namespace, plural, name] = match ?? [];
  const version = core ?? groupVersion;
  const resource = resources.find((each) => each.group === group && each.version === version && each.plural === plural);
  if (!resource) throw new StatusError(404, "NotFound", "the server could not find the requested resource");
  return { resource, namespace, name, query: url.searchParams };
}

function selectorOf(query: URLSearchParams): Selector {
  try {
    return parseSelector(query.get("labelSelector") ?? "");
  } catch (cause) {
    throw new StatusError(400, "BadRequest", cause instanceof Error ? cause.message : String(cause));
  }
}

async function objectOf(request: Request, { resource, namespace }: Route): Promise<KubernetesObject> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxObjectBytes) throw new StatusError(413, "RequestEntityTooLarge", "the object is too large");
    chunks.push(chunk);
  }
  let object: Partial<KubernetesObject>;
  try {
    object = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new StatusError(400, "BadRequest", `the body is not JSON: ${cause}`);
  }
  if (typeof object.metadata?.name !== "string") throw new StatusError(422, "Invalid", "metadata.name: Required value");
  return {
    ...object,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) },
  };
}
