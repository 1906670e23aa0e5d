import { $class } from "./remembered-class.ts";
import { $write, type Hessian2Writer, type Writable } from "./writer.ts";

/** Source: util.inspect.custom, which is in the global registry so that nobody needs to import it. */
const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/**
 * A value together with its Java type, for places where no declaration says the type: `typed(bigDecimal, "9.90")` in a
 * `Map<String, Object>`. Where Java has an object that JavaScript has not (a BigDecimal, an enum constant), such a
 * place is also read as one. It behaves as its value in texts, comparisons and JSON. Frozen.
 */
export class JavaValue<T = unknown> {
  readonly type: Writable & { readonly javaName: string };
  readonly value: T;

  constructor(type: Writable & { readonly javaName: string }, value: T) {
    this.type = type;
    this.value = value;
    Object.freeze(this);
  }

  [$write](writer: Hessian2Writer): void {
    this.type.write(writer, this.value as never);
  }

  /** The name of the Java type, for `javaClassOf`. */
  get [$class](): string {
    return this.type.javaName;
  }

  /** In the console and in messages of assertions: `java.math.BigDecimal(9.90)`. */
  [inspect](): string {
    return `${this.type.javaName}(${String(this.value)})`;
  }

  valueOf(): T {
    return this.value;
  }

  toString(): string {
    return String(this.value);
  }

  toJSON(): unknown {
    return typeof this.value === "bigint" ? String(this.value) : this.value;
  }
}

const int = { javaName: "int", write: (writer: Hessian2Writer, value: number) => writer.writeInt(value) };
const long = { javaName: "long", write: (writer: Hessian2Writer, value: bigint | number) => writer.writeLong(value) };
const double = { javaName: "double", write: (writer: Hessian2Writer, value: number) => writer.writeDouble(value) };

/** A number that is written as int where it would be a double, or an error if it does not fit. */
export function asInt(value: number): JavaValue<number> {
  return new JavaValue(int, value);
}

/** A number that is written as long where it would be an int or a double. */
export function asLong(value: bigint | number): JavaValue<bigint | number> {
  return new JavaValue(long, value);
}

/** A number that is written as double where it would be an int. */
export function asDouble(value: number): JavaValue<number> {
  return new JavaValue(double, value);
}
