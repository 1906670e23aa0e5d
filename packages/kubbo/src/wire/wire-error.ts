import { RpcError } from "../model/rpc-error.ts";

/**
 * An error that is still on its way out of a codec: every container that it passes adds its part of the path, and the
 * border of the codec turns it into the RpcError that a caller sees.
 *
 * What throws it knows the bytes, or the one value; only the containers know where in the message that was. A path
 * that was kept on the way in would be paid for by every message that has no error.
 */
export class WireError extends RpcError {
  /** `.items[3].price`, as far as it is known. */
  path = "";

  /** The Java class of the innermost object that it happened in; undefined: in none. */
  javaClass: string | undefined;

  /** Adds a container's part in front: `.items`, `[3]`. @param javaClass the container's, if it is an object */
  within(segment: string, javaClass?: string): this {
    this.path = segment + this.path;
    this.javaClass ??= javaClass;
    return this;
  }

  /**
   * The error for the caller. A new one, so that its stack begins with the final text.
   *
   * @param root what the path is a path in; may be empty
   */
  named(root: string): RpcError {
    const isName = root !== "" && this.path !== "" && !/^[.[]/.test(this.path);
    const path = `${root}${isName ? "." : ""}${this.path}`;
    const { javaClass } = this;
    const where = javaClass === undefined ? path : `${path} (${javaClass})`;
    return new RpcError(this.code, this.reason, where === "" ? this.message : `${where}: ${this.message}`, {
      facts: { ...this.facts, ...(path !== "" && { path }), ...(javaClass !== undefined && { javaClass }) },
    });
  }
}

/** For the `catch` of a container: adds its part of the path and its class, if the error is one of ours. */
export function within(error: unknown, segment: string, javaClass?: string): unknown {
  return error instanceof WireError ? error.within(segment, javaClass) : error;
}

/** For the `catch` at the border of a codec. */
export function named(error: unknown, root: string): unknown {
  return error instanceof WireError ? error.named(root) : error;
}

/** INTERNAL `bad-message`: the bytes at offset `at` are not what they should be. */
export function badMessage(at: number, expected: string, found: string): WireError {
  return new WireError("INTERNAL", "bad-message", `byte ${at}: expected ${expected}, found ${found}`, {
    facts: { at, expected },
  });
}

/** RESOURCE_EXHAUSTED `limit`: the message announces more than `option` allows. */
export function beyondLimit(at: number, what: string, limit: number, option: string): WireError {
  return new WireError(
    "RESOURCE_EXHAUSTED",
    "limit",
    `byte ${at}: ${what}; the limit is ${limit}. If such messages are meant to be, raise the option ${option}.`,
    { facts: { at, limit, option } },
  );
}

/** INVALID_ARGUMENT `bad-argument`: a value is not what its declaration says. */
export function badArgument(expected: string, got: string): WireError {
  return new WireError("INVALID_ARGUMENT", "bad-argument", `expected ${expected}, got ${got}`, { facts: { expected } });
}
