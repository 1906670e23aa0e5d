import { describe } from "../codec/hessian2/describe.ts";
import { badArgument } from "../codec/hessian2/errors.ts";
import type { JavaType } from "./java-type.ts";

/** `byte[]`. What comes is a copy. */
export const bytes: JavaType<Uint8Array, Uint8Array, "[B"> = Object.freeze<JavaType<Uint8Array, Uint8Array, "[B">>({
  javaName: "[B",
  elementName: "[byte",
  zero: null,
  write(writer, value) {
    if (value instanceof Uint8Array) writer.writeBinary(value);
    else if (value === null || value === undefined) writer.writeNull();
    else throw badArgument("byte[] (a Uint8Array)", describe(value));
  },
  read: (reader) => reader.readBinary() as Uint8Array,
  accepts: (value) => value === null || value instanceof Uint8Array,
});
