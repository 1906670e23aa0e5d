import type { Code } from "./code.ts";
import type { Reason } from "./reason.ts";

/** Facts for programs: names, counts, times. Never arguments, tokens or attachment values. */
export type Facts = Readonly<Record<string, unknown>>;

export interface RpcErrorOptions {
  readonly facts?: Facts;
  readonly cause?: unknown;
  /** See `RpcError.unprocessed`. Default false. */
  readonly unprocessed?: boolean;
}

/** Survives two copies of the package in one process, where `instanceof` does not. */
const brand: unique symbol = Symbol.for("kubbo.RpcError") as never;

/**
 * The one error class of this library.
 *
 * `code` is gRPC's name for the kind of failure, `reason` a stable word for the exact one (docs/reference/errors.md),
 * `facts` are for programs, and the message says what failed, what was seen and what to do next. Decide by `code`,
 * `reason` or `facts`, never by the text.
 */
export class RpcError extends Error {
  override readonly name: string = "RpcError";
  readonly code: Code;
  readonly reason: Reason;
  readonly facts: Facts;
  /**
   * True if it is proven that no provider has begun to work on the call, so that it may be tried elsewhere even when
   * it is not idempotent.
   */
  readonly unprocessed: boolean;
  readonly [brand] = true;

  constructor(code: Code, reason: Reason, message: string, options: RpcErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.reason = reason;
    this.facts = options.facts ?? {};
    this.unprocessed = options.unprocessed ?? false;
  }

  /** Whether `value` is an RpcError, of this copy of the package or of another. */
  static is(value: unknown): value is RpcError {
    return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
  }

  /**
   * Turns whatever was thrown into an RpcError: the border guard between foreign code and this library.
   *
   * An RpcError passes as it is; an abort becomes CANCELLED (or DEADLINE_EXCEEDED for `AbortSignal.timeout`); anything
   * else UNKNOWN with the original as `cause`.
   */
  static from(value: unknown): RpcError {
    if (RpcError.is(value)) return value;
    if (value instanceof Error) {
      if (value.name === "AbortError") return new RpcError("CANCELLED", "cancelled", value.message, { cause: value });
      if (value.name === "TimeoutError")
        return new RpcError("DEADLINE_EXCEEDED", "deadline", value.message, { cause: value });
      return new RpcError("UNKNOWN", "unknown", value.message || value.name, { cause: value });
    }
    return new RpcError("UNKNOWN", "unknown", String(value), { cause: value });
  }
}
