import { describe } from "../codec/hessian2/describe.ts";
import { badArgument, badMessage } from "../codec/hessian2/errors.ts";
import { JavaValue } from "../codec/hessian2/java-value.ts";
import type { ReadableClass } from "../codec/hessian2/reader.ts";
import { kind, kindOf, nullTag } from "../codec/hessian2/tags.ts";
import { classDefinition } from "../codec/hessian2/writer.ts";
import type { JavaType } from "./java-type.ts";

export interface JavaEnumOptions {
  /**
   * Takes and gives constants that are not listed here, for enums to which Java adds some; they come as plain texts.
   * Default false: an unknown constant is an error, as it is in Java.
   */
  readonly open?: boolean;
}

/** Any other text; written so that editors still propose the listed ones. */
type Other<O> = O extends { readonly open: true } ? string & {} : never;

export interface JavaEnum<Name extends string, Value extends string> extends JavaType<Value, Value, Name> {
  /** The constants, in the order of their declaration. */
  readonly values: readonly Value[];
}

/**
 * A Java enum: `javaEnum("com.acme.OrderState", ["NEW", "PAID"])`; its constants are texts.
 *
 * On the wire an object of the enum class with the field `name`; as in Java each constant is one object, which is
 * written once per stream and then referred to.
 */
export function javaEnum<
  const Name extends string,
  const Values extends readonly string[],
  const O extends JavaEnumOptions = Readonly<Record<never, never>>,
>(javaName: Name, values: Values, options?: O): JavaEnum<Name, Values[number] | Other<O>> {
  type Value = Values[number] | Other<O>;
  const isOpen = options?.open ?? false;
  // What references mean: the constants as objects, since texts have no identity.
  const constants: ReadonlyMap<string, object> = new Map(values.map((value) => [value, Object.freeze({ value })]));
  const definition = classDefinition(javaName, ["name"]);
  const expected = `${javaName} (one of ${values.join(", ")})`;

  const write: JavaType<Value, Value>["write"] = (writer, given) => {
    if (given === null || given === undefined) {
      writer.writeNull();
      return;
    }
    const value: unknown =
      typeof given === "string" ? given : (given as unknown) instanceof JavaValue ? String(given) : given;
    const constant = constants.get(value as string);
    if (constant) {
      if (writer.reference(constant)) return;
    } else {
      if (!isOpen || typeof value !== "string") {
        throw badArgument(expected, typeof value === "string" ? JSON.stringify(value) : describe(value));
      }
      writer.skipReference();
    }
    writer.beginObject(definition);
    writer.writeString(value as string);
  };

  function checked(value: unknown, at: number): Value {
    if (typeof value === "string" && (isOpen || constants.has(value))) return value;
    throw badMessage(
      at,
      `${expected}; { open: true } lets others pass`,
      typeof value === "string" ? JSON.stringify(value) : describe(value),
    );
  }

  const readable: ReadableClass = {
    javaName,
    valueLike: true,
    write,
    readFields(reader, { fields }) {
      const { at } = reader;
      const number = reader.addReference(undefined);
      let name: unknown = null;
      reader.enter();
      for (const field of fields) {
        if (field === "name") name = reader.readString();
        else reader.readValue();
      }
      reader.leave();
      const value = checked(name, at);
      reader.setReference(number, value, readable);
      return value;
    },
  };

  return Object.freeze<JavaEnum<Name, Value>>({
    javaName,
    elementName: javaName,
    zero: null,
    values: Object.freeze([...values]) as readonly Value[],
    write,
    read(reader) {
      const tag = reader.u8();
      if (kindOf[tag] === kind.object) return readable.readFields(reader, reader.beginObject(tag)) as Value;
      if (tag === nullTag) return null as unknown as Value;
      const at = reader.at - 1;
      if (kindOf[tag] === kind.reference) return checked(reader.readReference().value, at);
      // Java takes the object only; peers that are not Java are known to send the name alone.
      if (kindOf[tag] !== kind.string) throw reader.wrongTag(expected);
      reader.at = at;
      return checked(reader.readString(), at);
    },
    accepts: (value) => value === null || (typeof value === "string" && (isOpen || constants.has(value))),
    readable,
  });
}
