import { describe } from "../codec/hessian2/describe.ts";
import { badArgument } from "../codec/hessian2/errors.ts";
import { JavaValue } from "../codec/hessian2/java-value.ts";
import { $class, javaClassOf } from "../codec/hessian2/remembered-class.ts";
import { isJdkClass } from "./known-classes.ts";

/** Source: org.apache.dubbo.common.beanutil.JavaBeanDescriptor, 3.3. */
const descriptorClass = "org.apache.dubbo.common.beanutil.JavaBeanDescriptor";
const kinds = { class: 1, enum: 2, collection: 3, map: 4, array: 5, primitive: 6, bean: 7 } as const;

interface Descriptor {
  readonly className: string;
  readonly type: number;
  readonly properties: ReadonlyMap<unknown, unknown>;
}

function isDescriptor(value: unknown): value is Descriptor {
  return javaClassOf(value) === descriptorClass && (value as Descriptor).properties instanceof Map;
}

/**
 * The value that a JavaBeanDescriptor stands for, as a generic call in the mode "true" would have it.
 *
 * Errors: INVALID_ARGUMENT `bad-argument` for what is no descriptor.
 */
export function valueFromDescriptor(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (!isDescriptor(value)) throw badArgument(descriptorClass, describe(value));
  const { className, type, properties } = value;
  switch (type) {
    case kinds.primitive:
      return properties.get("value") ?? null;
    case kinds.class:
    case kinds.enum:
      return properties.get("name") ?? null;
    case kinds.collection:
    case kinds.array:
      return Array.from({ length: properties.size }, (_, i) => valueFromDescriptor(properties.get(i)));
    case kinds.map:
      return new Map([...properties].map(([key, item]) => [valueFromDescriptor(key), valueFromDescriptor(item)]));
    case kinds.bean:
      return new Map<unknown, unknown>([
        ["class", className],
        ...[...properties].map(([key, item]): [unknown, unknown] => [key, valueFromDescriptor(item)]),
      ]);
    default:
      throw badArgument("a JavaBeanDescriptor of a type from 1 to 7", `${type}`);
  }
}

function descriptor(className: string, type: number, properties: Iterable<readonly [unknown, unknown]>): object {
  return { [$class]: descriptorClass, className, type, properties: new Map(properties) };
}

/** Names of the classes that values have by themselves. */
function plainClassOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "java.lang.String";
    case "boolean":
      return "java.lang.Boolean";
    case "bigint":
      return "java.lang.Long";
    case "number":
      return value === ((value as number) | 0) ? "java.lang.Integer" : "java.lang.Double";
    default:
      return value instanceof Date ? "java.util.Date" : "java.lang.Object";
  }
}

/** The JavaBeanDescriptor of a value. @param value as it is read where no type is declared */
export function descriptorFromValue(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof JavaValue) {
    const { javaName } = value.type;
    return isJdkClass(javaName)
      ? descriptor(javaName, kinds.primitive, [["value", value]])
      : descriptor(javaName, kinds.enum, [["name", String(value)]]);
  }
  const type = javaClassOf(value);
  if (Array.isArray(value)) {
    const items = value.map((item, i) => [i, descriptorFromValue(item)] as const);
    return type?.startsWith("[")
      ? descriptor(type.slice(1), kinds.array, items)
      : descriptor(type ?? "java.util.ArrayList", kinds.collection, items);
  }
  if (value instanceof Map) {
    const items = [...value].map(([key, item]) => [descriptorFromValue(key), descriptorFromValue(item)] as const);
    return descriptor(type ?? "java.util.HashMap", kinds.map, items);
  }
  if (type !== undefined) {
    const items = Object.entries(value).map(([key, item]) => [key, descriptorFromValue(item)] as const);
    return descriptor(type, kinds.bean, items);
  }
  return descriptor(plainClassOf(value), kinds.primitive, [["value", value]]);
}
