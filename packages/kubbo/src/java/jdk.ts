// Classes of the JDK with one field that says all.

import type { AnyJavaType, JavaType } from "./java-type.ts";
import { int, long } from "./primitive.ts";
import { string } from "./text.ts";
import { valueType } from "./value-type.ts";

/** A class whose objects are texts of a form, in the one field `field`. */
function textClass<const Name extends string>(
  javaName: Name,
  field: string,
  form: RegExp,
  expected: string,
  wireName?: string,
): JavaType<string, string, Name> {
  return valueType({
    javaName,
    ...(wireName !== undefined && { wireName }),
    fields: { [field]: string },
    expected,
    toFields: (value: string) => (typeof value === "string" && form.test(value) ? [value] : undefined),
    fromFields: ([value]) => (typeof value === "string" && form.test(value) ? value : undefined),
  });
}

/** `java.util.UUID`: its text. */
export const uuid = textClass(
  "java.util.UUID",
  "value",
  /^[0-9a-f]{1,8}-[0-9a-f]{1,4}-[0-9a-f]{1,4}-[0-9a-f]{1,4}-[0-9a-f]{1,12}$/i,
  "UUID (123e4567-e89b-12d3-a456-426614174000)",
);

/** `java.util.Currency`: its ISO 4217 code. */
export const currency = textClass("java.util.Currency", "currencyCode", /^[A-Z]{3}$/, "Currency (a code such as EUR)");

/** `java.util.Locale`: its text as Java has it, `zh_CN`. */
export const locale = textClass(
  "java.util.Locale",
  "value",
  /^[A-Za-z0-9_#-]*$/,
  "Locale (as Java writes it: zh_CN)",
  "com.alibaba.com.caucho.hessian.io.LocaleHandle",
);

/** `java.lang.Class`: its name. Nothing is loaded. */
export const classOf = textClass("java.lang.Class", "name", /^[^\s]+$/, "Class (its name)");

/** `java.io.File`: its path. A Java with its default class check does not take it. */
export const file = textClass("java.io.File", "value", /^/, "File (its path)");

function atomic<T extends JavaType<never, unknown>, In, Out, const Name extends string>(
  javaName: Name,
  value: T & JavaType<In, Out>,
): JavaType<In, Out, Name> {
  return valueType<In, Out, Name>({
    javaName,
    fields: { value: value as AnyJavaType },
    expected: `${javaName} (as ${value.javaName})`,
    toFields: (given) => (value.accepts(given) ? [given] : undefined),
    fromFields: ([found]) => found as Out,
  });
}

/** `AtomicInteger`: a number. */
export const atomicInteger = atomic("java.util.concurrent.atomic.AtomicInteger", int);
/** `AtomicLong`: a bigint. */
export const atomicLong = atomic("java.util.concurrent.atomic.AtomicLong", long);

/** `AtomicBoolean`, which Java keeps as an int. */
export const atomicBoolean = valueType({
  javaName: "java.util.concurrent.atomic.AtomicBoolean",
  fields: { value: int },
  expected: "AtomicBoolean (a boolean)",
  toFields: (value: boolean) => (typeof value === "boolean" ? [value ? 1 : 0] : undefined),
  fromFields: ([value]) => value !== 0,
});
