import { arrayNameOf, type primitiveLetters } from "../codec/hessian2/descriptor.ts";
import { RpcError } from "../model/rpc-error.ts";
import type { AnyJavaType, JavaType } from "./java-type.ts";
import { isList, type ListInput, listReader, listWriter } from "./list.ts";

type Letters = typeof primitiveLetters;

/** `int` -> `[I`, `com.acme.Item` -> `[Lcom.acme.Item;`, `[I` -> `[[I`. */
export type ArrayName<Name extends string> = Name extends keyof Letters
  ? `[${Letters[Name]}`
  : Name extends `[${string}`
    ? `[${Name}`
    : `[L${Name};`;

export function arrayName<Name extends string>(name: Name): ArrayName<Name> {
  return arrayNameOf(name) as ArrayName<Name>;
}

/** Typed arrays, which may be passed for arrays of numbers. */
type NumberArray<T> = number extends T
  ? Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
  : bigint extends T
    ? BigInt64Array
    : never;

/**
 * `T[]`: an array; varargs are one. The elements of `array(int)` are primitive, those of `array(boxed(int))` objects.
 * `byte[]` and `char[]` travel in other forms: use `bytes` and `charArray`.
 */
export function array<I, O, Name extends string>(
  element: JavaType<I, O, Exclude<Name, "byte" | "char">>,
): JavaType<ListInput<I> | NumberArray<I>, O[], ArrayName<Name>>;
export function array(element: AnyJavaType): JavaType<never, unknown> {
  if (element.javaName === "byte" || element.javaName === "char") {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "bad-contract",
      `${element.javaName}[] is no list on the wire: use ${element.javaName === "byte" ? "bytes" : "charArray"}`,
    );
  }
  const javaName = arrayName(element.javaName);
  const elementName = `[${element.elementName}`;
  return Object.freeze({
    javaName,
    elementName,
    zero: null,
    write: listWriter(javaName, elementName, element),
    read: listReader(javaName, element),
    accepts: isList,
    parts: () => [element],
  });
}
