import { describe } from "../codec/hessian2/describe.ts";
import { badArgument } from "../codec/hessian2/errors.ts";
import { longMax, longMin } from "../codec/hessian2/scalar-writer.ts";
import { kind, kindOf } from "../codec/hessian2/tags.ts";
import type { AnyJavaType, JavaType } from "./java-type.ts";
import { valueType } from "./value-type.ts";

function writeDate(...[writer, value]: Parameters<JavaType<Date, Date>["write"]>): void {
  if (value instanceof Date) writer.writeDate(value);
  else if (value === null || value === undefined) writer.writeNull();
  else throw badArgument("Date", describe(value));
}

const isDate = (value: unknown): boolean => value === null || value instanceof Date;

/** `java.util.Date`: a Date. Java has dates that a Date cannot hold: `dateMillis` takes those as well. */
export const date: JavaType<Date, Date, "java.util.Date"> = Object.freeze<JavaType<Date, Date, "java.util.Date">>({
  javaName: "java.util.Date",
  elementName: "date",
  zero: null,
  write: writeDate,
  read: (reader) => reader.readDate() as Date,
  accepts: isDate,
});

/** `java.util.Date` as milliseconds since 1970 in 64 bits: any date of Java, `new Date(Long.MAX_VALUE)` too. */
export const dateMillis = Object.freeze<JavaType<bigint | number, bigint, "java.util.Date">>({
  javaName: "java.util.Date",
  elementName: "date",
  zero: null,
  write(writer, value) {
    const fits = typeof value === "bigint" ? value >= longMin && value <= longMax : Number.isSafeInteger(value);
    if (fits) writer.writeMillis(value);
    else if (value === null || value === undefined) writer.writeNull();
    else throw badArgument("Date (its milliseconds since 1970)", describe(value));
  },
  read: (reader) => reader.readMillis() as bigint,
  accepts: (value) => value === null || typeof value === "bigint" || Number.isSafeInteger(value),
});

/** A date of java.sql: as a field of a class it travels as a plain date, anywhere else as an object around one. */
function sqlType<const Name extends string>(javaName: Name): JavaType<Date, Date, Name> {
  const around = valueType({
    javaName,
    fields: { value: date },
    expected: `${javaName} (a Date)`,
    toFields: (value: Date) => (value instanceof Date ? [value] : undefined),
    fromFields: ([value]) => (value instanceof Date ? value : undefined),
  });
  const read: JavaType<Date, Date>["read"] = (reader) =>
    kindOf[reader.peek()] === kind.date ? (reader.readDate() as Date) : around.read(reader);
  const inField: AnyJavaType = Object.freeze({ ...around, write: writeDate, read });
  return Object.freeze({ ...around, read, inField });
}

/** `java.sql.Date`. A Java with its default class check takes it as a field of a class only; so with the next two. */
export const sqlDate = sqlType("java.sql.Date");
/** `java.sql.Time`. */
export const sqlTime = sqlType("java.sql.Time");
/** `java.sql.Timestamp`, of which Java sends the milliseconds only. */
export const sqlTimestamp = sqlType("java.sql.Timestamp");
