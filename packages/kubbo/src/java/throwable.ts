import { badMessage, within } from "../codec/hessian2/errors.ts";
import type { Definition, Hessian2Reader, ReadableClass } from "../codec/hessian2/reader.ts";
import { kind, kindOf, nullTag } from "../codec/hessian2/tags.ts";
import { $write, type ClassDefinition, classDefinition, type Hessian2Writer } from "../codec/hessian2/writer.ts";
import { array } from "./array.ts";
import type { Field } from "./field.ts";
import { completeException, type ExceptionWriter, JavaException } from "./java-exception.ts";
import type { JavaType } from "./java-type.ts";
import { list } from "./list.ts";
import { framesOfError, type StackFrame, stackFrame } from "./stack-frame.ts";

/**
 * Throwable on the wire: an object of the exception's class with the fields of the class and, in any order,
 * `detailMessage`, `cause` (a reference to itself: none), `stackTrace` and `suppressedExceptions`.
 *
 * Written are the fields that every Java takes: frames of four fields, and `suppressedExceptions` only if there are some.
 * Source: com.alibaba.com.caucho.hessian.io.ThrowableSerializer (hessian-lite 4.0.3); spec/wire.md 3.9.
 */
export const throwableFields: readonly string[] = ["detailMessage", "cause", "stackTrace"];

/** The classes of an exception on the wire: of those without suppressed ones, and of those with. */
export interface ExceptionDefinitions {
  readonly plain: ClassDefinition;
  readonly suppressing: ClassDefinition;
}

/** @param own the fields beside those of Throwable */
export function exceptionDefinitions(javaName: string, own: readonly string[]): ExceptionDefinitions {
  const fields = [...throwableFields, ...own];
  return {
    plain: classDefinition(javaName, fields),
    suppressing: classDefinition(javaName, [...fields, "suppressedExceptions"]),
  };
}

/** What Java gets for an error that is no Java exception. */
const fallbackDefinition = classDefinition("java.lang.RuntimeException", throwableFields);

const frames = array(stackFrame);

/** Exceptions that are being read: a cause that refers to one of them is none. */
const unfinished = new WeakSet<JavaException>();

/** Writes message, cause and stack: the values of `throwableFields`. */
function writeThrowableFields(writer: Hessian2Writer, error: Error, message: string | null): void {
  if (message === null) writer.writeNull();
  else writer.writeString(message);
  writeCause(writer, error.cause);
  frames.write(writer, JavaException.is(error) && error.javaStack.length > 0 ? error.javaStack : framesOfError(error));
}

/** A circle of causes ends in a reference, which Java takes for a cause that is shown already. */
function writeCause(writer: Hessian2Writer, cause: unknown): void {
  try {
    if (cause instanceof Error) writeError(writer, cause);
    else writer.writeNull();
  } catch (error) {
    throw within(error, ".cause");
  }
}

/** Writes any error: a Java exception as its class, any other as a RuntimeException with the same text. */
export function writeError(writer: Hessian2Writer, error: Error): void {
  if (JavaException.is(error) && $write in error) {
    error[$write](writer);
    return;
  }
  if (writer.reference(error)) return;
  writer.enter();
  writer.beginObject(fallbackDefinition);
  writeThrowableFields(writer, error, error.message);
  writer.leave();
}

/** Writes an exception: `throwableFields`, then its own fields by `writeOwn`, then the suppressed ones. */
export function writeException(
  writer: Hessian2Writer,
  error: JavaException,
  { plain, suppressing }: ExceptionDefinitions,
  writeOwn: () => void,
): void {
  if (writer.reference(error)) return;
  const { suppressed } = error;
  writer.enter();
  writer.beginObject(suppressed.length > 0 ? suppressing : plain);
  writeThrowableFields(writer, error, error.javaMessage);
  writeOwn();
  if (suppressed.length > 0) writeSuppressed(writer, suppressed);
  writer.leave();
}

function writeSuppressed(writer: Hessian2Writer, suppressed: readonly Error[]): void {
  try {
    suppressedList.write(writer, suppressed);
  } catch (error) {
    throw within(error, ".suppressedExceptions");
  }
}

