import { JavaValue } from "../codec/hessian2/java-value.ts";
import type { AnyJavaType, InputOf } from "./java-type.ts";

/**
 * A value with its Java type, for places where no declaration says it: `typed(long, 5)` or `typed(bigDecimal, "9.90")` in a
 * `Map<String, Object>`. It is checked when it is written.
 */
export function typed<T extends AnyJavaType>(type: T, value: InputOf<T>): JavaValue<InputOf<T>> {
  return new JavaValue(type, value);
}
