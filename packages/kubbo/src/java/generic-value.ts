import { JavaValue } from "../codec/hessian2/java-value.ts";
import { $class, javaClassOf, setField, setJavaClass } from "../codec/hessian2/remembered-class.ts";
import type { Writable } from "../codec/hessian2/writer.ts";
import type { AnyJavaType } from "./java-type.ts";
import { isJdkClass } from "./known-classes.ts";

// Between what generic callers send (maps with a key `class`, lists, texts) and what declared types take.
// Source: org.apache.dubbo.common.utils.PojoUtils, 3.3.

/** The key that names the class of an object that is a map. */
const classKey = "class";

type Convert = (value: unknown) => unknown;

function toNumber(value: unknown): unknown {
  const number = typeof value === "bigint" || (typeof value === "string" && value !== "") ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? value : number;
}
const toLong: Convert = (value) => (typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : value);
const toBoolean: Convert = (value) => (value === "true" || value === "false" ? value === "true" : value);

/** `2024-01-31 12:00:00` in the time zone of this process, as Java reads it; what is no such text stays as it is. */
function toDate(value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "number") return new Date(Number(value));
  if (typeof value !== "string") return value;
  const at = new Date(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value) ? value.replace(" ", "T") : value);
  return Number.isNaN(at.getTime()) ? value : at;
}

const conversions: Readonly<Record<string, Convert>> = {
  byte: toNumber,
  short: toNumber,
  int: toNumber,
  long: toLong,
  float: toNumber,
  double: toNumber,
  boolean: toBoolean,
  "java.lang.Byte": toNumber,
  "java.lang.Short": toNumber,
  "java.lang.Integer": toNumber,
  "java.lang.Long": toLong,
  "java.lang.Float": toNumber,
  "java.lang.Double": toNumber,
  "java.lang.Boolean": toBoolean,
  "java.util.Date": toDate,
};

