import { type AnyContract, resolveContract } from "../codec/protobuf/any-contract.ts";
import { KubernetesResolver } from "../discovery/kubernetes/resolver.ts";
import { staticResolver } from "../discovery/static/resolver.ts";
import { badOption } from "../model/bad-option.ts";
import type { Contract } from "../model/contract.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { unknownVariables } from "../model/environment.ts";
import { publish } from "../model/events.ts";
import { type AttemptFilter, composeFilters, type Filter } from "../model/filter.ts";
import type { ProtocolName } from "../model/protocol-name.ts";
import type { Resolver } from "../model/resolver.ts";
import { RpcError } from "../model/rpc-error.ts";
import { createServiceKey, type ServiceKey, serviceKeyText } from "../model/service-key.ts";
import type { Protocol } from "../model/session.ts";
import type { SnapshotState } from "../model/snapshot.ts";
import { parseTarget, type Target, targetText } from "../model/target.ts";
import { dubbo2Client } from "../protocol/dubbo2/client.ts";
import { tripleClient } from "../protocol/triple/client.ts";
import { Pool } from "../transport/pool.ts";
import { Channel } from "./channel.ts";
import { createGenericReference, type GenericOptions, type GenericReference } from "./generic.ts";
import {
  type ClientOptions,
  type ReferenceOptions,
  type ResolvedClientOptions,
  type ResolvedReferenceOptions,
  resolveClientOptions,
  resolveReferenceOptions,
} from "./options.ts";
import { createReference, type Reference } from "./reference.ts";

/** What a reference knows at this moment. */
export interface ReferenceStatus {
  readonly service: string;
  readonly target: string;
  readonly state: SnapshotState;
  readonly source: string;
  /** When the source last confirmed the set, ms since the epoch. */
  readonly syncedAt: number | undefined;
  readonly endpoints: readonly (Endpoint & { readonly connected: boolean })[];
  /** Calls that wait for an endpoint. */
  readonly waiting: number;
  readonly notes: readonly string[];
  readonly error: string | undefined;
}

export interface ClientStatus {
  readonly references: readonly ReferenceStatus[];
  readonly connections: number;
}

/** Calls services: finds their endpoints, connects to them, spreads the calls. */
export interface Client {
  /**
   * Makes a reference to a service. Filters registered before it see its calls. Nothing is looked for before the first
   * call, unless `warm` is set.
   *
   * Errors: INVALID_ARGUMENT for a contract, service key, target or option that cannot be used.
   */
  refer<C extends AnyContract>(contract: C, options?: ReferenceOptions): Reference<C>;
  /**
   * Makes a reference to a Java service of which nothing but the interface's name is known.
   *
   * Errors: as `refer`; those of `target` and discovery come with the first call.
   */
  generic(interfaceName: string, options?: GenericOptions): GenericReference;
  /** Adds a filter around calls, outside of retries. The first one is outermost. */
  use(filter: Filter): Client;
  /** Adds a filter around attempts, each with its endpoint. The first one is outermost. */
  useAttempt(filter: AttemptFilter): Client;
  inspect(): ClientStatus;
  /** No new calls; closes when running ones have ended. May be called twice. */
  close(): Promise<void>;
  /** Ends everything now; running calls are rejected. May be called twice. */
  destroy(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes a client; nothing is opened before the first call. */
export function createClient(options: ClientOptions = {}): Client {
  for (const unknown of unknownVariables(process.env)) publish("kubbo:environment:unknown", () => unknown);
  return new KubboClient(resolveClientOptions(options));
}

/** The protocols that a contract can be spoken on, by the format of its messages, the preferred one first. */
function protocolsOf(contract: Contract): readonly ProtocolName[] {
  const [first] = contract.methods.values();
  return first?.request.format === "hessian2" ? ["dubbo"] : ["tri"];
}

class KubboClient implements Client {
  readonly #options: ResolvedClientOptions;
  readonly #pool: Pool;
  readonly #protocols: ReadonlyMap<ProtocolName, Protocol>;
  readonly #resolvers: readonly Resolver[];
  readonly #filters: Filter[] = [];
  readonly #attemptFilters: AttemptFilter[] = [];
  readonly #channels: { readonly service: ServiceKey; readonly target: Target; readonly channel: Channel }[] = [];
  readonly #seed = Math.random().toString(36).slice(2);
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedClientOptions) {
    const { clock, random, connectTimeoutMs, maxMessageBytes, application, cluster, tls } = options;
    this.#options = options;
    this.#pool = new Pool({ clock, random, connectTimeoutMs });
    const protocolOptions = { maxMessageBytes, ...(application !== undefined && { application }) };
    const protocols = [
      tripleClient(protocolOptions),
      dubbo2Client({ ...protocolOptions, ...(tls.dubbo && { tls: tls.dubbo }) }),
    ];
    this.#protocols = new Map(protocols.map((protocol) => [protocol.name, protocol]));
    this.#resolvers = [
      ...options.resolvers,
      staticResolver,
      new KubernetesResolver({ cluster, environment: process.env, clock, random }),
    ];
  }

