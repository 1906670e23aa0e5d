import { addressText, type Endpoint } from "../model/endpoint.ts";
import { publish } from "../model/events.ts";
import { RpcError } from "../model/rpc-error.ts";
import type { Protocol } from "../model/session.ts";
import type { BackoffOptions } from "../util/backoff.ts";
import type { Clock, Timer } from "../util/clock.ts";
import type { Random } from "../util/random.ts";
import { Connection } from "./connection.ts";

export interface PoolOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Longest time for one attempt to connect, in ms. */
  readonly connectTimeoutMs: number;
}

/** Somebody's use of a connection, which others may use as well. */
export interface Lease {
  readonly connection: Connection;
  /** Ends the use; the connection lingers for a while and then closes. May be called twice. */
  release(): void;
}

interface Entry {
  readonly connection: Connection;
  readonly listeners: Set<() => void>;
  /** Set if and only if nobody uses it: it waits for its end. */
  lingering: Timer | undefined;
}

/**
 * How long a connection stays open that nobody uses, in ms: a pod that moves from one slice to another is gone for an
 * event, and running calls have time to finish.
 */
const lingerMs = 3000;

const backoff: BackoffOptions = { initialMs: 200, maxMs: 5000, factor: 1.6, jitter: 0.2 };

/**
 * The connections of a client: one per endpoint and protocol, shared by all references that use the endpoint.
 *
 * Keyed by the endpoint's key, which has the pod's UID: an address that Kubernetes gives to another pod gets a
 * connection of its own.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #entries = new Map<string, Entry>();
  /** Connections that finish their last calls. */
  readonly #ending = new Set<Connection>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Connections that are used or linger. */
  get size(): number {
    return this.#entries.size;
  }

  /** @param onChange called after every change of the connection's state */
  acquire(endpoint: Endpoint, protocol: Protocol, onChange: () => void): Lease {
    const key = `${protocol.name}|${endpoint.key}`;
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = this.#open(key, endpoint, protocol);
      this.#entries.set(key, entry);
    }
    const taken = entry;
    taken.lingering?.cancel();
    taken.lingering = undefined;
    taken.listeners.add(onChange);
    taken.connection.open();
    return {
      connection: taken.connection,
      release: () => {
        if (!taken.listeners.delete(onChange) || taken.listeners.size > 0) return;
        taken.lingering = this.#options.clock.setTimer(() => this.#end(key, taken), lingerMs, { unref: true });
      },
    };
  }

  #open(key: string, endpoint: Endpoint, protocol: Protocol): Entry {
    const listeners = new Set<() => void>();
    const { clock, random, connectTimeoutMs } = this.#options;
    const connection: Connection = new Connection({
      clock,
      random,
      backoff,
      connectTimeoutMs,
      open: (signal, events) => protocol.open(endpoint, { clock, events, signal }),
      onChange: () => {
        publish("kubbo:connection:state", () => ({
          endpoint: addressText(endpoint.address, endpoint.port),
          protocol: protocol.name,
          state: connection.state.t,
          ...(connection.lastError && { error: connection.lastError.message }),
        }));
        for (const listener of [...listeners]) listener();
        // One that lingers is not dialled again: its pod is probably gone.
        if (listeners.size === 0 && connection.state.t !== "ready") this.#end(key, entry);
      },
    });
    const entry: Entry = { connection, listeners, lingering: undefined };
    return entry;
  }

  #end(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    const { connection, lingering } = entry;
    this.#entries.delete(key);
    lingering?.cancel();
    this.#ending.add(connection);
    void connection.close().then(() => this.#ending.delete(connection)); // close() never rejects
  }

  /** Closes all connections when their last calls have ended. */
  async close(): Promise<void> {
    const ending = [...this.#entries.values()].map(({ connection, lingering }) => {
      lingering?.cancel();
      return connection.close();
    });
    this.#entries.clear();
    await Promise.all([...ending, ...[...this.#ending].map((connection) => connection.close())]);
  }

  /** Closes all connections now; running calls are rejected. */
  destroy(): void {
    const reason = new RpcError("CANCELLED", "closed", "the client was destroyed");
    for (const { connection, lingering } of this.#entries.values()) {
      lingering?.cancel();
      connection.destroy(reason);
    }
    this.#entries.clear();
    for (const connection of this.#ending) connection.destroy(reason);
  }
}
