import { JavaValue } from "../codec/hessian2/java-value.ts";
import { $class, javaClassOf, setField } from "../codec/hessian2/remembered-class.ts";
import { array } from "./array.ts";
import { descriptorFromValue, valueFromDescriptor } from "./bean-descriptor.ts";
import { invokeParams, isGenericException } from "./generic.ts";
import { jsonFromValue, valueFromJson } from "./generic-json.ts";
import { JavaException } from "./java-exception.ts";
import { type JavaContract, javaInterface } from "./java-interface.ts";
import { method } from "./method.ts";
import { nullable, object } from "./object.ts";
import { string } from "./text.ts";
import { undeclaredWriter } from "./throwable.ts";

/** How values travel in generic calls: Dubbo's `generic`. */
export type GenericMode = "true" | "raw.return" | "bean" | "gson";

const invoke = method([string, nullable(array(string)), invokeParams[2]], object);
const methods = { $invoke: invoke, $invokeAsync: invoke, $echo: method([object], object) };

/** The contract by which an interface is called of which nothing but the name is known. */
export function genericContract(interfaceName: string): JavaContract<typeof methods> {
  return javaInterface(interfaceName, methods);
}

/**
 * An argument in the form of the mode. A plain object with a key `class` stands for an object of that class.
 *
 * Errors: INVALID_ARGUMENT `bad-argument`.
 */
export function genericArgument(mode: GenericMode, value: unknown): unknown {
  if (mode === "bean") return descriptorFromValue(withClasses(value, new Map()));
  return mode === "gson" ? jsonFromValue(value) : value;
}

/** A result as plain JavaScript: an object of Java is a plain object with the key `class`. */
export function genericResult(mode: GenericMode, value: unknown): unknown {
  if (mode === "bean") return plain(valueFromDescriptor(value), new Map());
  if (mode === "gson") return valueFromJson(value);
  return mode === "raw.return" ? value : plain(value, new Map());
}

/** The exception that a GenericException stands for; any other error as it is. */
export function genericError(error: unknown): unknown {
  if (!isGenericException(error) || typeof error.fields.exceptionClass !== "string") return error;
  const { exceptionClass, exceptionMessage } = error.fields;
  return new JavaException({
    javaClass: exceptionClass,
    javaMessage: exceptionMessage ?? null,
    fields: Object.freeze({}),
    cause: error.cause,
    javaStack: error.javaStack,
    writer: undeclaredWriter(exceptionClass),
  });
}

/** Maps that are objects of Java as plain objects; the rest as it is. */
function plain(value: unknown, made: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (made.has(value)) return made.get(value);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    made.set(value, list);
    for (const item of value) list.push(plain(item, made));
    return list;
  }
  if (!(value instanceof Map)) return value;
  if (typeof value.get("class") === "string") {
    const object = {};
    made.set(value, object);
    for (const [key, item] of value) setField(object, String(key), plain(item, made));
    return object;
  }
  const map = new Map<unknown, unknown>();
  made.set(value, map);
  for (const [key, item] of value) map.set(key, plain(item, made));
  return map;
}

/** Plain objects with a key `class` as objects that remember their class. */
function withClasses(value: unknown, made: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null || value instanceof JavaValue) return value;
  if (made.has(value)) return made.get(value);
  if (Array.isArray(value)) return value.map((item) => withClasses(item, made));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withClasses(item, made)]));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const { class: name, ...fields } = value as Record<string, unknown>;
  const given = typeof name === "string" ? name : javaClassOf(value);
  if (given === undefined) return new Map(Object.entries(value).map(([key, item]) => [key, withClasses(item, made)]));
  const object: Record<string, unknown> = { [$class]: given };
  made.set(value, object);
  for (const [key, item] of Object.entries(fields)) setField(object, key, withClasses(item, made));
  return object;
}
