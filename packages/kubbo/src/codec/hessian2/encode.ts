import { ClassTable } from "./class-table.ts";
import { type Hessian2Limits, resolveLimits } from "./limits.ts";
import { readMessage, writeMessage } from "./message.ts";
import type { ReadableClass } from "./reader.ts";

/**
 * The bytes of a value that says by itself what it is; docs/reference/java-types.md has the table.
 *
 * A number that is whole and fits 32 bits is an int, any other a double; a bigint is a long. `asInt`, `asLong` and
 * `asDouble` say otherwise. A plain object is a map, unless it remembers a class: `{ [$class]: "com.acme.Item", sku }`.
 * Shared and cyclic values stay so.
 *
 * Errors: INVALID_ARGUMENT `bad-argument` with the path of what has no Java counterpart.
 */
export function encode(value: unknown): Uint8Array {
  return writeMessage("value", (writer) => writer.writeValue(value));
}

export interface DecodeOptions {
  readonly limits?: Hessian2Limits;
  /**
   * Doubles that are whole numbers in 32 bits are read as JavaValue instead of number, since `encode` would write
   * these as int. With it, `encode(decode(bytes))` gives the same bytes. Default false.
   */
  readonly exact?: boolean;
  /**
   * Longs are read as numbers, and one beyond 2^53 is an error. `encode` writes such a number as int or double again,
   * unless `asLong` says otherwise. Default false: a long is a bigint.
   */
  readonly longAsNumber?: boolean;
  /** Classes that are read as their declared type says. Default none: every object is a plain one. */
  readonly classes?: ReadonlyMap<string, ReadableClass>;
}

/**
 * The value of one stream of bytes.
 *
 * Shape: int, double -> number; long -> bigint; date -> Date; binary -> Uint8Array; list -> array; map -> Map; object
 * -> plain object with its fields. Lists, maps and objects remember their Java type (`javaClassOf`).
 * Errors: INTERNAL `bad-message` with offset and path; RESOURCE_EXHAUSTED `limit` with the option that sets the limit.
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  return readMessage(bytes, "value", resolveLimits(options.limits), (reader) => {
    reader.exact = options.exact ?? false;
    reader.longAsNumber = options.longAsNumber ?? false;
    if (options.classes) reader.classes = new ClassTable(options.classes);
    return reader.readValue();
  });
}