/** The entries of what stands for an object; undefined: it is none. */
function entriesOf(value: unknown): Iterable<readonly [unknown, unknown]> | undefined {
  if (value instanceof Map) return value;
  if (typeof value !== "object" || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined;
}

/**
 * What may be passed for `type`, made of what a generic caller sent: maps become objects, texts dates and numbers.
 *
 * A key `class` may name a subclass that the contract knows; keys that are no fields are left out, as Java does. Shared
 * and cyclic values stay so. What does not fit is left for the type to refuse.
 */
export function realize(type: AnyJavaType, value: unknown, classes: ReadonlyMap<string, Writable>): unknown {
  return new Realizer(classes).value(type, value);
}

class Realizer {
  readonly #classes: ReadonlyMap<string, Writable>;
  readonly #made = new Map<object, object>();

  constructor(classes: ReadonlyMap<string, Writable>) {
    this.#classes = classes;
  }

  value(type: AnyJavaType, value: unknown): unknown {
    if (value === null || value === undefined || value instanceof JavaValue) return value ?? null;
    if (Object.hasOwn(conversions, type.javaName)) return conversions[type.javaName]?.(value);
    if (typeof value !== "object") return value;
    const made = this.#made.get(value);
    if (made) return made;
    if ("fields" in type) return this.#object(type as AnyJavaType & WithFields, value);
    const parts = [...(type.parts?.() ?? [])];
    if (Array.isArray(value)) return this.#list(parts[0], value);
    const entries = entriesOf(value);
    return entries ? this.#map(parts, value, entries) : value;
  }

  #object(type: AnyJavaType & WithFields, value: object): unknown {
    const entries = entriesOf(value);
    if (!entries) return value;
    const fields = type.fields();
    const object: Record<string, unknown> = {};
    this.#made.set(value, object);
    const name = classNameOf(value);
    const known = name === undefined ? undefined : this.#classes.get(name);
    const isSubclass = known?.ancestors?.has(type.javaName) === true;
    if (isSubclass) setJavaClass(object, name as string);
    for (const [key, item] of entries) {
      if (typeof key !== "string" || key === classKey) continue;
      const field = fields.get(key);
      if (field) setField(object, key, this.value(field, item));
      else if (isSubclass) setField(object, key, this.#untyped(item));
    }
    return object;
  }

  #list(element: AnyJavaType | undefined, value: readonly unknown[]): unknown[] {
    const list: unknown[] = [];
    this.#made.set(value, list);
    const type = javaClassOf(value);
    if (type !== undefined) setJavaClass(list, type);
    for (const item of value) list.push(element ? this.value(element, item) : this.#untyped(item));
    return list;
  }

  #map(parts: readonly AnyJavaType[], value: object, entries: Iterable<readonly [unknown, unknown]>): unknown {
    const [keyType, valueType] = parts;
    if (!keyType || !valueType) return this.#untyped(value);
    const map = new Map<unknown, unknown>();
    this.#made.set(value, map);
    for (const [key, item] of entries) map.set(this.value(keyType, key), this.value(valueType, item));
    return map;
  }

  /** A value where nothing is declared: a map that names a class of the contract is an object of it. */
  #untyped(value: unknown): unknown {
    if (typeof value !== "object" || value === null || value instanceof JavaValue) return value;
    const made = this.#made.get(value);
    if (made) return made;
    if (Array.isArray(value)) return this.#list(undefined, value);
    const entries = entriesOf(value);
    if (!entries) return value;
    const name = classNameOf(value);
    if (name === undefined || !this.#classes.has(name)) {
      const map = new Map<unknown, unknown>();
      this.#made.set(value, map);
      for (const [key, item] of entries) map.set(key, this.#untyped(item));
      return map;
    }
    const object: Record<string, unknown> = { [$class]: name };
    this.#made.set(value, object);
    for (const [key, item] of entries) {
      if (typeof key === "string" && key !== classKey) setField(object, key, this.#untyped(item));
    }
    return object;
  }
}

interface WithFields {
  readonly fields: () => ReadonlyMap<string, AnyJavaType>;
}

function classNameOf(value: object): string | undefined {
  const name: unknown = value instanceof Map ? value.get(classKey) : (value as Record<string, unknown>)[classKey];
  return typeof name === "string" ? name : javaClassOf(value);
}

/** Values of the JDK that PojoUtils turns into texts. */
const asText: ReadonlySet<string> = new Set([
  "java.time.LocalDate",
  "java.time.LocalDateTime",
  "java.time.LocalTime",
  "java.lang.Class",
]);

/** Arrays that stay what they are: of primitive types and what Java counts as such. */
const plainArrays = /^\[(?:boolean|byte|short|int|long|float|double|char|string|date)$/;

/**
 * What a generic caller gets for a value: objects are maps with their class under `class`, constants of enums their
 * names, arrays of objects `Object[]`. Shared and cyclic values stay so.
 *
 * @param value as it is read where no type is declared
 */
export function generalize(value: unknown): unknown {
  return generalizeWith(value, new Map());
}

function generalizeWith(value: unknown, made: Map<object, object>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof JavaValue) {
    const { javaName } = value.type;
    return isJdkClass(javaName) && !asText.has(javaName) ? value : String(value);
  }
  const known = made.get(value);
  if (known) return known;
  const type = javaClassOf(value);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    made.set(value, list);
    const kept = type?.startsWith("[") && !plainArrays.test(type) ? "[object" : type;
    if (kept !== undefined) setJavaClass(list, kept);
    for (const item of value) list.push(generalizeWith(item, made));
    return list;
  }
  const entries = entriesOf(value);
  if (!entries) return value;
  const map = new Map<unknown, unknown>();
  made.set(value, map);
  if (value instanceof Map) {
    if (type !== undefined) setJavaClass(map, type);
  } else if (type !== undefined) map.set(classKey, type);
  for (const [key, item] of entries) map.set(generalizeWith(key, made), generalizeWith(item, made));
  return map;
}
