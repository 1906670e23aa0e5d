import { RpcError } from "../model/rpc-error.ts";
import type { Session, SessionEvents } from "../model/session.ts";
import { type BackoffOptions, backoffMs } from "../util/backoff.ts";
import type { Clock, Timer } from "../util/clock.ts";
import type { Random } from "../util/random.ts";
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from "./connection-state.ts";

export interface ConnectionOptions {
  /** Opens a session; `signal` ends the attempt. */
  open(signal: AbortSignal, events: SessionEvents): Promise<Session>;
  /** Called after every change of `state`, never from within a method of the connection's caller. */
  onChange(): void;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: BackoffOptions;
  /** Longest time for one attempt, in ms. */
  readonly connectTimeoutMs: number;
}

/**
 * Keeps one endpoint connected for as long as it is wanted.
 *
 * A session that is told to go away drains beside the new one: it takes no calls, finishes its own and closes. Events
 * of a session that was replaced change nothing (`#epoch`).
 */
export class Connection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = { t: "idle" };
  /** Set if and only if the state is `ready`. */
  #session: Session | undefined;
  /** Grows with every attempt: tells the events of this attempt from those of earlier ones. */
  #epoch = 0;
  /** Set if and only if the state is `connecting`. */
  #attempt: AbortController | undefined;
  /** Set if and only if the state is `backoff` or `connecting`. */
  #timer: Timer | undefined;
  readonly #draining = new Set<Session>();
  #lastError: RpcError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The usable session; undefined in every state but `ready`. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Why it is not ready; undefined while nothing went wrong since it was. */
  get lastError(): RpcError | undefined {
    return this.#lastError;
  }

  /** Calls that run, on the session and on those that drain. */
  get active(): number {
    let active = this.#session?.active ?? 0;
    for (const session of this.#draining) active += session.active;
    return active;
  }

  /** Wants it connected; does nothing if it is, or is on the way. */
  open(): void {
    this.#on("open");
  }

  /** Lets it go, gracefully: running calls finish. `open` brings it back. */
  release(): void {
    this.#on("release");
  }

  /** Ends it for good; resolves when running calls have finished. */
  async close(): Promise<void> {
    this.#on("close");
    await Promise.all([...this.#draining].map((session) => session.close()));
  }

  /** Ends it for good, now. */
  destroy(reason: RpcError): void {
    this.#on("close");
    for (const session of this.#draining) session.destroy(reason);
    this.#draining.clear();
  }

  /** @param session the one that was opened, with the event `opened` */
  #on(event: ConnectionEvent, session?: Session): void {
    const { clock, random, backoff } = this.#options;
    const before = this.#state;
    const after = nextConnectionState(before, event, clock.now(), (failures) => backoffMs(failures, backoff, random));
    if (after === before) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (event !== "opened") this.#attempt?.abort(new Error("no longer wanted"));
    this.#attempt = undefined;
    const replaced = this.#session;
    this.#session = session;
    this.#state = after;
    // After the change: a session with no calls may say that it is closed before `close` returns.
    if (replaced) this.#drain(replaced);
    if (after.t === "connecting") this.#dial();
    if (after.t === "backoff") {
      this.#timer = clock.setTimer(() => this.#on("due"), after.untilMs - clock.now());
    }
    this.#options.onChange();
  }

  /** Lets a session finish what runs on it, out of the way. One that is dead already is gone at once. */
  #drain(session: Session): void {
    this.#draining.add(session);
    void session.close().then(() => this.#draining.delete(session)); // close() never rejects
  }

  #dial(): void {
    const epoch = ++this.#epoch;
    const attempt = new AbortController();
    const { clock, connectTimeoutMs } = this.#options;
    this.#attempt = attempt;
    this.#timer = clock.setTimer(
      () => attempt.abort(new Error(`no connection within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    const current = () => epoch === this.#epoch && this.#state.t !== "closed" && this.#state.t !== "idle";
    /** Set when the session ended in the moment between being opened and being taken over. */
    let endedEarly: RpcError | undefined;
    const ended = (event: "lost" | "drained", error: RpcError | undefined) => {
      if (!current() || this.#state.t === "backoff") return;
      this.#lastError = error;
      if (this.#state.t === "ready") this.#on(event);
      else endedEarly = error ?? new RpcError("UNAVAILABLE", "connection-draining", "closed as soon as it was open");
    };
    const events: SessionEvents = {
      onDraining: (why) =>
        ended("drained", new RpcError("UNAVAILABLE", "connection-draining", `the peer takes no new calls: ${why}`)),
      onClosed: (error) => ended("lost", error),
    };
    this.#options.open(attempt.signal, events).then(
      (session) => {
        if (!current() || endedEarly) {
          session.destroy(new RpcError("CANCELLED", "closed", "the connection is no longer wanted"));
          if (current()) this.#on("failed");
          return;
        }
        this.#lastError = undefined;
        this.#on("opened", session);
      },
      (error: unknown) => {
        if (!current()) return;
        this.#lastError = RpcError.from(error);
        this.#on("failed");
      },
    );
  }
}
