import { subset } from "../cluster/subset.ts";
import { addressText, type Endpoint } from "../model/endpoint.ts";
import type { ProtocolName } from "../model/protocol-name.ts";
import type { Resolver } from "../model/resolver.ts";
import type { RpcError } from "../model/rpc-error.ts";
import type { Protocol, Session } from "../model/session.ts";
import { emptyFunnel, type Snapshot } from "../model/snapshot.ts";
import type { Target } from "../model/target.ts";
import type { Lease, Pool } from "../transport/pool.ts";

export interface DirectoryOptions {
  readonly target: Target;
  /** What the contract can be spoken on, the preferred one first. */
  readonly protocols: readonly Protocol[];
  readonly resolver: Resolver;
  readonly pool: Pool;
  /** Connections that are kept; of a larger set a fixed part is used. */
  readonly maxConnections: number;
  /** Tells this client's part from that of others. */
  readonly seed: string;
  /** Called when the set of usable endpoints, or what is known about it, has changed. */
  onChange(): void;
}

/** An endpoint that is wanted and not connected, and why. */
export interface Failure {
  readonly address: string;
  readonly error: RpcError;
}

/**
 * A reference's live snapshot: what is known of the endpoints, and which of them are connected.
 *
 * ```
 *   snapshot -> ready ones (else those that still serve while they terminate)
 *            -> wanted: at most maxConnections of them, each with a lease on a connection
 *            -> usable: the wanted ones that are connected
 * ```
 */
export class Directory {
  readonly #options: DirectoryOptions;
  readonly #protocols: ReadonlyMap<ProtocolName, Protocol>;
  readonly #leases = new Map<string, Lease>();
  readonly #watch = new AbortController();
  #snapshot: Snapshot;
  #usable: readonly Endpoint[] = [];
  #started = false;
  /** While leases are taken connections report changes that mean nothing yet. */
  #leasing = false;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#protocols = new Map(options.protocols.map((protocol) => [protocol.name, protocol]));
    this.#snapshot = Object.freeze({
      target: options.target,
      state: "syncing",
      endpoints: Object.freeze([]),
      source: "none",
      syncedAt: undefined,
      funnel: emptyFunnel,
      notes: Object.freeze([]),
    });
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Endpoints that may be picked now, sorted by key: connected ones. The array is replaced when it changes. */
  get usable(): readonly Endpoint[] {
    return this.#usable;
  }

  session(key: string): Session | undefined {
    return this.#leases.get(key)?.connection.session;
  }

  /** Running attempts on an endpoint. */
  active(key: string): number {
    return this.#leases.get(key)?.connection.active ?? 0;
  }

  /** Endpoints that are wanted: connected, or on the way. */
  get wanted(): number {
    return this.#leases.size;
  }

  /** The wanted endpoints that could not be connected at the last attempt. */
  failures(): readonly Failure[] {
    const failures: Failure[] = [];
    for (const endpoint of this.#snapshot.endpoints) {
      const connection = this.#leases.get(endpoint.key)?.connection;
      if (connection?.lastError && connection.state.t !== "ready") {
        failures.push({ address: addressText(endpoint.address, endpoint.port), error: connection.lastError });
      }
    }
    return failures;
  }

  /** Begins to watch, if it has not. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#follow(); // never rejects: resolvers do not throw
  }

  async #follow(): Promise<void> {
    const { resolver, target, protocols } = this.#options;
    const { signal } = this.#watch;
    for await (const snapshot of resolver.watch(target, { protocols: protocols.map(({ name }) => name), signal })) {
      if (signal.aborted) return;
      this.#snapshot = snapshot;
      this.#leasing = true;
      this.#lease();
      this.#leasing = false;
      this.#refresh(true);
    }
  }

  /** Takes leases for what is wanted, gives back the rest. */
  #lease(): void {
    const { pool, maxConnections, seed } = this.#options;
    const alive = this.#snapshot.endpoints.filter((endpoint) => this.#protocolOf(endpoint));
    const ready = alive.filter(isReady);
    // One that goes keeps its connection as long as that lasts: it serves if the others cannot yet.
    const leaving = alive.filter((endpoint) => !isReady(endpoint) && endpoint.serving);
    const wanted = new Map<string, Endpoint>();
    for (const endpoint of subset(ready, maxConnections, seed)) wanted.set(endpoint.key, endpoint);
    for (const endpoint of leaving) {
      if (this.#leases.has(endpoint.key) ? this.session(endpoint.key) : ready.length === 0) {
        wanted.set(endpoint.key, endpoint);
      }
    }
    for (const [key, endpoint] of wanted) {
      const protocol = this.#protocolOf(endpoint);
      if (this.#leases.has(key) || !protocol) continue;
      this.#leases.set(key, pool.acquire(endpoint, protocol, this.#onConnection));
    }
    for (const [key, lease] of this.#leases) {
      if (wanted.has(key)) continue;
      this.#leases.delete(key);
      lease.release();
    }
  }

  #protocolOf(endpoint: Endpoint): Protocol | undefined {
    return endpoint.protocol === undefined ? this.#options.protocols[0] : this.#protocols.get(endpoint.protocol);
  }

  readonly #onConnection = () => {
    if (this.#leasing) return;
    this.#letGo();
    this.#refresh(false);
  };

  /** One that goes and has lost its connection is not dialled again. */
  #letGo(): void {
    for (const endpoint of this.#snapshot.endpoints) {
      const lease = this.#leases.get(endpoint.key);
      if (!lease || isReady(endpoint) || lease.connection.session || !lease.connection.lastError) continue;
      this.#leases.delete(endpoint.key);
      lease.release();
    }
  }

  #refresh(always: boolean): void {
    const connected = this.#snapshot.endpoints.filter((endpoint) => this.session(endpoint.key));
    const ready = connected.filter(isReady);
    const usable = ready.length > 0 ? ready : connected.filter((endpoint) => endpoint.serving);
    const same = usable.length === this.#usable.length && usable.every((each, index) => each === this.#usable[index]);
    if (same && !always && usable.length > 0) return;
    if (!same) this.#usable = Object.freeze(usable);
    this.#options.onChange();
  }

  /** Ends the watch and gives back all leases. */
  close(): void {
    this.#watch.abort();
    this.#usable = [];
    for (const lease of this.#leases.values()) lease.release();
    this.#leases.clear();
  }
}

/** A terminating endpoint is not for new calls, even where a Service publishes not-ready addresses. */
function isReady(endpoint: Endpoint): boolean {
  return endpoint.ready && !endpoint.terminating;
}
