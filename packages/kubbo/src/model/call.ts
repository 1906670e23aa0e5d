import type { Attachments } from "./attachments.ts";
import type { CallContext } from "./context.ts";
import type { Method, MethodKind } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ServiceKey } from "./service-key.ts";

/**
 * What the user asked for. Readonly: a filter changes it by `next({ ...call, … })`.
 */
export interface Call {
  readonly service: ServiceKey;
  readonly method: Method;
  readonly kind: MethodKind;
  /** Set if and only if the request is one message (`unary`, `serverStream`). For Java the array of arguments. */
  readonly message?: unknown;
  /** Set if and only if the request is many messages (`clientStream`, `bidi`). */
  readonly messages?: AsyncIterable<unknown>;
  readonly attachments: Attachments;
  /** Absolute, on the scale of `Date.now()`, in ms; undefined: no deadline. */
  readonly deadline: number | undefined;
  /** The caller's wish to stop. Undefined is the common case and costs nothing. */
  readonly signal: AbortSignal | undefined;
  /** The inbound call on whose behalf this one is made; undefined outside of one, or when detached from it. */
  readonly context: CallContext | undefined;
}

/** One try of a call on one endpoint. */
export interface Attempt extends Call {
  readonly endpoint: Endpoint;
  /** 1 for the first try. */
  readonly attempt: number;
}

/**
 * An inbound call, as the filters and the handler of a provider see it.
 */
export interface ServerCall extends Omit<Call, "signal" | "context"> {
  readonly context: CallContext;
}

/** What came back. An error is a rejected promise instead, never a Reply. */
export interface Reply {
  readonly headers: Attachments;
  /** Set if and only if the answer is one message. Undefined stands for Java's `void` as well. */
  readonly message?: unknown;
  /** Set if and only if the answer is many messages. */
  readonly messages?: AsyncIterable<unknown>;
  /** Settled when the last message has been read; for one message it is settled already. */
  readonly trailers: Promise<Attachments>;
}
