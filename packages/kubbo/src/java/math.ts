import { array } from "./array.ts";
import { int } from "./primitive.ts";
import { string } from "./text.ts";
import { valueType } from "./value-type.ts";

/** What `new BigDecimal(text)` takes, and what its `toString` gives. */
const decimalPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,10})?$/;

/** `java.math.BigDecimal`: its exact text, scale included: `"9.90"`, `"1E+3"`. A number or a bigint may be passed. */
export const bigDecimal = valueType({
  javaName: "java.math.BigDecimal",
  fields: { value: string },
  expected: "BigDecimal (a decimal text, a finite number or a bigint)",
  toFields(value: string | number | bigint) {
    if (typeof value === "bigint") return [String(value)];
    if (typeof value === "number") return Number.isFinite(value) ? [String(value)] : undefined;
    return typeof value === "string" && decimalPattern.test(value) ? [value] : undefined;
  },
  fromFields: ([text]) => (typeof text === "string" && decimalPattern.test(text) ? text : undefined),
});

/**
 * `java.math.BigInteger`: a bigint.
 *
 * On the wire its sign and its magnitude in words of 32 bits, the most significant first; the other private fields
 * that Java writes are caches, which it does not need back.
 */
export const bigInteger = valueType({
  javaName: "java.math.BigInteger",
  fields: { signum: int, mag: array(int) },
  expected: "BigInteger (a bigint)",
  toFields(value: bigint) {
    if (typeof value !== "bigint") return undefined;
    const digits = (value < 0n ? -value : value).toString(16);
    const words: number[] = [];
    for (let end = digits.length; end > 0 && value !== 0n; end -= 8) {
      words.unshift(Number.parseInt(digits.slice(Math.max(0, end - 8), end), 16) | 0);
    }
    return [value === 0n ? 0 : value < 0n ? -1 : 1, words];
  },
  fromFields([signum, mag]) {
    // As text: shifting word by word would take quadratic time.
    const digits = ((mag as number[] | null) ?? []).map((word) => (word >>> 0).toString(16).padStart(8, "0"));
    const size = BigInt(`0x0${digits.join("")}`);
    return (signum as number) < 0 ? -size : signum === 0 ? 0n : size;
  },
});