  refer<C extends AnyContract>(value: C, options: ReferenceOptions = {}): Reference<C> {
    if (this.#closing !== undefined) throw closedError();
    const contract = resolveContract(value);
    const resolved = resolveReferenceOptions(options, this.#options);
    const service = createServiceKey(contract.interface, resolved);
    const target = targetOf(service, resolved);
    const resolver = this.#resolvers.find(({ kinds }) => kinds.includes(target.kind));
    if (!resolver) throw badOption("target", targetText(target), "a target that a resolver of this client is for");
    const channel = new Channel({
      service,
      target,
      resolver,
      protocols: this.#protocolsFor(contract, resolved.protocol),
      pool: this.#pool,
      balancer: resolved.balancer,
      retries: resolved.retries,
      maxConnections: resolved.maxConnections,
      attemptFilters: [...this.#attemptFilters],
      seed: this.#seed,
      clock: this.#options.clock,
      random: this.#options.random,
    });
    this.#channels.push({ service, target, channel });
    if (resolved.warm) channel.start();
    const filters = [...this.#filters];
    return createReference({
      service,
      contract,
      timeoutMs: resolved.timeoutMs,
      clock: this.#options.clock,
      waitForReady: resolved.waitForReady,
      run: (waitForReady) => composeFilters(filters, (call) => channel.call(call, waitForReady)),
    }) as Reference<C>;
  }

  generic(interfaceName: string, options: GenericOptions = {}): GenericReference {
    if (this.#closing !== undefined) throw closedError();
    const { generic: _, ...reference } = options;
    createServiceKey(interfaceName, resolveReferenceOptions(reference, this.#options));
    return createGenericReference(interfaceName, options, (contract) => this.refer(contract, reference));
  }

  #protocolsFor(contract: Contract, wanted: ProtocolName | undefined): readonly Protocol[] {
    const names = protocolsOf(contract).filter((name) => wanted === undefined || name === wanted);
    const found = names.flatMap((name) => this.#protocols.get(name) ?? []);
    if (found.length > 0) return found;
    throw badOption(
      "protocol",
      wanted ?? protocolsOf(contract),
      `a protocol that ${contract.interface} can be spoken on: ${protocolsOf(contract).join(", ")}`,
    );
  }

  use(filter: Filter): Client {
    this.#filters.push(filter);
    return this;
  }

  useAttempt(filter: AttemptFilter): Client {
    this.#attemptFilters.push(filter);
    return this;
  }

  inspect(): ClientStatus {
    return {
      references: this.#channels.map(({ service, target, channel }) => {
        const { snapshot } = channel;
        const connected = new Set(channel.usable.map(({ key }) => key));
        return {
          service: serviceKeyText(service),
          target: targetText(target),
          state: snapshot.state,
          source: snapshot.source,
          syncedAt: snapshot.syncedAt,
          endpoints: snapshot.endpoints.map((endpoint) => ({ ...endpoint, connected: connected.has(endpoint.key) })),
          waiting: channel.waiting,
          notes: snapshot.notes,
          error: snapshot.error?.message,
        };
      }),
      connections: this.#pool.size,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all(this.#channels.map(({ channel }) => channel.close()));
    await Promise.all([this.#pool.close(), ...this.#resolvers.map((resolver) => resolver.close())]);
  }

  destroy(): void {
    for (const { channel } of this.#channels) channel.destroy();
    this.#pool.destroy();
    // What is left to close now has nothing to wait for.
    void this.close(); // never rejects
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function targetOf(service: ServiceKey, options: ResolvedReferenceOptions): Target {
  if (options.target !== undefined) return parseTarget(options.target);
  return Object.freeze({
    kind: "declared",
    service,
    namespaces: Object.freeze([...(options.namespaces ?? [])]),
    foreignSlices: options.foreignSlices,
    ...(options.providedBy !== undefined && { application: options.providedBy }),
  });
}

function closedError(): RpcError {
  return new RpcError("FAILED_PRECONDITION", "closed", "the client is closed; create another one");
}
