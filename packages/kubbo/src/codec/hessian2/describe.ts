/**
 * What a value is, for the end of "expected BigDecimal, got …". Numbers with their value, since their range is mostly
 * what is wrong; never the content of texts and containers, which may be secret.
 */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "number":
    case "bigint":
      return `${typeof value} ${value}`;
    case "object":
      break;
    default:
      return typeof value;
  }
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "object";
  const type = (value as { readonly constructor?: unknown }).constructor;
  return typeof type === "function" && type.name !== "" ? type.name : "object";
}
