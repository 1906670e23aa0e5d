import { failover } from "../cluster/strategy/failover.ts";
import type { Attempt, Call, Reply } from "../model/call.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { publish } from "../model/events.ts";
import { type AttemptFilter, composeFilters, type Next } from "../model/filter.ts";
import type { Balancer, Picker } from "../model/picker.ts";
import { RpcError } from "../model/rpc-error.ts";
import { type ServiceKey, serviceKeyText } from "../model/service-key.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Clock } from "../util/clock.ts";
import { DeadlineSweep } from "../util/deadline-sweep.ts";
import type { Random } from "../util/random.ts";
import { Directory, type DirectoryOptions } from "./directory.ts";
import { noEndpointError } from "./story.ts";

export interface ChannelOptions extends Omit<DirectoryOptions, "onChange"> {
  readonly service: ServiceKey;
  readonly balancer: Balancer;
  /** Further attempts of idempotent methods. */
  readonly retries: number;
  readonly attemptFilters: readonly AttemptFilter[];
  readonly clock: Clock;
  readonly random: Random;
}

/** Calls that wait for an endpoint; more are refused. */
const maxWaiting = 10_000;

/** No keys: what every first attempt has tried. */
const none: readonly string[] = Object.freeze([]);

/** A call that waits for an endpoint. */
interface Waiting {
  readonly deadline: number | undefined;
  readonly waitForReady: boolean | undefined;
  resolve(): void;
  reject(error: RpcError): void;
}

