import { type Environment, environmentValue } from "../../model/environment.ts";
import { publish } from "../../model/events.ts";
import type { ProtocolName } from "../../model/protocol-name.ts";
import type { Resolver, WatchOptions } from "../../model/resolver.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { emptyFunnel, type Snapshot } from "../../model/snapshot.ts";
import { type DeclaredTarget, type ServiceTarget, type Target, targetText } from "../../model/target.ts";
import type { Clock } from "../../util/clock.ts";
import { node } from "../../util/node.ts";
import type { Random } from "../../util/random.ts";
import { ApiClient } from "./api-client.ts";
import { type ClusterAccess, type ClusterOptions, resolveCluster } from "./cluster.ts";
import { TargetWatch, type TargetWatchParts } from "./target-watch.ts";

export interface KubernetesResolverOptions {
  readonly cluster: ClusterOptions;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Finds endpoints by the EndpointSlices of the Kubernetes API: explicit Services and declared ones.
 *
 * One connection per cluster carries all watches; targets that are equal share one.
 */
export class KubernetesResolver implements Resolver {
  readonly kinds = ["kubernetes", "declared"] as const;
  readonly #options: KubernetesResolverOptions;
  readonly #clusters = new Map<string, Promise<Omit<TargetWatchParts, "onIdle">>>();
  readonly #watches = new Map<string, TargetWatch>();
  #closed = false;

  constructor(options: KubernetesResolverOptions) {
    this.#options = options;
  }

  async *watch(
    target: Target,
    { protocols = [], signal }: WatchOptions = {},
  ): AsyncGenerator<Snapshot, void, undefined> {
    if (target.kind !== "kubernetes" && target.kind !== "declared")
      throw new TypeError(`not for ${target.kind} targets`);
    let parts: Omit<TargetWatchParts, "onIdle">;
    try {
      parts = await this.#cluster(target.kind === "kubernetes" ? target.cluster : undefined);
    } catch (cause) {
      // A configuration does not mend itself while the process runs.
      yield failedSnapshot(target, RpcError.from(cause));
      return;
    }
    if (this.#closed || signal?.aborted) return;
    yield* this.#shared(target, protocols, parts).latest.watch(signal);
  }

  #shared(
    target: ServiceTarget | DeclaredTarget,
    protocols: readonly ProtocolName[],
    parts: Omit<TargetWatchParts, "onIdle">,
  ): TargetWatch {
    const key = JSON.stringify([target, protocols]);
    let watch = this.#watches.get(key);
    if (!watch) {
      watch = new TargetWatch(target, protocols, {
        ...parts,
        onIdle: () => {
          this.#watches.get(key)?.stop();
          this.#watches.delete(key);
        },
      });
      this.#watches.set(key, watch);
    }
    return watch;
  }

  #cluster(context: string | undefined): Promise<Omit<TargetWatchParts, "onIdle">> {
    const key = context ?? "";
    let found = this.#clusters.get(key);
    if (!found) {
      found = this.#connect(context);
      this.#clusters.set(key, found);
    }
    return found;
  }

  async #connect(context: string | undefined): Promise<Omit<TargetWatchParts, "onIdle">> {
    const { cluster, environment, clock, random } = this.#options;
    const options = context === undefined ? cluster : { ...cluster, context };
    const access = await resolveCluster(options, environment, clock);
    const listed = environmentValue("KUBBO_NAMESPACES", environment)?.split(",");
    return {
      api: new ApiClient(access, clock, environment["HOSTNAME"]),
      clock,
      random,
      namespaces: listed?.map((name) => name.trim()).filter((name) => name !== "") ?? [access.namespace],
      labelPrefix: environmentValue("KUBBO_LABEL_PREFIX", environment),
      families: families(),
      forbidden: forbidden(access),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
    const clusters = [...this.#clusters.values()];
    this.#clusters.clear();
    await Promise.allSettled(clusters.map(async (parts) => (await parts).api.close()));
  }
}

/** IPv4 first, unless this machine has IPv6 only. */
function families(): readonly ("IPv4" | "IPv6")[] {
  const outer = Object.values(node.os.networkInterfaces()).flatMap(
    (each) => each?.filter(({ internal }) => !internal) ?? [],
  );
  const onlyIPv6 = outer.length > 0 && outer.every(({ family }) => family === "IPv6");
  return onlyIPv6 ? ["IPv6", "IPv4"] : ["IPv4", "IPv6"];
}

function forbidden({ server, allowLoopback }: ClusterAccess): ReadonlySet<string> {
  return new Set(allowLoopback ? [] : [server.hostname.replace(/^\[|\]$/g, "")]);
}

function failedSnapshot(target: Target, error: RpcError): Snapshot {
  publish("kubbo:snapshot:changed", () => ({
    target: targetText(target),
    state: "forbidden",
    endpoints: 0,
    ready: 0,
    notes: [error.message],
  }));
  return Object.freeze({
    target,
    state: "forbidden",
    endpoints: Object.freeze([]),
    source: "kubernetes",
    syncedAt: undefined,
    funnel: emptyFunnel,
    notes: Object.freeze([]),
    error,
  });
}
