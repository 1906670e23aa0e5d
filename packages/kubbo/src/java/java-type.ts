import type { Hessian2Reader, ReadableClass } from "../codec/hessian2/reader.ts";
import type { Hessian2Writer, Writable } from "../codec/hessian2/writer.ts";

/**
 * A declared Java type as a value: its name, and how values of it are checked, written and read.
 *
 * A new type is a new object of this shape; nothing lists or switches over them. `write` and `read` do not use `this`:
 * containers take the functions out once, when they are built, and call them for every value.
 *
 * @typeParam In what a program may pass
 * @typeParam Out what a program gets
 * @typeParam Name the Java name as a literal, from which overloads get their names
 */
export interface JavaType<In, Out, Name extends string = string> {
  /** As `Class.getName()` gives it: `int`, `java.lang.String`, `[I`, `com.acme.Outer$Inner`. */
  readonly javaName: Name;
  /** Its name in the type of an array on the wire: `int`, `string`, `com.acme.Item`. */
  readonly elementName: string;
  /** Errors: INVALID_ARGUMENT `bad-argument`; containers add the path. */
  readonly write: (writer: Hessian2Writer, value: In) => void;
  /** What `write` does for the values that nearly all are; for code that is made for a class. */
  readonly direct?: DirectWrite;
  /** Errors: INTERNAL `bad-message`, RESOURCE_EXHAUSTED `limit`; containers add the path. */
  readonly read: (reader: Hessian2Reader) => Out;
  /** What Java has in a field that nobody set. */
  readonly zero: unknown;
  /** Whether a value could be meant for it; containers look no deeper than at themselves. Tells overloads apart. */
  readonly accepts: (value: unknown) => boolean;
  /** The type in a place where Java has no primitive ones: `java.lang.Integer` for `int`. Default: itself. */
  readonly boxed?: AnyJavaType;
  /** The type as a field of a class, where that goes in another form. Default: itself. */
  readonly inField?: AnyJavaType;
  /** The types that it is made of. A function, since classes refer to one another in circles. */
  readonly parts?: () => Iterable<AnyJavaType>;
  /** The class that travels, where that is a handle of hessian-lite. Default: `javaName`. */
  readonly wireName?: string;
  /** How its class is read where no declaration says the type. */
  readonly readable?: ReadableClass;
  /** How objects are written that remember this class (`$class`). */
  readonly writable?: Writable;
}

/** A value of this `typeof` needs no look: the method of the writer takes it as it is. */
export interface DirectWrite {
  readonly of: "bigint" | "boolean" | "number" | "string";
  readonly method: "writeBoolean" | "writeDouble" | "writeInt" | "writeLong" | "writeString";
}

/** Any declared type; what it takes and gives is to be checked where it is used. */
export type AnyJavaType = JavaType<never, unknown>;

/** What a program gets for a declared type: `type Order = TypeOf<typeof Order>`. */
export type TypeOf<T> = T extends { readonly read: (reader: never) => infer Out } ? Out : never;

/** What a program may pass for it. */
export type InputOf<T> = T extends { readonly write: (writer: never, value: infer In) => void } ? In : never;

/** The types of Java that are not objects and never null. */
export type PrimitiveName = "boolean" | "byte" | "char" | "short" | "int" | "long" | "float" | "double";

/** The type as an element of a list or a key of a map, where Java has objects only. */
export function boxedType(type: AnyJavaType): AnyJavaType {
  return type.boxed ?? type;
}
