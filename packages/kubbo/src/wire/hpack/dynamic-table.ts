import { fieldOverheadBytes } from "./header-list.ts";

/**
 * The fields that were sent before, newest first; the oldest go when the size is used up. Decoder and encoder of a
 * direction hold equal ones.
 *
 * Shape: a ring of columns, which never needs more than `maxBytes / 32` places, since no field counts for less.
 * Source: RFC 7541, 2.3.2, 4.
 */
export class DynamicTable {
  readonly #mask: number;
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  #maxBytes: number;
  #bytes = 0;
  /** Fields ever added. Field number n, counted from 0, lies at `n & mask`. */
  #added = 0;
  #count = 0;

  /** @param limitBytes the largest size that it may be given, in bytes of RFC 7541, 4.1 */
  constructor(limitBytes: number, maxBytes: number = limitBytes) {
    let places = 1;
    while (places < limitBytes / fieldOverheadBytes) places *= 2;
    this.#mask = places - 1;
    this.#maxBytes = maxBytes;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Fields ever added: the number of the next one. */
  get added(): number {
    return this.#added;
  }

  /** Errors: none; the caller has checked `position < count`. @param position 0 is the newest */
  name(position: number): string {
    return this.#names[(this.#added - 1 - position) & this.#mask] as string;
  }

  value(position: number): string {
    return this.#values[(this.#added - 1 - position) & this.#mask] as string;
  }

  /** Adds a field, after it took out those that it needs the room of; one that is too large only empties the table. */
  add(name: string, value: string): void {
    const bytes = name.length + value.length + fieldOverheadBytes;
    this.#evictTo(this.#maxBytes - bytes);
    if (bytes > this.#maxBytes) return;
    const slot = this.#added & this.#mask;
    this.#names[slot] = name;
    this.#values[slot] = value;
    this.#added++;
    this.#count++;
    this.#bytes += bytes;
  }

  /** @param maxBytes at most the constructor's limit */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evictTo(maxBytes);
  }

  #evictTo(bytes: number): void {
    while (this.#count > 0 && this.#bytes > bytes) {
      const slot = (this.#added - this.#count) & this.#mask;
      this.#bytes -= (this.#names[slot] as string).length + (this.#values[slot] as string).length + fieldOverheadBytes;
      this.#names[slot] = "";
      this.#values[slot] = "";
      this.#count--;
    }
  }
}
