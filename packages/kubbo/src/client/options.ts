import { balancerByName, defaultBalancer } from "../cluster/balancer/index.ts";
import type { ClusterOptions } from "../discovery/kubernetes/cluster.ts";
import { atLeast, badOption } from "../model/bad-option.ts";
import type { Balancer } from "../model/picker.ts";
import type { ProtocolName } from "../model/protocol-name.ts";
import type { Resolver } from "../model/resolver.ts";
import type { TlsOptions } from "../transport/dial.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import type { Random } from "../util/random.ts";

export interface ClientOptions {
  /** The cluster to find endpoints in. Default: in a pod its service account; elsewhere what KUBBO_CONTEXT or KUBECONFIG say. */
  readonly cluster?: ClusterOptions;
  /** What this program calls itself; told to providers, not an identity. */
  readonly application?: string;
  /** Time for a unary call with all its attempts, in ms. Default 1,000, Dubbo's `timeout`. */
  readonly timeoutMs?: number;
  /** Further attempts of idempotent methods. Default 2, Dubbo's `retries`. */
  readonly retries?: number;
  /** How calls are spread over endpoints: `p2c`, `roundrobin`, or the name of one of `balancers`. Default `p2c`. */
  readonly loadbalance?: string;
  /** Balancers of your own, for use by their names. */
  readonly balancers?: readonly Balancer[];
  /** Resolvers of your own; they go before the built-in ones for the kinds of targets that they name. */
  readonly resolvers?: readonly Resolver[];
  /** Connections that a reference keeps; of a larger set of endpoints a fixed part is used. Default 32. */
  readonly maxConnections?: number;
  /** Longest time for one attempt to connect, in ms. Default 3,000, Dubbo's `connect.timeout`. */
  readonly connectTimeoutMs?: number;
  /** Longest message taken or sent, in bytes. Default 8 MiB, Dubbo's `payload`. */
  readonly maxMessageBytes?: number;
  /** Whom to trust, by protocol; absent: clear text. */
  readonly tls?: {
    /** For Dubbo2; a Java provider says `ssl-enabled=true`. */
    readonly dubbo?: TlsOptions;
  };
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface ReferenceOptions {
  readonly group?: string;
  readonly version?: string;
  /** The application that provides it: found by the Service label `kubbo.dev/application`. Dubbo's word. */
  readonly providedBy?: string;
  /** Where it is, instead of looking for a declaration: `kubernetes:///orders.shop:tri`, `static:///10.0.0.1:20880`. */
  readonly target?: string;
  /** Namespaces to look in, in this order. Default `KUBBO_NAMESPACES`, else the own one. */
  readonly namespaces?: readonly string[];
  /** Whether slices that Kubernetes' own controllers did not write count for declared mapping. Default false. */
  readonly foreignSlices?: boolean;
  /** The protocol, where the contract can be spoken on several. */
  readonly protocol?: ProtocolName;
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly loadbalance?: string;
  readonly maxConnections?: number;
  /**
   * What a call does while no endpoint is connected, within its deadline.
   *
   * Unset: it waits while the endpoints are not known yet or connections are on the way; if it is known that there is
   * no endpoint it fails at once. True: it waits in that case too. False: it also fails when every endpoint that is
   * wanted has failed to connect once.
   */
  readonly waitForReady?: boolean;
  /** Looks for endpoints and connects at once, not at the first call. Default false. */
  readonly warm?: boolean;
}

export interface ResolvedClientOptions {
  readonly cluster: ClusterOptions;
  readonly application: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly balancer: Balancer;
  readonly balancers: readonly Balancer[];
  readonly resolvers: readonly Resolver[];
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly tls: { readonly dubbo?: TlsOptions };
  readonly clock: Clock;
  readonly random: Random;
}

export function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  const balancers = options.balancers ?? [];
  return Object.freeze({
    cluster: options.cluster ?? {},
    application: options.application,
    timeoutMs: atLeast(1, "timeoutMs", options.timeoutMs ?? 1000),
    retries: atLeast(0, "retries", options.retries ?? 2),
    balancer: balancerByName(options.loadbalance ?? defaultBalancer, balancers, "loadbalance"),
    balancers,
    resolvers: options.resolvers ?? [],
    maxConnections: atLeast(1, "maxConnections", options.maxConnections ?? 32),
    connectTimeoutMs: atLeast(1, "connectTimeoutMs", options.connectTimeoutMs ?? 3000),
    maxMessageBytes: atLeast(1, "maxMessageBytes", options.maxMessageBytes ?? 8 * 1024 * 1024),
    tls: options.tls ?? {},
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  });
}

export interface ResolvedReferenceOptions
  extends Pick<
    ReferenceOptions,
    "group" | "version" | "providedBy" | "target" | "namespaces" | "protocol" | "waitForReady"
  > {
  readonly foreignSlices: boolean;
  readonly warm: boolean;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly balancer: Balancer;
  readonly maxConnections: number;
}

export function resolveReferenceOptions(
  options: ReferenceOptions,
  client: ResolvedClientOptions,
): ResolvedReferenceOptions {
  if (options.target !== undefined && (options.providedBy !== undefined || options.namespaces !== undefined)) {
    throw badOption("target", options.target, "no providedBy and no namespaces beside it: the target says all of that");
  }
  return Object.freeze({
    ...options,
    foreignSlices: options.foreignSlices ?? false,
    warm: options.warm ?? false,
    timeoutMs: atLeast(1, "timeoutMs", options.timeoutMs ?? client.timeoutMs),
    retries: atLeast(0, "retries", options.retries ?? client.retries),
    maxConnections: atLeast(1, "maxConnections", options.maxConnections ?? client.maxConnections),
    balancer:
      options.loadbalance === undefined
        ? client.balancer
        : balancerByName(options.loadbalance, client.balancers, "loadbalance"),
  });
}
