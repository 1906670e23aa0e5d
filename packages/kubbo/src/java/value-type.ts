import { describe } from "../codec/hessian2/describe.ts";
import { badArgument, badMessage } from "../codec/hessian2/errors.ts";
import { JavaValue } from "../codec/hessian2/java-value.ts";
import type { ReadableClass } from "../codec/hessian2/reader.ts";
import { kind, kindOf, nullTag } from "../codec/hessian2/tags.ts";
import { classDefinition } from "../codec/hessian2/writer.ts";
import { fieldsOf } from "./field.ts";
import type { AnyJavaType, JavaType } from "./java-type.ts";
import { FieldPlan } from "./plan.ts";

export interface ValueTypeParts<In, Out, Name extends string> {
  readonly javaName: Name;
  /** The class that travels, where it is a handle of hessian-lite. Default: `javaName`. */
  readonly wireName?: string;
  /** The fields of that class, in the order in which they are written. */
  readonly fields: Readonly<Record<string, AnyJavaType>>;
  /** The values of the fields, in that order; undefined: this is no such value. */
  toFields(value: In): readonly unknown[] | undefined;
  /** The value; undefined: these fields are of no such value. */
  fromFields(fields: readonly unknown[]): Out | undefined;
  /** What `toFields` takes, for the error: `BigDecimal (a decimal text, a number or a bigint)`. */
  readonly expected: string;
}

/**
 * A class of the JDK whose objects are plain values in JavaScript: mostly texts. They have no identity there, so each
 * is written in full; where one is referred to twice, both places get the value.
 */
export function valueType<In, Out, const Name extends string>(
  parts: ValueTypeParts<In, Out, Name>,
): JavaType<In, Out, Name> {
  const { javaName, wireName = javaName, expected, toFields, fromFields } = parts;
  const fields = fieldsOf(parts.fields);
  const definition = classDefinition(wireName, Object.keys(parts.fields));
  const plan = new FieldPlan(fields);
  const zeros = fields.map((field) => field.zero);

  const write: JavaType<In, Out>["write"] = (writer, given) => {
    if (given === null || given === undefined) {
      writer.writeNull();
      return;
    }
    const value = given instanceof JavaValue ? (given.value as In) : given;
    const values = toFields(value);
    if (values === undefined) throw badArgument(expected, describe(value));
    writer.skipReference();
    writer.enter();
    writer.beginObject(definition);
    for (const field of fields) field.write(writer, values[field.index] as never);
    writer.leave();
  };

  const readable: ReadableClass = {
    javaName,
    valueLike: true,
    write,
    readFields(reader, found) {
      const { at } = reader;
      const number = reader.addReference(undefined);
      const slots = zeros.slice();
      plan.read(reader, found, slots);
      const value = fromFields(slots);
      if (value === undefined) throw badMessage(at, `the fields of a ${javaName}`, "others");
      reader.setReference(number, value, readable);
      return value;
    },
  };

  return Object.freeze<JavaType<In, Out, Name>>({
    javaName,
    elementName: javaName,
    wireName,
    zero: null,
    write,
    read(reader) {
      const tag = reader.u8();
      if (kindOf[tag] === kind.object) return readable.readFields(reader, reader.beginObject(tag)) as Out;
      if (tag === nullTag) return null as Out;
      if (kindOf[tag] !== kind.reference) throw reader.wrongTag(javaName);
      const at = reader.at - 1;
      const { value, valueClass } = reader.readReference();
      if (valueClass?.javaName !== javaName) throw badMessage(at, javaName, "a reference to something else");
      return value as Out;
    },
    accepts: (value) => value === null || value instanceof JavaValue || toFields(value as In) !== undefined,
    parts: () => Object.values(parts.fields),
    readable,
  });
}
