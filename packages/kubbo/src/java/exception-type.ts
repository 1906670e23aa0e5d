import { within } from "../codec/hessian2/errors.ts";
import { defaultLimits } from "../codec/hessian2/limits.ts";
import { readMessage, writeMessage } from "../codec/hessian2/message.ts";
import { setField } from "../codec/hessian2/remembered-class.ts";
import type { Writable } from "../codec/hessian2/writer.ts";
import type { ExceptionType } from "../model/contract.ts";
import { type Field, fieldsOf } from "./field.ts";
import { type AnyJavaClass, type FieldInputs, type Fields, type FieldValues, javaClass } from "./java-class.ts";
import { type ExceptionWriter, JavaException } from "./java-exception.ts";
import type { AnyJavaType, JavaType } from "./java-type.ts";
import { knownClasses } from "./known-classes.ts";
import {
  type ExceptionClass,
  type ExceptionDefinitions,
  type ExceptionFields,
  exceptionDefinitions,
  readException,
  readThrowable,
  writeError,
  writeException,
} from "./throwable.ts";
import { typeCodec } from "./type-codec.ts";

/** A declared class of Java exceptions. */
export interface JavaExceptionType<Name extends string, In, Out>
  extends JavaType<Error, JavaException<Out>, Name>,
    ExceptionType {
  readonly javaClass: Name;
  /** Whether an error is an exception of this class or of a declared subclass; its fields are known then. */
  readonly is: (error: unknown) => error is JavaException<Out>;
  /**
   * An exception to throw from a provider.
   *
   * @param fields as for a class: what is left out is null or zero. Lists, maps and objects are kept, not copied
   * Errors: INVALID_ARGUMENT `bad-argument` for a field that is not as declared.
   */
  readonly create: (fields: In, message?: string | null, options?: { readonly cause?: unknown }) => JavaException<Out>;
  /** The fields as a class, for `extends`. */
  readonly fieldClass: AnyJavaClass;
}

export type AnyJavaExceptionType = JavaExceptionType<string, never, unknown>;

type Flat<T> = { [K in keyof T]: T[K] } & {};
type ValuesOf<F, S> =
  S extends JavaExceptionType<string, never, infer Out> ? Flat<Omit<Out, keyof F> & FieldValues<F>> : FieldValues<F>;
type InputsOf<F, S> =
  S extends JavaExceptionType<string, infer In, unknown> ? Flat<Omit<In, keyof F> & FieldInputs<F>> : FieldInputs<F>;

export interface JavaExceptionOptions<S> {
  /** The superclass, if it is declared: `Base.is(error)` holds for this class then, and its fields are inherited. */
  readonly extends?: S;
}

/**
 * A Java exception: `javaException("com.acme.OutOfStock", { sku: string })`. The fields are its own ones, beside
 * message, cause and stack.
 *
 * A consumer asks `OutOfStock.is(error)` and has `error.fields.sku`; a provider throws
 * `OutOfStock.create({ sku }, "no more")`. Declare it in `throws` of the methods that throw it: Java reads classes
 * only that its interface names, and takes any other for a broken answer.
 */
export function javaException<
  const Name extends string,
  F extends Fields,
  S extends AnyJavaExceptionType | undefined = undefined,