/** An exception of a class that nobody declared is written with the fields that it has. */
export function undeclaredWriter(javaName: string): ExceptionWriter {
  return {
    javaName,
    ancestors: new Set(),
    write(writer, error) {
      const fields = error.fields as Readonly<Record<string, unknown>>;
      const names = Object.keys(fields);
      writeException(writer, error, exceptionDefinitions(javaName, names), () => {
        for (const name of names) {
          try {
            writer.writeValue(fields[name]);
          } catch (thrown) {
            throw within(thrown, `.${name}`);
          }
        }
      });
    },
  };
}

/** What is known of a class that is an exception. */
export interface ExceptionClass extends ReadableClass {
  readonly isException: true;
  readFields(reader: Hessian2Reader, definition: Definition): JavaException;
}

const isExceptionClass = (known: ReadableClass): known is ExceptionClass => "isException" in known;

/** How the own fields of an exception's class are read. */
export interface ExceptionFields {
  readonly byName: ReadonlyMap<string, Field>;
  /** The object with the fields; what did not come has its zero. */
  make(values: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>>;
  readonly writer: ExceptionWriter;
}

/** Reads an exception, its definition being read. @param own undefined: the class is not declared */
export function readException(
  reader: Hessian2Reader,
  definition: Definition,
  own: ExceptionFields | undefined,
): JavaException {
  const exception = new JavaException<JavaException["fields"]>({
    javaClass: definition.name,
    javaMessage: null,
    fields: {},
    writer: own?.writer ?? undeclaredWriter(definition.name),
  });
  reader.addReference(exception);
  unfinished.add(exception);
  const values = new Map<string, unknown>();
  let javaMessage: string | null = null;
  let cause: JavaException | null = null;
  let javaStack: readonly StackFrame[] = [];
  let suppressed: readonly JavaException[] = [];
  reader.enter();
  let name = "";
  try {
    for (name of definition.fields) {
      const field = own?.byName.get(name);
      if (field) values.set(name, field.read(reader));
      else if (name === "detailMessage") javaMessage = reader.readString();
      else if (name === "cause") cause = readCause(reader);
      else if (name === "stackTrace") javaStack = readFrames(reader);
      else if (name === "suppressedExceptions") suppressed = readSuppressed(reader);
      else values.set(name, reader.readValue());
    }
  } catch (error) {
    throw within(error, `.${name}`);
  }
  reader.leave();
  // By way of a Map, so that a field `__proto__` is a field like any other.
  const fields = own ? own.make(values) : Object.freeze(Object.fromEntries(values));
  completeException(exception, { javaMessage, fields, cause, suppressed, javaStack });
  unfinished.delete(exception);
  return exception;
}

/** Null also for an exception around it: Java's way to say that there is none. */
function readCause(reader: Hessian2Reader): JavaException | null {
  const cause = readThrowable(reader);
  return cause && unfinished.has(cause) ? null : cause;
}

const readFrames = (reader: Hessian2Reader): readonly StackFrame[] =>
  ((frames.read(reader) as StackFrame[] | null) ?? []).filter((frame) => frame !== null);

/** Reads where a Throwable is wanted. One that is referred to from within itself is not complete yet. */
export function readThrowable(reader: Hessian2Reader): JavaException | null {
  const tag = reader.u8();
  const at = reader.at - 1;
  if (kindOf[tag] === kind.object) {
    const definition = reader.beginObject(tag);
    const { known } = definition;
    return known && isExceptionClass(known)
      ? known.readFields(reader, definition)
      : readException(reader, definition, undefined);
  }
  if (tag === nullTag) return null;
  if (kindOf[tag] !== kind.reference) throw reader.wrongTag("an exception");
  const { value } = reader.readReference();
  if (JavaException.is(value)) return value;
  throw badMessage(at, "an exception", "a reference to something else");
}

/** `java.lang.Throwable`: what comes is a JavaException, any Error may be passed. */
export const throwable: JavaType<Error, JavaException, "java.lang.Throwable"> = Object.freeze<
  JavaType<Error, JavaException, "java.lang.Throwable">
>({
  javaName: "java.lang.Throwable",
  elementName: "java.lang.Throwable",
  zero: null,
  write(writer, error) {
    if (error === null || error === undefined) writer.writeNull();
    else writeError(writer, error);
  },
  read: (reader) => readThrowable(reader) as JavaException,
  accepts: (value) => value === null || value instanceof Error,
  parts: () => [stackFrame],
});

const suppressedList = list(throwable);
const readSuppressed = (reader: Hessian2Reader): readonly JavaException[] =>
  ((suppressedList.read(reader) as (JavaException | null)[] | null) ?? []).filter((each) => each !== null);
