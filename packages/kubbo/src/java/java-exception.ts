import { $write, type Hessian2Writer } from "../codec/hessian2/writer.ts";
import { RpcError } from "../model/rpc-error.ts";
import { type StackFrame, stackFrameText } from "./stack-frame.ts";

/** Survives two copies of the package in one process. */
const brand: unique symbol = Symbol.for("kubbo.JavaException") as never;

/** How an exception of a declared class is written; set by what declares it. */
export interface ExceptionWriter {
  readonly javaName: string;
  readonly ancestors: ReadonlySet<string>;
  write(writer: Hessian2Writer, value: JavaException): void;
}

export interface JavaExceptionParts<F> extends JavaExceptionContent<F> {
  readonly javaClass: string;
  /** How it is written. */
  readonly writer: ExceptionWriter;
}

/** What is not known yet of an exception whose reading begins. */
export interface JavaExceptionContent<F> {
  readonly javaMessage: string | null;
  readonly fields: F;
  readonly cause?: unknown;
  readonly suppressed?: readonly JavaException[];
  /** Undefined: the exception is made here, and its stack is that of JavaScript. */
  readonly javaStack?: readonly StackFrame[];
}

/**
 * A Java exception as a JavaScript error: one that a provider threw, or that a provider written in TypeScript throws.
 *
 * `fields` are what the exception's class has beside message, cause and stack. The `stack` of one that came is Java's.
 */
export class JavaException<F = Readonly<Record<string, unknown>>> extends RpcError {
  override readonly name: string = "JavaException";
  /** `com.acme.OutOfStock` */
  readonly javaClass: string;
  /** The text of the exception alone; `message` has the class in front. */
  readonly javaMessage: string | null;
  readonly fields: F;
  /** Outermost call first. Empty for one that was made here. */
  readonly javaStack: readonly StackFrame[];
  readonly suppressed: readonly JavaException[];
  readonly #writer: ExceptionWriter;
  readonly [brand] = true;

  constructor(parts: JavaExceptionParts<F>) {
    const { javaClass, javaMessage, fields, cause, suppressed = [], javaStack, writer } = parts;
    super("UNKNOWN", "java-exception", javaMessage === null ? javaClass : `${javaClass}: ${javaMessage}`, {
      facts: { javaClass },
      ...(cause !== undefined && cause !== null && { cause }),
    });
    this.javaClass = javaClass;
    this.javaMessage = javaMessage;
    this.fields = fields;
    this.javaStack = javaStack ?? [];
    this.suppressed = suppressed;
    this.#writer = writer;
    if (javaStack) setStack(this, javaStack);
  }

  /** Whether `value` is a JavaException, of this copy of the package or of another. */
  static override is(value: unknown): value is JavaException {
    return RpcError.is(value) && (value as { readonly [brand]?: unknown })[brand] === true;
  }

  /** Whether it is of this class or of one that is declared as its subclass. */
  isOf(javaClass: string): boolean {
    return this.javaClass === javaClass || this.#writer.ancestors.has(javaClass);
  }

  [$write](writer: Hessian2Writer): void {
    this.#writer.write(writer, this as JavaException);
  }
}

function setStack(exception: JavaException<unknown>, javaStack: readonly StackFrame[]): void {
  const lines = javaStack.map((frame) => `\n    at ${stackFrameText(frame)}`).join("");
  const value = `${exception.message}${lines}`;
  Object.defineProperty(exception, "stack", { value, configurable: true, writable: true });
}

/**
 * Gives an exception what was read of it. It exists before its fields are read, since they may refer to it; nobody
 * else has it until then.
 */
export function completeException(
  exception: JavaException,
  content: JavaExceptionContent<JavaException["fields"]>,
): void {
  const { javaMessage, fields, cause, suppressed = [], javaStack = [] } = content;
  const hidden = { configurable: true, writable: true, enumerable: false };
  if (javaMessage !== null) {
    Object.defineProperty(exception, "message", { ...hidden, value: `${exception.javaClass}: ${javaMessage}` });
  }
  if (cause !== undefined && cause !== null) Object.defineProperty(exception, "cause", { ...hidden, value: cause });
  Object.assign(exception, { javaMessage, fields, javaStack, suppressed });
  setStack(exception, javaStack);
}
