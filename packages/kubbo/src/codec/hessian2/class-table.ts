import type { ByteReader } from "../../wire/byte-reader.ts";

/**
 * A class definition that was read, and what is known of its class.
 *
 * @typeParam T what a table knows of a class
 */
export class ReadDefinition<T> {
  readonly name: string;
  readonly fields: readonly string[];
  /** Set if and only if the table of the reader has the class. */
  readonly known: T | undefined;
  /** What `planOwner` made of the order of the fields: kept here, since the same peer sends the same order again. */
  plan: unknown;
  planOwner: unknown;

  constructor(name: string, fields: readonly string[], known: T | undefined) {
    this.name = name;
    this.fields = fields;
    this.known = known;
  }
}

/** Places of the cache; a place is taken over by the next definition that falls on it. */
const slots = 64;
/** Longer definitions are read every time: the cache of a table holds no more than 64 times this. */
const maxCachedBytes = 2048;

/**
 * The classes that a reader knows by name: those of a contract. Nothing else is ever made from a name on the wire.
 *
 * It remembers the definitions that peers sent, by their bytes: a peer sends the same one with each message, and to
 * compare 200 bytes takes a tenth of the time that it takes to read twenty names.
 */
export class ClassTable<T> {
  readonly #classes: ReadonlyMap<string, T>;
  readonly #cache: ({ readonly bytes: Uint8Array; readonly definition: ReadDefinition<T> } | undefined)[] = [];

  constructor(classes: ReadonlyMap<string, T>) {
    this.#classes = classes;
  }

  get(name: string): T | undefined {
    return this.#classes.get(name);
  }

  /** The definition at the reader, which is moved behind it; undefined if it was not seen before, or is forgotten. */
  cached(reader: ByteReader): ReadDefinition<T> | undefined {
    const { bytes, at } = reader;
    const entry = this.#cache[slotOf(bytes, at)];
    if (!entry || !startsWith(bytes, at, entry.bytes)) return undefined;
    reader.at = at + entry.bytes.length;
    return entry.definition;
  }

  /** A definition that was read from the bytes since `from`. */
  define(name: string, fields: readonly string[], reader: ByteReader, from: number): ReadDefinition<T> {
    const definition = new ReadDefinition(name, fields, this.#classes.get(name));
    if (reader.at - from <= maxCachedBytes) {
      const bytes = new Uint8Array(reader.bytes.subarray(from, reader.at));
      this.#cache[slotOf(bytes, 0)] = { bytes, definition };
    }
    return definition;
  }
}

/** By the length of the class name and its last two characters; a wrong guess costs a comparison. */
function slotOf(bytes: Uint8Array, at: number): number {
  const tag = bytes[at] ?? 0;
  const last = tag < 0x20 ? at + tag : at + 1 + ((tag & 3) << 8) + (bytes[at + 1] ?? 0);
  return (tag * 31 + (bytes[last] ?? 0) * 7 + (bytes[last - 1] ?? 0)) % slots;
}

function startsWith(bytes: Uint8Array, at: number, head: Uint8Array): boolean {
  const { length } = head;
  if (bytes.length - at < length) return false;
  for (let i = 0; i < length; i++) {
    if (bytes[at + i] !== head[i]) return false;
  }
  return true;
}
