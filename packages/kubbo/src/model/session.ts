import type { Clock } from "../util/clock.ts";
import type { Attempt, Reply } from "./call.ts";
import type { ProtocolName } from "./protocol-name.ts";
import type { RpcError } from "./rpc-error.ts";

/** Where to dial. */
export interface Address {
  /** IPv4 or IPv6, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** What a session tells its owner. Each is called at most once; `onClosed` is the last word. */
export interface SessionEvents {
  /** The peer asks for no new calls (GOAWAY, readonly event); running ones may finish. */
  onDraining(why: string): void;
  /** Nothing more goes or comes. Undefined: closed as asked. Calls that were running have been settled before. */
  onClosed(error: RpcError | undefined): void;
}

/**
 * A usable, multiplexed connection to one endpoint: what a protocol gives to the rest.
 *
 * A session is `ready` from the moment `open` resolves; there is no other state to ask for. A dead one is never
 * revived: its owner opens another.
 */
export interface Session {
  /**
   * Sends one attempt and settles exactly once, by the deadline of the attempt at the latest.
   *
   * Errors: RpcError; `unprocessed` is true only where the protocol proves it. A session that drains or is closed
   * rejects at once with UNAVAILABLE `connection-draining`, unprocessed.
   */
  call(attempt: Attempt): Promise<Reply>;
  /** Calls that are running. */
  readonly active: number;
  /** Takes no more calls, lets running ones finish, then closes. May be called twice. */
  close(): Promise<void>;
  /** Ends everything now; running calls are rejected with `reason`. May be called twice. */
  destroy(reason: RpcError): void;
}

export interface OpenOptions {
  readonly clock: Clock;
  readonly events: SessionEvents;
  /** Ends the attempt to open. */
  readonly signal: AbortSignal;
}

/** The client side of a protocol. */
export interface Protocol {
  readonly name: ProtocolName;
  /**
   * Dials and shakes hands; resolves when calls can be sent.
   *
   * Errors: UNAVAILABLE `connect-failed` with the socket's cause; UNAVAILABLE `not-a-peer` when something answers that
   * does not speak the protocol, with what it seems to speak. Both are unprocessed.
   */
  open(address: Address, options: OpenOptions): Promise<Session>;
}
