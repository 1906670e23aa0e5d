import type { ScalarWriter } from "./scalar-writer.ts";

/** A writer that takes any value as well: what an element without a hint is written by. */
interface ValueWriter extends ScalarWriter {
  writeValue(value: unknown): void;
}

type ElementWriter = (writer: ValueWriter, value: unknown) => void;

const asItIs: ElementWriter = (writer, value) => writer.writeValue(value);

const asDouble: ElementWriter = (writer, value) =>
  typeof value === "number" ? writer.writeDouble(value) : writer.writeValue(value);

const asLong: ElementWriter = (writer, value) =>
  typeof value === "number" ? writer.writeLong(value) : writer.writeValue(value);

const byListType: ReadonlyMap<string, ElementWriter> = new Map([
  ["[double", asDouble],
  ["[float", asDouble],
  ["[java.lang.Double", asDouble],
  ["[java.lang.Float", asDouble],
  ["[long", asLong],
  ["[java.lang.Long", asLong],
]);

/** How the elements of a list of this Java type are written: the type of an array says which numbers they are. */
export function elementWriter(listType: string | undefined): ElementWriter {
  return (listType !== undefined && byListType.get(listType)) || asItIs;
}

/** The Java array that a typed array is; undefined for those of which Java has none. `byte[]` is no list. */
export function listTypeOfView(view: ArrayBufferView): string | undefined {
  if (view instanceof Int32Array) return "[int";
  if (view instanceof Float64Array) return "[double";
  if (view instanceof BigInt64Array) return "[long";
  if (view instanceof Int16Array) return "[short";
  if (view instanceof Float32Array) return "[float";
  return undefined;
}
