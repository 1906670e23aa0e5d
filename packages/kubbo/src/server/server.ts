import { isHessian2Codec } from "../codec/hessian2/codec.ts";
import { type AnyContract, type ProviderOf, resolveContract } from "../codec/protobuf/any-contract.ts";
import { Admission } from "../model/admission.ts";
import type { Contract } from "../model/contract.ts";
import { unknownVariables } from "../model/environment.ts";
import { publish, type ServerState } from "../model/events.ts";
import type { ServerFilter } from "../model/filter.ts";
import type { ProtocolServer } from "../model/protocol-server.ts";
import { RpcError } from "../model/rpc-error.ts";
import { createServiceKey, serviceKeyText } from "../model/service-key.ts";
import { createDubbo2Server } from "../protocol/dubbo2/server.ts";
import { createTripleServer } from "../protocol/triple/server.ts";
import { drain } from "./drain.ts";
import { metadataInfo, type Provided } from "./metadata/info.ts";
import { metadataServiceV2Version, metadataV2 } from "./metadata/v2.ts";
import { type ListenAddress, type ResolvedServerOptions, resolveServerOptions, type ServerOptions } from "./options.ts";
import { openProbes, type Probes } from "./probes.ts";
import { type Implementation, Registry } from "./registry.ts";
import { ownSignals } from "./signals.ts";

export interface ProvideOptions {
  readonly group?: string;
  readonly version?: string;
}

/** The ports that are open; absent: not opened. */
export interface Listening {
  readonly tri?: number;
  readonly dubbo?: number;
  readonly probes?: number;
}

export interface ServerStatus {
  readonly state: ServerState;
  readonly services: readonly string[];
  readonly listening: Listening;
  readonly activeCalls: number;
  readonly connections: number;
}

/**
 * Provides services: opens ports and does nothing else. Kubernetes declares and publishes it.
 */
export interface Server {
  /**
   * Adds a service. Filters registered before it see its calls.
   *
   * Errors: INVALID_ARGUMENT `bad-contract`, `bad-service-key`; FAILED_PRECONDITION `closed`.
   */
  provide<C extends AnyContract>(contract: C, implementation: ProviderOf<C>, options?: ProvideOptions): Server;
  /** Adds a filter around the calls of services that are provided after it. The first one is outermost. */
  use(filter: ServerFilter): Server;
  /** Opens the ports; resolves when they are open. Errors: FAILED_PRECONDITION `bad-option` with the port that is taken. */
  listen(): Promise<Listening>;
  /** Runs after the drain, 2 s at most, before the process may end. */
  onClosed(hook: () => void | Promise<void>): Server;
  /** Resolves when the server has drained, whoever asked for it. */
  readonly closed: Promise<void>;
  /** Drains, then closes. May be called twice. */
  close(): Promise<void>;
  /** Ends everything now; running calls lose their connection. May be called twice. */
  destroy(): Promise<void>;
  inspect(): ServerStatus;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How long `onClosed` hooks may take, in ms. */
const hookMs = 2000;

/** Makes a server; nothing is opened before `listen()`. */
export function createServer(options: ServerOptions = {}): Server {
  for (const unknown of unknownVariables(process.env)) publish("kubbo:environment:unknown", () => unknown);
  return new KubboServer(resolveServerOptions(options, process.env));
}

class KubboServer implements Server {
  readonly closed: Promise<void>;
  readonly #options: ResolvedServerOptions;
  readonly #filters: ServerFilter[] = [];
  readonly #registry = new Registry(this.#filters);
  readonly #contracts: Contract[] = [];
  readonly #hooks: (() => void | Promise<void>)[] = [];
  #state: ServerState = "starting";
  #servers: readonly ProtocolServer[] = [];
  #probes: Probes | undefined;
  #listening: Listening = {};
  #listen: Promise<Listening> | undefined;
  #closing: Promise<void> | undefined;
  #releaseSignals = () => {};
  #resolveClosed = () => {};

