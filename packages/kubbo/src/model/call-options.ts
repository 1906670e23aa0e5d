import type { Attachments } from "./attachments.ts";

/** What may be said for single calls, by `reference.with(…)` or as the second argument of a protobuf method. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Time for the whole call with all its attempts, in ms. Default: the reference's. */
  readonly timeoutMs?: number;
  /** Travel beside the message; added to those of the views below. */
  readonly attachments?: Attachments;
  /** What to do while no endpoint is connected; see `ReferenceOptions.waitForReady`. */
  readonly waitForReady?: boolean;
  /** True: the call takes neither deadline nor cancellation from the inbound call that it is made for. Default false. */
  readonly detached?: boolean;
  /** Called once with what came beside the answer, before the promise resolves. */
  readonly onResponse?: (response: { readonly headers: Attachments; readonly trailers: Attachments }) => void;
}
