import { RpcError } from "../../model/rpc-error.ts";
import type { TlsOptions } from "../../transport/dial.ts";

/** What is used of a kubeconfig. */
export interface Kubeconfig {
  readonly context: string;
  readonly cluster: string;
  readonly server: string;
  readonly namespace: string;
  readonly tls: TlsOptions;
  readonly token: () => Promise<string | undefined>;
}

/**
 * Loads the official client's kubeconfig reader, which knows files, merging, exec plugins and token files. It costs 70
 * to 85 MB of memory, so it is an optional peer that is loaded here only, never in a pod.
 *
 * Errors: FAILED_PRECONDITION `missing-peer`.
 */
async function reader() {
  try {
    return await import("@kubernetes/client-node");
  } catch (cause) {
    throw new RpcError(
      "FAILED_PRECONDITION",
      "missing-peer",
      "reading a kubeconfig needs the package @kubernetes/client-node, which cannot be loaded. " +
        "Run: npm install @kubernetes/client-node",
      { cause },
    );
  }
}

/**
 * Reads a kubeconfig.
 *
 * @param file undefined: `~/.kube/config`
 * @param contextName undefined: the file's current context
 *
 * Errors: FAILED_PRECONDITION `bad-cluster` for a file that cannot be read or has no such context, with those it has.
 */
export async function loadKubeconfig(file: string | undefined, contextName: string | undefined): Promise<Kubeconfig> {
  const { KubeConfig } = await reader();
  const config = new KubeConfig();
  const bad = (what: string, cause?: unknown) =>
    new RpcError("FAILED_PRECONDITION", "bad-cluster", `the kubeconfig${file ? ` ${file}` : ""} ${what}`, { cause });
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (cause) {
    throw bad(`cannot be read: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
  const context = config.getContextObject(contextName ?? config.getCurrentContext());
  if (!context) {
    const names = config.getContexts().map(({ name }) => name);
    const wanted = contextName === undefined ? "no current context" : `no context "${contextName}"`;
    throw bad(`has ${wanted}; it has ${names.join(", ") || "none"}`);
  }
  config.setCurrentContext(context.name);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw bad(`has no cluster "${context.cluster}", which its context ${context.name} names`);
  const applied = await apply(config, bad);
  return {
    context: context.name,
    cluster: cluster.name,
    server: cluster.server,
    namespace: context.namespace ?? "default",
    tls: {
      ...(applied.ca !== undefined && { ca: applied.ca }),
      ...(applied.cert !== undefined && { cert: applied.cert }),
      ...(applied.key !== undefined && { key: applied.key }),
      ...(cluster.tlsServerName !== undefined && { serverName: cluster.tlsServerName }),
      verify: !cluster.skipTLSVerify,
    },
    // Asked for each connection: exec plugins and token files renew it.
    token: async () => (await apply(config, bad)).token,
  };
}

interface Applied {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

async function apply(
  config: { applyToHTTPSOptions(options: object): Promise<void> },
  bad: (what: string, cause?: unknown) => RpcError,
): Promise<Applied> {
  const options: { ca?: unknown; cert?: unknown; key?: unknown; headers?: Record<string, unknown> } = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw bad(`does not give credentials: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
  const authorization = options.headers?.["Authorization"];
  const token = typeof authorization === "string" ? /^Bearer (.+)$/.exec(authorization)?.[1] : undefined;
  return {
    ...pem("ca", options.ca),
    ...pem("cert", options.cert),
    ...pem("key", options.key),
    ...(token !== undefined && { token }),
  };
}

function pem(name: "ca" | "cert" | "key", value: unknown): Partial<Applied> {
  return typeof value === "string" || Buffer.isBuffer(value) ? { [name]: value.toString() } : {};
}

/** The contexts of the default kubeconfig, for an error message; none if it cannot be read. */
export async function listContexts(): Promise<readonly string[]> {
  try {
    const { KubeConfig } = await reader();
    const config = new KubeConfig();
    config.loadFromDefault();
    // Without any file the reader makes up a context for localhost.
    return config
      .getContexts()
      .map(({ name }) => name)
      .filter((name) => name !== "loaded-context");
  } catch {
    return []; // The message that asks for them says what to do without them as well.
  }
}
