import { isIP } from "node:net";
import { type Environment, environmentValue } from "../../model/environment.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { TlsOptions } from "../../transport/dial.ts";
import type { Clock } from "../../util/clock.ts";
import { node } from "../../util/node.ts";
import { type Credentials, fixedToken, tokenFile } from "./credentials.ts";
import { listContexts, loadKubeconfig } from "./kubeconfig.ts";

export interface ClusterOptions {
  /** Context of the kubeconfig. Outside of a cluster one is only used when it is asked for, here or by KUBBO_CONTEXT. */
  readonly context?: string;
  /** Kubeconfig file. Default KUBECONFIG, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** The API server's URL, instead of a service account or a kubeconfig: `https://10.0.0.1:6443`. */
  readonly server?: string;
  /** Bearer token for `server`. */
  readonly token?: string;
  /** File with the bearer token for `server`, read again as it is renewed. */
  readonly tokenFile?: string;
  /** PEM of the authority that signed the certificate of `server`. */
  readonly ca?: string;
  /** The own namespace, where targets name none. Default: that of the service account or context. */
  readonly namespace?: string;
  /** Accepts endpoints on loopback addresses, which only an embedded API server hands out. Default false. */
  readonly allowLoopback?: boolean;
}

/** How to reach an API server, and as whom. */
export interface ClusterAccess {
  readonly server: URL;
  readonly tls: () => Promise<TlsOptions | undefined>;
  readonly credentials: Credentials;
  readonly namespace: string;
  readonly allowLoopback: boolean;
  /** For messages: `the service account of this pod`, `context west of the kubeconfig`. */
  readonly source: string;
}

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Finds the cluster: what the options say, else in a pod its service account, else a kubeconfig that was asked for.
 *
 * Errors: FAILED_PRECONDITION `no-cluster` with the contexts that there are; `bad-cluster` for a configuration that
 * cannot be used.
 */
export async function resolveCluster(
  options: ClusterOptions,
  environment: Environment,
  clock: Clock,
): Promise<ClusterAccess> {
  const allowLoopback = options.allowLoopback ?? false;
  if (options.server !== undefined) {
    const { ca } = options;
    const server = serverUrl(options.server, "cluster.server");
    return {
      server,
      tls: async () =>
        server.protocol === "https:" ? { ...(ca !== undefined && { ca }), ...nameFor(server) } : undefined,
      credentials: options.tokenFile === undefined ? fixedToken(options.token) : tokenFile(options.tokenFile, clock),
      namespace: options.namespace ?? "default",
      allowLoopback,
      source: `cluster.server (${options.server})`,
    };
  }
  const context = options.context ?? environmentValue("KUBBO_CONTEXT", environment);
  const file = options.kubeconfig ?? environmentValue("KUBECONFIG", environment);
  if (
    context === undefined &&
    options.kubeconfig === undefined &&
    environment["KUBERNETES_SERVICE_HOST"] !== undefined
  ) {
    return { ...inCluster(environment, clock, options.namespace), allowLoopback };
  }
  if (context === undefined && file === undefined) throw await noCluster();
  return { ...(await fromKubeconfig(file, context, options.namespace)), allowLoopback };
}

function inCluster(environment: Environment, clock: Clock, namespace: string | undefined) {
  const host = environment["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = environment["KUBERNETES_SERVICE_PORT"] ?? "443";
  const server = serverUrl(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`, "KUBERNETES_SERVICE_HOST");
  const read = (file: string) => {
    try {
      return node.fs.readFileSync(`${accountFolder}/${file}`, "utf8").trim();
    } catch (cause) {
      throw new RpcError(
        "FAILED_PRECONDITION",
        "bad-cluster",
        `this looks like a pod (KUBERNETES_SERVICE_HOST is set), but ${accountFolder}/${file} cannot be read. ` +
          "A consumer's pod needs its service account token: remove automountServiceAccountToken: false there.",
        { cause },
      );
    }
  };
  read("token");
  return {
    server,
    // Read for each connection: the authority may have been renewed meanwhile.
    tls: async () => ({ ca: read("ca.crt"), ...nameFor(server) }),
    credentials: tokenFile(`${accountFolder}/token`, clock),
    namespace: namespace ?? read("namespace"),
    source: "the service account of this pod",
  };
}

async function fromKubeconfig(file: string | undefined, context: string | undefined, namespace: string | undefined) {
  const config = await loadKubeconfig(file, context);
  const server = serverUrl(config.server, `the kubeconfig's cluster "${config.cluster}"`);
  return {
    server,
    tls: async () =>
      server.protocol === "https:" ? { ...config.tls, ...nameFor(server, config.tls.serverName) } : undefined,
    credentials: { token: config.token, invalidate() {} },
    namespace: namespace ?? config.namespace,
    source: `context ${config.context} of the kubeconfig`,
  };
}

/** SNI takes names only; an address is checked against the certificate without it. */
function nameFor(server: URL, name?: string): { readonly serverName?: string } {
  const host = server.hostname.replace(/^\[|\]$/g, "");
  const serverName = name ?? (isIP(host) ? undefined : host);
  return serverName === undefined ? {} : { serverName };
}

function serverUrl(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new RpcError(
    "FAILED_PRECONDITION",
    "bad-cluster",
    `${where} has the API server "${text}", which is not an http(s) URL`,
  );
}

async function noCluster(): Promise<RpcError> {
  const contexts = await listContexts();
  const there = contexts.length > 0 ? `The kubeconfig has the contexts ${contexts.join(", ")}. ` : "";
  return new RpcError(
    "FAILED_PRECONDITION",
    "no-cluster",
    "this process does not run in a pod, and no cluster was chosen. " +
      `${there}Choose one with createClient({ cluster: { context } }), KUBBO_CONTEXT or KUBECONFIG, ` +
      "or give the reference a target that needs no cluster, as static:///10.0.0.1:50051.",
    { facts: { contexts } },
  );
}
