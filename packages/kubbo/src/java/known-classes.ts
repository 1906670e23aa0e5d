import { ClassTable } from "../codec/hessian2/class-table.ts";
import type { ReadableClass } from "../codec/hessian2/reader.ts";
import type { Writable } from "../codec/hessian2/writer.ts";
import { RpcError } from "../model/rpc-error.ts";
import { sqlDate, sqlTime, sqlTimestamp } from "./date.ts";
import type { AnyJavaType } from "./java-type.ts";
import * as jdk from "./jdk.ts";
import * as math from "./math.ts";
import * as time from "./time.ts";

/**
 * The types of the JDK that are known in every contract: where no declaration says the type they are read as JavaValue.
 * A new one is one more name here.
 */
const jdkTypes: readonly AnyJavaType[] = [
  ...Object.values(math),
  ...Object.values(jdk),
  ...Object.values(time),
  sqlDate,
  sqlTime,
  sqlTimestamp,
];

const jdkNames: ReadonlySet<string> = new Set(jdkTypes.map((type) => type.javaName));

/** Whether a class is one of the JDK's that are known in every contract. */
export function isJdkClass(javaName: string): boolean {
  return jdkNames.has(javaName);
}

/** More are taken for a circle. */
const maxTypes = 100_000;

/** The classes that a contract knows by name, for the places where no declaration says the type. */
export interface KnownClasses {
  readonly readable: ClassTable<ReadableClass>;
  /** Those of them whose objects are plain values in JavaScript: by it, every other object is read with its class. */
  readonly values: ClassTable<ReadableClass>;
  /** By class name: how objects are written that remember their class. */
  readonly writable: ReadonlyMap<string, Writable>;
}

/**
 * Everything that can be reached from these types, and the JDK's.
 *
 * Of two types for one class (`Page<Item>` and `Page<Order>`) the first one counts; where a type is declared, the
 * declaration does.
 */
export function knownClasses(types: Iterable<AnyJavaType>): KnownClasses {
  const readable = new Map<string, ReadableClass>();
  const writable = new Map<string, Writable>();
  // Grows while it is walked: types refer to one another to any depth, so this is no recursion.
  const reached = new Set([...types, ...jdkTypes]);
  for (const type of reached) {
    const name = type.wireName ?? type.javaName;
    if (type.readable && !readable.has(name)) readable.set(name, type.readable);
    if (type.writable && !writable.has(name)) writable.set(name, type.writable);
    for (const part of type.parts?.() ?? []) reached.add(part);
    if (reached.size > maxTypes) {
      throw new RpcError(
        "INVALID_ARGUMENT",
        "bad-contract",
        `the contract has over ${maxTypes} types, ${type.javaName} among them: a function that makes a type for each ` +
          "call, where it is called by a getter of that type, never comes to an end. Keep the type it makes.",
      );
    }
  }
  const values = new Map([...readable].filter(([, type]) => type.valueLike));
  return { readable: new ClassTable(readable), values: new ClassTable(values), writable };
}
