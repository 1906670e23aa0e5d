import type { Attempt, Reply } from "../model/call.ts";
import { RpcError } from "../model/rpc-error.ts";

/**
 * One unary attempt that waits for its answer, whatever the protocol: settles exactly once, by the answer, the deadline,
 * the caller's signal or the end of the connection.
 *
 * An object with methods rather than closures: it is made for every call.
 */
export abstract class UnaryAttempt {
  readonly attempt: Attempt;
  readonly deadline: number | undefined;
  /** The peer's address, for messages. */
  readonly where: string;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: RpcError) => void;
  #settled = false;
  #onAbort: (() => void) | undefined;

  constructor(attempt: Attempt, where: string, resolve: (reply: Reply) => void, reject: (error: RpcError) => void) {
    this.attempt = attempt;
    this.deadline = attempt.deadline;
    this.where = where;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** `com.acme.OrderService/getOrder`, for messages. */
  get name(): string {
    return `${this.attempt.service.interface}/${this.attempt.method.path}`;
  }

  /** Takes the attempt out of whatever waits for its answer; called once, when it settles. */
  protected abstract onSettled(): void;

  /** Tells the peer that nobody waits any more, where the protocol can. */
  protected abstract cancel(): void;

  /** To be called when the request is on its way. */
  followSignal(): void {
    const { signal } = this.attempt;
    if (!signal || this.#settled) return;
    this.#onAbort = () => this.giveUp(RpcError.from(signal.reason));
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#onAbort();
  }

  expire(): void {
    this.giveUp(
      new RpcError("DEADLINE_EXCEEDED", "deadline", `${this.name} got no answer from ${this.where} in time`, {
        facts: { address: this.where },
      }),
    );
  }

  giveUp(error: RpcError): void {
    if (this.#settled) return;
    this.fail(error);
    this.cancel();
  }

  succeed(reply: Reply): void {
    if (!this.#settle()) return;
    this.#resolve(reply);
  }

  fail(error: RpcError): void {
    if (!this.#settle()) return;
    this.#reject(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    if (this.#onAbort) this.attempt.signal?.removeEventListener("abort", this.#onAbort);
    this.onSettled();
    return true;
  }
}

/** What a session answers that takes no calls any more. */
export function drainingError(where: string): RpcError {
  return new RpcError("UNAVAILABLE", "connection-draining", `the connection to ${where} takes no new calls`, {
    facts: { address: where },
    unprocessed: true,
  });
}
