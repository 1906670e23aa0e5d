// Texts of values that have the same one in Java; dev.kubbo.interop.hessian.CanonicalText is the twin.

/** ASCII that can be seen, anything else by its UTF-16 units. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/[^ -~]|["\\]/g, escaped)}"`;
}

const escaped = (found: string): string =>
  Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");

/** Its bits. Of NaN there is one. */
export function doubleText(value: number): string {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  return `d${Number.isNaN(value) ? "7ff8000000000000" : bits.toString("hex")}`;
}

/** The bits of the nearest float. */
export function floatText(value: number): string {
  const bits = Buffer.alloc(4);
  bits.writeFloatBE(value);
  return `f${Number.isNaN(value) ? "7fc00000" : bits.toString("hex")}`;
}

/** Its digits and scale, whatever text says them. */
export function decimalText(value: string | number | bigint): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(String(value)) ?? [];
  const unscaled = BigInt(`${whole}${fraction}` || "0");
  return `decimal(${sign === "-" ? -unscaled : unscaled},${fraction.length - Number(exponent)})`;
}
