import { describe } from "../codec/hessian2/describe.ts";
import { badArgument } from "../codec/hessian2/errors.ts";
import { JavaValue } from "../codec/hessian2/java-value.ts";
import { generalize } from "./generic-value.ts";

/** Node 22 has it, the type library not yet. Source: TC39 "JSON.parse source text access". */
interface SourceContext {
  readonly source?: string;
}

/** A whole number that a double would round is a bigint. */
function exactNumber(_key: string, value: unknown, context?: SourceContext): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

/**
 * The value of an argument in the mode "gson": each is a text of JSON.
 *
 * Errors: INVALID_ARGUMENT `bad-argument` for what is no JSON.
 */
export function valueFromJson(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value !== "string") throw badArgument("a text of JSON", describe(value));
  try {
    return (JSON.parse as (text: string, reviver: typeof exactNumber) => unknown)(value, exactNumber);
  } catch (error) {
    throw badArgument("a text of JSON", error instanceof Error ? error.message : String(error));
  }
}

/** The text of a result; objects without their class, dates as in ISO 8601. @param value as `generalize` takes it */
export function jsonFromValue(value: unknown): string {
  return jsonText(generalize(value));
}

function jsonText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof JavaValue) {
    // A decimal stays a number with all its digits.
    const text = String(value);
    return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? text : JSON.stringify(text);
  }
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  // Gson has the bytes of Java, which have a sign.
  if (value instanceof Uint8Array) return `[${[...Int8Array.from(value)].join(",")}]`;
  if (value instanceof Map) {
    const isObject = typeof value.get("class") === "string";
    const entries = [...value].filter(([key]) => !(isObject && key === "class"));
    return `{${entries.map(([key, item]) => `${JSON.stringify(String(key))}:${jsonText(item)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
