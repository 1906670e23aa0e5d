import { describe } from "../codec/hessian2/describe.ts";
import { badArgument } from "../codec/hessian2/errors.ts";
import type { JavaType } from "./java-type.ts";

const isText = (value: unknown): boolean => value === null || typeof value === "string";

function textType<const Name extends string>(javaName: Name, elementName: string): JavaType<string, string, Name> {
  return Object.freeze<JavaType<string, string, Name>>({
    javaName,
    elementName,
    zero: null,
    write(writer, value) {
      if (typeof value === "string") writer.writeString(value);
      else if (value === null || value === undefined) writer.writeNull();
      else throw badArgument("string", describe(value));
    },
    direct: { of: "string", method: "writeString" },
    read: (reader) => reader.readString() as string,
    accepts: isText,
  });
}

/** `java.lang.String`. */
export const string = textType("java.lang.String", "string");

/** `char[]`, which travels as a text. */
export const charArray = textType("[C", "[char");
