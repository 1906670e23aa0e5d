import type { Attachments } from "./attachments.ts";
import type { ServerCall } from "./call.ts";
import type { Peer } from "./context.ts";
import type { Contract, Method } from "./contract.ts";
import type { Next } from "./filter.ts";
import type { ServiceKey } from "./service-key.ts";

/** What a provider's method gets as its last argument. */
export interface HandlerContext {
  /** Aborted when the caller cancels, the deadline passes or the connection is lost. Made when first asked for. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting: absolute, on the scale of `Date.now()`, in ms. */
  readonly deadline: number | undefined;
  /** What the caller sent beside the message. */
  readonly attachments: Attachments;
  readonly peer: Peer;
  /** Goes back with the answer: trailers on Triple, attachments on Dubbo2. */
  readonly responseAttachments: Record<string, string | Uint8Array>;
}

/** A method that was found, and what runs it with all filters around. */
export interface FoundMethod {
  readonly t: "found";
  readonly service: ServiceKey;
  readonly contract: Contract;
  readonly method: Method;
  readonly run: Next<ServerCall>;
}

/** `why` says what was asked for and what is there; it goes to the caller. */
export type Lookup = FoundMethod | { readonly t: "no-service" | "no-method"; readonly why: string };

/** What a protocol's server asks for the methods that it is to call. */
export interface Dispatcher {
  /**
   * @param path the method's name on the wire
   * @param javaTypes tells overloads apart, where the protocol says the types
   */
  find(service: ServiceKey, path: string, javaTypes?: readonly string[]): Lookup;
  /** A method of the interface in any group and version: what a request is read by before its group is known. */
  sample(interfaceName: string, path: string, javaTypes: readonly string[]): Method | undefined;
}
