import type { Hessian2Codec } from "../codec/hessian2/codec.ts";
import { badArgument, named, within } from "../codec/hessian2/errors.ts";
import { type Hessian2Limits, resolveLimits } from "../codec/hessian2/limits.ts";
import { readMessage, writeMessage } from "../codec/hessian2/message.ts";
import type { Hessian2Reader } from "../codec/hessian2/reader.ts";
import type { Hessian2Writer } from "../codec/hessian2/writer.ts";
import type { AnyJavaType, JavaType } from "./java-type.ts";
import { type KnownClasses, knownClasses } from "./known-classes.ts";

/** What the codecs of one contract share. */
export interface CodecContext {
  readonly classes: KnownClasses;
  readonly limits: Required<Hessian2Limits>;
}

/**
 * A codec from the two functions that do the work.
 *
 * @param root the value's name in errors, with which the path begins
 */
function createCodec<T>(
  context: CodecContext,
  root: string,
  writeValue: (writer: Hessian2Writer, value: T) => void,
  readValue: (reader: Hessian2Reader) => T,
): Hessian2Codec<T> {
  const { classes, limits } = context;
  function write(writer: Hessian2Writer, value: T): void {
    writer.classes = classes.writable;
    writeValue(writer, value);
  }
  function read(reader: Hessian2Reader): T {
    reader.classes = classes.readable;
    return readValue(reader);
  }
  return Object.freeze<Hessian2Codec<T>>({
    format: "hessian2",
    encode: (value) => writeMessage(root, (writer) => write(writer, value)),
    decode: (bytes) => readMessage(bytes, root, limits, read),
    write(writer, value, path = root) {
      try {
        write(writer, value);
      } catch (error) {
        throw named(error, path);
      }
    },
    read(reader) {
      try {
        return read(reader);
      } catch (error) {
        throw named(error, root);
      }
    },
  });
}

/** The codec of one declared type within a contract. */
export function typeCodec(type: AnyJavaType, root: string, context: CodecContext): Hessian2Codec {
  return createCodec(context, root, type.write as (writer: Hessian2Writer, value: unknown) => void, type.read);
}

/** The codec of the arguments of a method: the message is the array of them. */
export interface ArgumentsCodec extends Hessian2Codec<readonly unknown[]> {
  /** Each argument for itself: Triple's wrapper message carries them as streams of their own. */
  readonly params: readonly Hessian2Codec[];
}

export function argumentsCodec(
  types: readonly AnyJavaType[],
  names: readonly string[],
  context: CodecContext,
): ArgumentsCodec {
  const whole = createCodec(
    context,
    "",
    (writer, values: readonly unknown[]): void => {
      if (values.length !== types.length) throw badArgument(`${types.length} arguments`, `${values.length}`);
      for (const [i, type] of types.entries()) {
        try {
          type.write(writer, values[i] as never);
        } catch (error) {
          throw within(error, names[i] as string);
        }
      }
    },
    (reader): readonly unknown[] =>
      types.map((type, i) => {
        try {
          return type.read(reader);
        } catch (error) {
          throw within(error, names[i] as string);
        }
      }),
  );
  const params = types.map((type, i) => typeCodec(type, names[i] as string, context));
  return Object.freeze({ ...whole, params: Object.freeze(params) });
}

export interface TypeCodecOptions {
  /** The value's name in errors. Default: the type's name. */
  readonly name?: string;
  readonly limits?: Hessian2Limits;
  /** Classes that may appear where only a superclass or `Object` is declared. */
  readonly classes?: readonly AnyJavaType[];
}

/** A `Hessian2Codec` that tells what goes in from what comes out. */
export interface TypedCodec<In, Out> {
  readonly format: "hessian2";
  encode(value: In): Uint8Array;
  decode(bytes: Uint8Array): Out;
  write(writer: Hessian2Writer, value: In, path?: string): void;
  read(reader: Hessian2Reader): Out;
}

/** A codec for values of one declared type, without a service around it: for a message queue, a file, a test. */
export function codecOf<In, Out>(type: JavaType<In, Out>, options: TypeCodecOptions = {}): TypedCodec<In, Out> {
  const { name = simpleName(type.javaName), limits, classes = [] } = options;
  const context = { classes: knownClasses([type as AnyJavaType, ...classes]), limits: resolveLimits(limits) };
  return typeCodec(type as AnyJavaType, name, context) as never;
}

/** `com.acme.Order` -> `order`: how the path of an error names a value that has no other name. */
export function simpleName(javaName: string): string {
  const last = javaName.slice(javaName.lastIndexOf(".") + 1);
  return last.slice(0, 1).toLowerCase() + last.slice(1);
}
