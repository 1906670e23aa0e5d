import type { ServiceKey } from "../../model/service-key.ts";
import { node } from "../../util/node.ts";

/**
 * The labels by which a Service declares what it serves: mapping specification v1.
 *
 * ```
 *   kubbo.dev/application: orders                  every interface of the application
 *   serves.kubbo.dev/<interface>: <what>           one interface
 *
 *   what  = "" / entry *( ".." entry )             empty: look here, the provider decides
 *   entry = [ group "--" ] version
 *   token = letters and digits, with single . - _ between them
 * ```
 *
 * `any` in either place is any value including none; `0.0.0` is no version; a version alone has no group.
 */
export const defaultLabelPrefix = "kubbo.dev";

export interface ServesEntry {
  /** Undefined: no group. `any`: any. */
  readonly group: string | undefined;
  /** Undefined: no version. `any`: any. */
  readonly version: string | undefined;
}

/** What a value declares: everything, these entries, or nothing that could be read. */
export type Serves =
  | { readonly t: "any" }
  | { readonly t: "entries"; readonly entries: readonly ServesEntry[] }
  | { readonly t: "invalid"; readonly value: string };

const tokenPattern = "[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*";
const entryPattern = new RegExp(`^(?:(${tokenPattern})--)?(${tokenPattern})$`);

/** Reads the value of a `serves.…` label. */
export function parseServes(value: string): Serves {
  if (value === "") return { t: "any" };
  const entries: ServesEntry[] = [];
  for (const part of value.split("..")) {
    const match = entryPattern.exec(part);
    if (!match) return { t: "invalid", value };
    const [, group, version] = match;
    entries.push({ group, version: version === "0.0.0" ? undefined : version });
  }
  return { t: "entries", entries };
}

/** The value that declares these services; empty where one cannot be written, or it would be too long for a label. */
export function printServes(entries: readonly ServesEntry[]): string {
  const parts = entries.map(({ group, version }) => `${group === undefined ? "" : `${group}--`}${version ?? "0.0.0"}`);
  const value = parts.join("..");
  return value.length <= 63 && parts.every((part) => entryPattern.test(part)) ? value : "";
}

/** Whether what is declared fits what a consumer wants. */
export function matchesServes(serves: Serves, wanted: Pick<ServiceKey, "group" | "version">): boolean {
  if (serves.t !== "entries") return serves.t === "any";
  return serves.entries.some(
    (entry) =>
      (entry.group === "any" || entry.group === wanted.group) &&
      (entry.version === "any" || entry.version === wanted.version),
  );
}

/** Longest name part of a label key. */
const maxNameLength = 63;

/** Letters of the hash: 80 bits in base32. */
const hashLength = 16;

/**
 * The key of the label for an interface.
 *
 * An interface with more than 63 characters, or with some that a label may not have, becomes `<stem>.<hash>`: the simple
 * name made fit and cut to 46, and 16 characters of base32 of SHA-256 of the whole.
 */
export function servesLabel(interfaceName: string, prefix: string = defaultLabelPrefix): string {
  const fits =
    interfaceName.length <= maxNameLength && /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(interfaceName);
  return `serves.${prefix}/${fits ? interfaceName : hashedName(interfaceName)}`;
}

function hashedName(interfaceName: string): string {
  const simple = interfaceName.slice(interfaceName.lastIndexOf(".") + 1);
  const stem = trimmed(trimmed(simple.replace(/[^A-Za-z0-9_-]/g, "-")).slice(0, maxNameLength - hashLength - 1));
  const hash = base32(node.crypto.createHash("sha256").update(interfaceName, "utf8").digest()).slice(0, hashLength);
  return `${stem || "x"}.${hash}`;
}

/** A label name begins and ends with a letter or digit. */
function trimmed(text: string): string {
  return text.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

/** Source: RFC 4648, 6, in lower case, without padding. */
function base32(bytes: Uint8Array): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >>> bits) & 31];
    }
  }
  if (bits > 0) text += alphabet[(value << (5 - bits)) & 31];
  return text;
}

/** The label that names a Service's application. */
export function applicationLabel(prefix: string = defaultLabelPrefix): string {
  return `${prefix}/application`;
}

/** The label of a Service that is reached by an explicit target only. */
export function previewLabel(prefix: string = defaultLabelPrefix): string {
  return `${prefix}/preview`;
}