>(
  javaName: Name,
  fields: F,
  options: JavaExceptionOptions<S> = {},
): JavaExceptionType<Name, InputsOf<F, S>, ValuesOf<F, S>> {
  const superclass = options.extends;
  const fieldClass: AnyJavaClass = javaClass(javaName, fields, { extends: superclass?.fieldClass as undefined });
  const declared = once(() => declare(fieldClass));
  const check = once(() => {
    const classes = { ...knownClasses([type]), writable: new AnyClass(knownClasses([type]).writable) };
    return typeCodec(fieldClass, javaName, { classes, limits: defaultLimits });
  });

  const writer: ExceptionWriter = {
    javaName,
    ancestors: new Set(superclass ? [superclass.javaClass, ...(superclass.readable?.ancestors ?? [])] : []),
    write(out, error) {
      const { own, definitions } = declared();
      const values = error.fields as Readonly<Record<string, unknown>>;
      writeException(out, error, definitions, () => {
        for (const field of own) {
          try {
            field.write(out, (values[field.name] ?? field.zero) as never);
          } catch (thrown) {
            throw within(thrown, `.${field.name}`);
          }
        }
      });
    },
  };

  const exceptionFields = once((): ExceptionFields => {
    const { own } = declared();
    return {
      byName: new Map(own.map((field) => [field.name, field])),
      make(values) {
        const object = {};
        for (const { name, zero } of own) setField(object, name, values.has(name) ? values.get(name) : zero);
        return Object.freeze(object);
      },
      writer,
    };
  });

  const readable: ExceptionClass = {
    javaName,
    valueLike: false,
    isException: true,
    ancestors: writer.ancestors,
    write: writer.write,
    readFields: (reader, definition) => readException(reader, definition, exceptionFields()),
  };

  const type: AnyJavaExceptionType = Object.freeze<AnyJavaExceptionType>({
    javaName,
    javaClass: javaName,
    elementName: javaName,
    zero: null,
    fieldClass,
    write(out, error) {
      if (error === null || error === undefined) out.writeNull();
      else writeError(out, error);
    },
    read: (reader) => readThrowable(reader) as JavaException<unknown>,
    accepts: (value) => value === null || value instanceof Error,
    is: (error): error is JavaException<unknown> => JavaException.is(error) && error.isOf(javaName),
    create(given: unknown, message: string | null = null, { cause }: { readonly cause?: unknown } = {}) {
      check().encode(given ?? {});
      const fields = withZeros(declared().own, (given ?? {}) as Readonly<Record<string, unknown>>);
      const error = new JavaException<unknown>({ javaClass: javaName, javaMessage: message, fields, cause, writer });
      // Who throws is where the stack begins.
      Error.captureStackTrace(error, type.create);
      return error;
    },
    parts: () => [...(superclass ? [superclass] : []), ...fieldClass.fields().values()],
    readable,
  });
  return type as never;
}

/** Subclass of everything; nothing of its objects is looked at. */
const anyClass: Writable = { write: (writer) => writer.writeNull(), ancestors: { has: () => true } as never };

/**
 * What is known of classes where an exception is made: the contract knows more, and checks objects of the others when
 * it writes them.
 */
class AnyClass extends Map<string, Writable> {
  override get(name: string): Writable {
    return super.get(name) ?? anyClass;
  }
}

/**
 * All fields in their order, frozen. What is a value in JavaScript is as a peer would get it (a long that was passed as
 * a number is a bigint); lists, maps and objects are the ones that were passed.
 */
function withZeros(fields: readonly Field[], given: Readonly<Record<string, unknown>>): object {
  const object = {};
  for (const { name, type, zero } of fields) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const isPlain = typeof value !== "object" || type.readable?.valueLike === true;
    setField(object, name, value === undefined ? zero : isPlain ? asDelivered(type, value) : value);
  }
  return Object.freeze(object);
}

function asDelivered(type: AnyJavaType, value: unknown): unknown {
  const bytes = writeMessage(type.javaName, (writer) => type.write(writer, value as never));
  return readMessage(bytes, type.javaName, defaultLimits, type.read);
}

interface Declared {
  readonly own: readonly Field[];
  readonly definitions: ExceptionDefinitions;
}

function declare(fieldClass: AnyJavaClass): Declared {
  const types = fieldClass.fields();
  return {
    own: fieldsOf(types),
    definitions: exceptionDefinitions(fieldClass.javaName, [...types.keys()]),
  };
}

/** The types that getters give may not exist yet when an exception is declared. */
function once<T>(make: () => T): () => T {
  let made: { readonly is: T } | undefined;
  return () => {
    made ??= { is: make() };
    return made.is;
  };
}
