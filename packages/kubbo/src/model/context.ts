import { AsyncLocalStorage } from "node:async_hooks";
import type { Attachments } from "./attachments.ts";

/** Who is at the other end of an inbound call. */
export interface Peer {
  /** Address and port as the socket says it: `10.1.2.3:51234`, `[fd00::1]:51234`. */
  readonly address: string;
  /** The caller's application name, as it claims; not an identity. */
  readonly application?: string;
}

/**
 * What an inbound call hands down to everything done on its behalf: outbound calls take the smaller of its deadline
 * and their own, and stop when it is cancelled.
 */
export interface CallContext {
  /** Absolute, on the scale of `Date.now()`, in ms. */
  readonly deadline: number | undefined;
  /** Aborted when the caller cancels, the deadline passes or the connection is lost. Made when first asked for. */
  readonly signal: AbortSignal;
  readonly attachments: Attachments;
  readonly peer: Peer;
}

const storage = new AsyncLocalStorage<CallContext>();

/** The inbound call that the running code serves; undefined outside of one. */
export function currentCall(): CallContext | undefined {
  return storage.getStore();
}

/** Runs `run` as if it served the given call: `currentCall()` gives `context` in it and in all that it starts. */
export function runWith<T>(context: CallContext, run: () => T): T {
  return storage.run(context, run);
}