/**
 * The way of a reference's calls to its endpoints: picks, waits, retries.
 *
 * All that depends on the set of endpoints is computed when the set changes; a call only reads.
 */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #directory: Directory;
  readonly #send: Next<Attempt>;
  readonly #waiting = new Set<Waiting>();
  readonly #deadlines: DeadlineSweep<Waiting>;
  #pick: Picker;
  #sequence = 0;
  /** Calls that were taken and have not ended. */
  #running = 0;
  /** Set if and only if it closes while calls run. */
  #onIdle: (() => void) | undefined;
  /** Set when it closes: what new calls are told. */
  #closed: RpcError | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#directory = new Directory({ ...options, onChange: () => this.#changed() });
    this.#send = composeFilters(options.attemptFilters, (attempt) => this.#sendTo(attempt));
    this.#deadlines = new DeadlineSweep(options.clock, (waiting) => this.#expire(waiting));
    this.#pick = this.#build([]);
  }

  get snapshot(): Snapshot {
    return this.#directory.snapshot;
  }

  /** Endpoints that can be called now. */
  get usable(): readonly Endpoint[] {
    return this.#directory.usable;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Begins to look for endpoints and to connect; the first call does it as well. */
  start(): void {
    if (!this.#closed) this.#directory.start();
  }

  /** @param waitForReady see `ReferenceOptions.waitForReady` */
  async call(call: Call, waitForReady: boolean | undefined): Promise<Reply> {
    if (this.#closed) throw this.#closed;
    this.start();
    this.#running++;
    try {
      let tried = none;
      let attempt = 0;
      for (;;) {
        if (call.signal?.aborted) throw RpcError.from(call.signal.reason);
        if (call.deadline !== undefined && call.deadline <= this.#options.clock.now()) throw this.#tooLate(call);
        const picked = this.#pick({ method: call.method.name, message: call.message, tried });
        if (picked.t === "none") {
          await this.#wait(call, waitForReady);
          continue;
        }
        attempt++;
        try {
          return await this.#send({ ...call, endpoint: picked.endpoint, attempt });
        } catch (thrown) {
          const error = RpcError.from(thrown);
          if (failover(error, call.method, attempt, this.#options) === "give-up") throw error;
          publish("kubbo:call:retried", () => ({
            service: serviceKeyText(call.service),
            method: call.method.name,
            reason: error.reason,
          }));
          tried = [...tried, picked.endpoint.key];
        }
      }
    } finally {
      this.#running--;
      if (this.#running === 0) this.#onIdle?.();
    }
  }

  #sendTo(attempt: Attempt): Promise<Reply> {
    const session = this.#directory.session(attempt.endpoint.key);
    if (session) return session.call(attempt);
    // Between pick and send nothing waits, so only a filter can have taken so long.
    return Promise.reject(
      new RpcError("UNAVAILABLE", "connection-draining", "the connection went while filters held the attempt", {
        unprocessed: true,
      }),
    );
  }

  #tooLate(call: Call): RpcError {
    const name = `${serviceKeyText(call.service)}/${call.method.path}`;
    return new RpcError(
      "DEADLINE_EXCEEDED",
      "deadline",
      `the deadline of the call to ${name} passed before it was sent`,
      {
        unprocessed: true,
      },
    );
  }

  #build(endpoints: readonly Endpoint[]): Picker {
    const { balancer, random } = this.#options;
    return balancer.build(endpoints, {
      random,
      active: (key) => this.#directory.active(key),
      sequence: () => this.#sequence++,
    });
  }

  #changed(): void {
    this.#pick = this.#build(this.#directory.usable);
    if (this.#directory.usable.length > 0) {
      for (const waiting of [...this.#waiting]) this.#settle(waiting).resolve();
      return;
    }
    for (const waiting of [...this.#waiting]) {
      const error = this.#hopeless(waiting.waitForReady);
      if (error) this.#settle(waiting).reject(error);
    }
  }

  /** Why there is no point in waiting; undefined: there is. */
  #hopeless(waitForReady: boolean | undefined): RpcError | undefined {
    if (this.#closed) return this.#closed;
    if (waitForReady === true) return undefined;
    const { snapshot, wanted } = this.#directory;
    if (snapshot.state === "syncing") return undefined;
    const failures = this.#directory.failures();
    // Those that terminate count while they are connected, and then nobody waits.
    const hopeful = snapshot.endpoints.some((endpoint) => endpoint.ready && !endpoint.terminating);
    if (hopeful && (waitForReady === undefined || failures.length < wanted)) return undefined;
    return noEndpointError(this.#options.service, snapshot, failures);
  }

  /** Resolves when there may be an endpoint; rejects when there is no point in waiting, or it took too long. */
  #wait(call: Call, waitForReady: boolean | undefined): Promise<void> {
    const hopeless = this.#hopeless(waitForReady);
    if (hopeless) return Promise.reject(hopeless);
    if (this.#waiting.size >= maxWaiting) {
      return Promise.reject(
        new RpcError("RESOURCE_EXHAUSTED", "overload", `${maxWaiting} calls wait for an endpoint already`, {
          cause: noEndpointError(this.#options.service, this.snapshot, this.#directory.failures()),
          unprocessed: true,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const { signal, deadline } = call;
      const onAbort = () => this.#settle(waiting).reject(RpcError.from(signal?.reason));
      const done = () => signal?.removeEventListener("abort", onAbort);
      const waiting: Waiting = {
        deadline,
        waitForReady,
        resolve() {
          done();
          resolve();
        },
        reject(error) {
          done();
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort);
      this.#waiting.add(waiting);
      this.#deadlines.add(waiting);
    });
  }

  #settle(waiting: Waiting): Waiting {
    this.#waiting.delete(waiting);
    this.#deadlines.delete(waiting);
    return waiting;
  }

  #expire(waiting: Waiting): void {
    const why = noEndpointError(this.#options.service, this.snapshot, this.#directory.failures());
    this.#settle(waiting).reject(
      new RpcError(
        "DEADLINE_EXCEEDED",
        why.reason,
        `the deadline passed while waiting for an endpoint: ${why.message}`,
        {
          facts: why.facts,
          cause: why.cause,
          unprocessed: true,
        },
      ),
    );
  }

  /** Takes no new calls, and none waits any longer; resolves when the running ones, retries included, have ended. */
  async close(): Promise<void> {
    this.#refuse();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    this.#directory.close();
  }

  /** Lets go of all endpoints now; whoever holds the connections ends the calls on them. */
  destroy(): void {
    this.#refuse();
    this.#directory.close();
    this.#changed();
    // Nobody waits any more; its timer would hold the channel until the last deadline that was ever waited for.
    this.#deadlines.clear();
  }

  #refuse(): void {
    this.#closed ??= new RpcError("CANCELLED", "closed", "the client is closed", { unprocessed: true });
    for (const waiting of [...this.#waiting]) this.#settle(waiting).reject(this.#closed);
  }
}
