import type { AnyJavaType, JavaType } from "./java-type.ts";

/**
 * A type whose values say by themselves what they are: an interface or abstract class of which the contract knows
 * nothing but the name. Values go and come as with `encode` and `decode` of kubbo/hessian2; the classes of the
 * contract are read as they are declared and remember their class.
 */
export function opaque<const Name extends string>(javaName: Name): JavaType<unknown, unknown, Name> {
  return Object.freeze<JavaType<unknown, unknown, Name>>({
    javaName,
    elementName: javaName === "java.lang.Object" ? "object" : javaName,
    zero: null,
    write: (writer, value) => writer.writeValue(value),
    read: (reader) => reader.readValue(),
    accepts: () => true,
  });
}

/** `java.lang.Object`. */
export const object = opaque("java.lang.Object");

/** `java.lang.Number`. */
export const number = opaque("java.lang.Number") as JavaType<number | bigint, number | bigint, "java.lang.Number">;

/** A value that may be null, for the compiler: at run time every type that is not primitive takes and gives null. */
export function nullable<T extends AnyJavaType>(
  type: T,
): T extends JavaType<infer In, infer Out, infer Name> ? JavaType<In | null, Out | null, Name> : never {
  return type as never;
}

/** `void`: what a method gives that gives nothing. */
export const javaVoid: JavaType<void, void, "void"> = Object.freeze<JavaType<void, void, "void">>({
  javaName: "void",
  elementName: "void",
  zero: null,
  write: (writer) => writer.writeNull(),
  read(reader) {
    // Whatever came: a method without a result has none.
    reader.readValue();
  },
  accepts: () => true,
});

/** `CompletableFuture<T>` as a result: what travels is the T. */
export function completableFuture<T extends AnyJavaType>(
  type: T,
): T extends JavaType<infer In, infer Out> ? JavaType<In, Out, "java.util.concurrent.CompletableFuture"> : never {
  const boxed: AnyJavaType = type.boxed ?? type;
  return Object.freeze({ ...boxed, javaName: "java.util.concurrent.CompletableFuture", parts: () => [type] }) as never;
}