  constructor(options: ResolvedServerOptions) {
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  provide<C extends AnyContract>(contract: C, implementation: ProviderOf<C>, options: ProvideOptions = {}): Server {
    if (this.#closing !== undefined) throw closedError();
    const resolved = resolveContract(contract);
    const service = createServiceKey(resolved.interface, options);
    this.#registry.add(service, resolved, implementation as Implementation);
    this.#contracts.push(resolved);
    return this;
  }

  use(filter: ServerFilter): Server {
    this.#filters.push(filter);
    return this;
  }

  onClosed(hook: () => void | Promise<void>): Server {
    this.#hooks.push(hook);
    return this;
  }

  listen(): Promise<Listening> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    this.#listen ??= this.#open();
    return this.#listen;
  }

  async #open(): Promise<Listening> {
    const { listen, clock, maxMessageBytes, signals, exit, random, age, tls, maxActiveCalls } = this.#options;
    if (signals) this.#releaseSignals = ownSignals({ drain: () => this.close(), exit });
    try {
      // Probes first: they answer "starting" while the rest opens.
      if (listen.probes) {
        this.#probes = await opened("probes", listen.probes, (at) => openProbes(at, () => this.#state));
      }
      const ports: { tri?: number; dubbo?: number } = {};
      const parts = { dispatcher: this.#registry, clock, maxMessageBytes };
      const open = async (name: "tri" | "dubbo", at: ListenAddress, server: ProtocolServer) => {
        this.#servers = [...this.#servers, server];
        ports[name] = (await opened(name, at, () => server.listen(at.port, at.host))).port;
      };
      const info = () => metadataInfo(this.#options.application, this.#provided(ports));
      this.#provideBuiltIn(metadataV2(info), metadataServiceV2Version);
      if (listen.tri) await open("tri", listen.tri, await createTripleServer(parts));
      if (listen.dubbo && this.#contracts.some(isForDubbo2)) {
        // With the types of Java, which a server without Java contracts does not carry.
        const { metadataServiceVersion, metadataV1 } = await import("./metadata/v1.ts");
        this.#provideBuiltIn(metadataV1(info), metadataServiceVersion);
        const admission = new Admission(maxActiveCalls);
        const dubbo = { ...parts, admission, random, age, ...(tls.dubbo && { tls: tls.dubbo }) };
        await open("dubbo", listen.dubbo, createDubbo2Server(dubbo));
      }
      this.#listening = Object.freeze({ ...ports, ...(this.#probes && { probes: this.#probes.port }) });
      this.#become("ready");
      return this.#listening;
    } catch (error) {
      await this.destroy();
      throw error;
    }
  }

  #provideBuiltIn(
    part: { readonly contract: Contract; readonly implementation: Implementation },
    version: string,
  ): void {
    const { contract, implementation } = part;
    this.#registry.addBuiltIn(createServiceKey(contract.interface, { version }), contract, implementation);
  }

  /** Every service on every port that speaks it. */
  #provided({ tri, dubbo }: Listening): readonly Provided[] {
    return this.#registry.provided.flatMap(({ service, contract }): Provided[] => {
      if (!isForDubbo2(contract)) return tri === undefined ? [] : [{ service, contract, protocol: "tri", port: tri }];
      return dubbo === undefined ? [] : [{ service, contract, protocol: "dubbo", port: dubbo }];
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    const { drain: times, clients, clock } = this.#options;
    this.#become("draining");
    await drain({ servers: this.#servers, clients, clock, ...times });
    await this.#finish();
  }

  destroy(): Promise<void> {
    this.#closing ??= this.#finish();
    for (const server of this.#servers) server.destroy();
    return this.#closing;
  }

  async #finish(): Promise<void> {
    this.#become("closed");
    const hooks = Promise.allSettled(this.#hooks.map(async (hook) => hook()));
    await Promise.race([hooks, new Promise((resolve) => setTimeout(resolve, hookMs).unref())]);
    await this.#probes?.close();
    this.#releaseSignals();
    this.#resolveClosed();
  }

  #become(state: ServerState): void {
    if (this.#state === "closed" || (this.#state === "draining" && state === "ready")) return;
    this.#state = state;
    publish("kubbo:server:state", () => ({ state }));
  }

  inspect(): ServerStatus {
    return {
      state: this.#state,
      services: this.#registry.services.map(serviceKeyText),
      listening: this.#listening,
      activeCalls: this.#servers.reduce((sum, server) => sum + server.activeCalls, 0),
      connections: this.#servers.reduce((sum, server) => sum + server.connections, 0),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Dubbo2 carries Java contracts only. */
function isForDubbo2(contract: Contract): boolean {
  return [...contract.methods.values()].some((method) => isHessian2Codec(method.request));
}

/** Opens a port, or says which option asked for the one that cannot be had. */
async function opened<T>(name: string, at: ListenAddress, open: (at: ListenAddress) => Promise<T>): Promise<T> {
  try {
    return await open(at);
  } catch (cause) {
    const where = at.host === undefined ? `port ${at.port}` : `${at.host}:${at.port}`;
    throw new RpcError(
      "FAILED_PRECONDITION",
      "bad-option",
      `cannot listen on ${where} for ${name}: ${cause instanceof Error ? cause.message : cause}. ` +
        `Set listen.${name} or KUBBO_LISTEN_${name.toUpperCase()} to another port, 0 for a free one, or "off".`,
      { facts: { port: at.port }, cause },
    );
  }
}

function closedError(): RpcError {
  return new RpcError("FAILED_PRECONDITION", "closed", "the server is closed; create another one");
}
