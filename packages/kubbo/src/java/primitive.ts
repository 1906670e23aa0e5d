import { describe } from "../codec/hessian2/describe.ts";
import { badArgument } from "../codec/hessian2/errors.ts";
import type { Hessian2Reader } from "../codec/hessian2/reader.ts";
import { longMax, longMin } from "../codec/hessian2/scalar-writer.ts";
import type { Hessian2Writer } from "../codec/hessian2/writer.ts";
import type { DirectWrite, JavaType, PrimitiveName } from "./java-type.ts";

/** A primitive type, and the class that Java has for it where it needs an object. */
export interface Primitive<In, Out, Name extends PrimitiveName, Box extends string> extends JavaType<In, Out, Name> {
  readonly boxed: JavaType<In, Out, Box>;
}

interface PrimitiveParts<In, Out, Name, Box> {
  readonly name: Name;
  readonly box: Box;
  readonly zero: Out;
  write(writer: Hessian2Writer, value: In): void;
  readonly direct?: DirectWrite;
  /** Gives the zero for null, as Java does. */
  read(reader: Hessian2Reader): Out;
  accepts(value: unknown): boolean;
}

function primitive<In, Out, const Name extends PrimitiveName, const Box extends string>(
  parts: PrimitiveParts<In, Out, Name, Box>,
): Primitive<In, Out, Name, Box> {
  const { name, box, zero, write, read, accepts } = parts;
  const direct = parts.direct && { direct: parts.direct };
  const boxed: JavaType<In, Out, Box> = {
    javaName: box,
    elementName: box,
    zero: null,
    ...direct,
    write(writer, value) {
      if (value === null || value === undefined) writer.writeNull();
      else write(writer, value);
    },
    // Platform type: null where Java has null, whatever the compiler was told.
    read: (reader) => (reader.takeNull() ? (null as Out) : read(reader)),
    accepts: (value) => value === null || accepts(value),
  };
  return Object.freeze({
    javaName: name,
    elementName: name,
    zero,
    write,
    ...direct,
    read,
    accepts,
    boxed: Object.freeze(boxed),
  });
}

const isNumber = (value: unknown): value is number => typeof value === "number";

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** `boolean`. */
export const boolean = primitive({
  name: "boolean",
  box: "java.lang.Boolean",
  zero: false,
  write(writer, value: boolean) {
    if (typeof value !== "boolean") throw badArgument("boolean", describe(value));
    writer.writeBoolean(value);
  },
  direct: { of: "boolean", method: "writeBoolean" },
  read: (reader) => reader.readBoolean(),
  accepts: (value) => typeof value === "boolean",
});

/** `byte`: -128 to 127. An array of them is `bytes`. */
export const byte = primitive({
  name: "byte",
  box: "java.lang.Byte",
  zero: 0,
  write(writer, value: number) {
    if (!isWhole(value, -128, 127)) throw badArgument("byte (-128 to 127)", describe(value));
    writer.writeInt(value);
  },
  // Java cuts what is too long.
  read: (reader) => (reader.readInt() << 24) >> 24,
  accepts: (value) => isWhole(value, -128, 127),
});

/** `short`: -32768 to 32767. */
export const short = primitive({
  name: "short",
  box: "java.lang.Short",
  zero: 0,
  write(writer, value: number) {
    if (!isWhole(value, -32768, 32767)) throw badArgument("short (-32768 to 32767)", describe(value));
    writer.writeInt(value);
  },
  read: (reader) => (reader.readInt() << 16) >> 16,
  accepts: (value) => isWhole(value, -32768, 32767),
});

/** `int`: -2147483648 to 2147483647. */
export const int = primitive({
  name: "int",
  box: "java.lang.Integer",
  zero: 0,
  write(writer, value: number) {
    if (!isNumber(value)) throw badArgument("int", describe(value));
    writer.writeInt(value);
  },
  direct: { of: "number", method: "writeInt" },
  read: (reader) => reader.readInt(),
  accepts: (value) => isWhole(value, -(2 ** 31), 2 ** 31 - 1),
});

function writeLong(writer: Hessian2Writer, value: bigint | number): void {
  if (typeof value !== "bigint" && !isNumber(value)) throw badArgument("long", describe(value));
  writer.writeLong(value);
}

const isLong = (value: unknown): boolean =>
  typeof value === "bigint" ? value >= longMin && value <= longMax : Number.isSafeInteger(value);

/** `long`: a bigint, so that no digit is lost. A safe integer may be passed as well. */
export const long = primitive({
  name: "long",
  box: "java.lang.Long",
  zero: 0n,
  write: writeLong,
  direct: { of: "bigint", method: "writeLong" },
  read: (reader) => reader.readLong(),
  accepts: isLong,
});

/** `long` as a number, for values that are known to stay below 2^53; one that does not is an error, never rounded. */
export const longAsNumber = primitive({
  name: "long",
  box: "java.lang.Long",
  zero: 0,
  write: writeLong,
  direct: { of: "bigint", method: "writeLong" },
  read: (reader) => reader.readLongNumber(),
  accepts: isLong,
});

/** The largest finite float; what rounds to it is still one. */
const floatMax = 3.4028235677973366e38;

/**
 * `float`. Java gets the float that is nearest; what comes from a `float` of Java is its exact value as a double
 * (1.100000023841858 for 1.1f), from a `Float` its decimal text (1.1).
 */
export const float = primitive({
  name: "float",
  box: "java.lang.Float",
  zero: 0,
  write(writer, value: number) {
    if (!isNumber(value) || (Math.abs(value) >= floatMax && Number.isFinite(value))) {
      throw badArgument("float", describe(value));
    }
    writer.writeDouble(value);
  },
  read: (reader) => reader.readDouble(),
  accepts: isNumber,
});

/** `double`. */
export const double = primitive({
  name: "double",
  box: "java.lang.Double",
  zero: 0,
  write(writer, value: number) {
    if (!isNumber(value)) throw badArgument("double", describe(value));
    writer.writeDouble(value);
  },
  direct: { of: "number", method: "writeDouble" },
  read: (reader) => reader.readDouble(),
  accepts: isNumber,
});

const isChar = (value: unknown): boolean => typeof value === "string" && value.length === 1;

/** `char`: a text of one UTF-16 unit. */
export const char = primitive({
  name: "char",
  box: "java.lang.Character",
  zero: "\0",
  write(writer, value: string) {
    if (!isChar(value)) throw badArgument("char (a text of one UTF-16 unit)", describe(value));
    writer.writeString(value);
  },
  read: (reader) => reader.readString()?.[0] ?? "\0",
  accepts: isChar,
});

/** The class of a primitive: `boxed(int)` is `java.lang.Integer`. Elements of lists and maps are boxed without it. */
export function boxed<In, Out, Box extends string>(
  type: Primitive<In, Out, PrimitiveName, Box>,
): JavaType<In, Out, Box> {
  return type.boxed;
}
