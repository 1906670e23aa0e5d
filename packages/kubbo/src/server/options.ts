import { atLeast, badOption } from "../model/bad-option.ts";
import { type Environment, type EnvironmentVariable, environmentValue } from "../model/environment.ts";
import type { ConnectionAge } from "../transport/connection-age.ts";
import type { ServerTlsOptions } from "../transport/listener.ts";
import { type Clock, systemClock } from "../util/clock.ts";
import type { Random } from "../util/random.ts";

/** A port, `[host:]port`, or `off`. Port 0 takes a free one. */
export type ListenOption = number | string;

/** Something that is closed with the server, after the last inbound call: a client. */
export interface Closable {
  close(): Promise<void>;
}

export interface ServerOptions {
  /** What this program calls itself, told to consumers that ask for its metadata. Default "kubbo". */
  readonly application?: string;
  readonly listen?: {
    /** Triple. Default `KUBBO_LISTEN_TRI`, else 50051. */
    readonly tri?: ListenOption;
    /** Dubbo2; opened only if a provided contract can be spoken on it. Default `KUBBO_LISTEN_DUBBO`, else 20880. */
    readonly dubbo?: ListenOption;
    /** HTTP probes /startup, /ready and /live. Default `KUBBO_LISTEN_PROBES`, else 8081. */
    readonly probes?: ListenOption;
  };
  readonly drain?: {
    /**
     * How long calls are served after the readiness probe has turned, before connections are told to go away, in ms:
     * the time that consumers take to learn it from Kubernetes. Default 5,000 in a pod, else 0.
     */
    readonly delayMs?: number;
    /** How long running calls may take after that, in ms. Default 20,000. */
    readonly graceMs?: number;
  };
  /** Clients that are closed after the last inbound call. */
  readonly clients?: readonly Closable[];
  /** Whether SIGTERM and SIGINT drain the server. One server of a process may own them. Default true. */
  readonly signals?: boolean;
  /** Whether the process is ended if it still lives 1 s after a drain by signal. Default true. */
  readonly exit?: boolean;
  /** Longest message taken or sent, in bytes. Default 8 MiB, Dubbo's `payload`. */
  readonly maxMessageBytes?: number;
  /** Calls that run at once; more are refused with `overload`, unprocessed. Default 10,000. In this version: Dubbo2. */
  readonly maxActiveCalls?: number;
  /**
   * How long a connection lives, in ms; then it is drained and closed, and its peer dials again: a consumer that holds a
   * connection to a ClusterIP finds new pods only so. 0: as long as the peer wants. Default 0. In this version: Dubbo2.
   */
  readonly maxConnectionAgeMs?: number;
  /** Certificates by port; absent: clear text. */
  readonly tls?: {
    /** For Dubbo2; a Java consumer says `ssl-enabled=true`. */
    readonly dubbo?: ServerTlsOptions;
  };
  readonly clock?: Clock;
  readonly random?: Random;
}

/** The share of a connection's age that chance decides: those that began together must not end together. */
const ageJitter = 0.2;

/** Where to listen; undefined: not at all. */
export interface ListenAddress {
  /** Undefined: all addresses, IPv6 where there is any. Consumers and probes reach a pod by its address. */
  readonly host: string | undefined;
  readonly port: number;
}

export interface ResolvedServerOptions {
  readonly application: string;
  readonly listen: {
    readonly tri: ListenAddress | undefined;
    readonly dubbo: ListenAddress | undefined;
    readonly probes: ListenAddress | undefined;
  };
  readonly drain: { readonly delayMs: number; readonly graceMs: number };
  readonly clients: readonly Closable[];
  readonly signals: boolean;
  readonly exit: boolean;
  readonly maxMessageBytes: number;
  readonly maxActiveCalls: number;
  readonly age: ConnectionAge | undefined;
  readonly tls: { readonly dubbo?: ServerTlsOptions };
  readonly clock: Clock;
  readonly random: Random;
}

export function resolveServerOptions(options: ServerOptions, environment: Environment): ResolvedServerOptions {
  const listen = (name: "tri" | "dubbo" | "probes", variable: EnvironmentVariable, fallback: number) => {
    const given = options.listen?.[name];
    return given === undefined
      ? parseListen(environmentValue(variable, environment) ?? fallback, variable)
      : parseListen(given, `listen.${name}`);
  };
  const maxAgeMs = atLeast(0, "maxConnectionAgeMs", options.maxConnectionAgeMs ?? 0);
  const inPod = environment["KUBERNETES_SERVICE_HOST"] !== undefined;
  return Object.freeze({
    application: options.application ?? "kubbo",
    listen: Object.freeze({
      tri: listen("tri", "KUBBO_LISTEN_TRI", 50051),
      dubbo: listen("dubbo", "KUBBO_LISTEN_DUBBO", 20880),
      probes: listen("probes", "KUBBO_LISTEN_PROBES", 8081),
    }),
    drain: Object.freeze({
      delayMs: atLeast(0, "drain.delayMs", options.drain?.delayMs ?? (inPod ? 5_000 : 0)),
      graceMs: atLeast(0, "drain.graceMs", options.drain?.graceMs ?? 20_000),
    }),
    clients: options.clients ?? [],
    signals: options.signals ?? true,
    exit: options.exit ?? true,
    maxMessageBytes: atLeast(1, "maxMessageBytes", options.maxMessageBytes ?? 8 * 1024 * 1024),
    maxActiveCalls: atLeast(1, "maxActiveCalls", options.maxActiveCalls ?? 10_000),
    age: maxAgeMs === 0 ? undefined : Object.freeze({ maxAgeMs, jitter: ageJitter }),
    tls: options.tls ?? {},
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  });
}

function parseListen(value: ListenOption, path: string): ListenAddress | undefined {
  if (value === "off") return undefined;
  const match = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^[\]:]+)):)?(\d+)$/.exec(String(value));
  const port = Number(match?.[3]);
  if (!match || port > 65535) throw badOption(path, value, '"off", a port from 0 to 65535, or host:port');
  return Object.freeze({ host: match[1] ?? match[2], port });
}
