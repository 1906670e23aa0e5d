import { badMessage } from "../wire-error.ts";
import { BlockMemory, type DecodedBlock } from "./decoded-block.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { fieldOverheadBytes } from "./header-list.ts";
import { decodeHuffman } from "./huffman.ts";
import { firstDynamicIndex, staticNames, staticValues } from "./static-table.ts";

export interface HpackDecoderOptions {
  /** What was announced as SETTINGS_HEADER_TABLE_SIZE; the table never gets larger. */
  readonly maxTableBytes: number;
  /** Longest list that is kept, in bytes of RFC 9113, 6.5.2. At least `maxTableBytes`. */
  readonly maxListBytes: number;
}

/** Room for decoded strings; nothing is kept in it. One for all decoders: no two of them run at once. */
let scratch = Buffer.alloc(4096);

/**
 * Reads the header blocks of one direction of a connection, in their order.
 *
 * Shape: a whole block in (its fragments joined), a `DecodedBlock` out. The same bytes give the same object while the
 * table stays the same: nothing is decoded twice.
 * Limits: the list, by `maxListBytes`, checked before a string is made; what is beyond it is read for the sake of the
 * table and dropped. A block itself is bounded by whoever joins its fragments.
 * Errors: INTERNAL `bad-message`; the tables differ then and the connection must end (COMPRESSION_ERROR).
 * Source: RFC 7541.
 */
export class HpackDecoder<F = undefined> {
  readonly #maxTableBytes: number;
  readonly #maxListBytes: number;
  readonly #table: DynamicTable;
  readonly #memory = new BlockMemory<F>();
  /** Grows with every change of the table. */
  #generation = 0;
  #bytes: Buffer = scratch;
  #at = 0;
  #end = 0;

  constructor({ maxTableBytes, maxListBytes }: HpackDecoderOptions) {
    this.#maxTableBytes = maxTableBytes;
    this.#maxListBytes = maxListBytes;
    this.#table = new DynamicTable(maxTableBytes);
  }

  /** Bytes in the dynamic table. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  decode(bytes: Buffer, start: number, end: number): DecodedBlock<F> {
    const generation = this.#generation;
    const known = this.#memory.find(bytes, start, end, generation);
    if (known) return known;
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    const block = this.#read();
    if (generation === this.#generation) this.#memory.keep(bytes, start, end, generation, block);
    this.#bytes = scratch;
    return block;
  }

  #read(): DecodedBlock<F> {
    const list: string[] = [];
    let listBytes = 0;
    let updates = 0;
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at] as number;
      if ((byte & 0xe0) === 0x20) {
        // Two at most, and before the first field: RFC 7541, 4.2.
        if (list.length > 0 || listBytes > 0 || ++updates > 2) throw this.#bad("a field", "a table size update");
        this.#resize(this.#integer(5));
        continue;
      }
      let name: string;
      let value: string | undefined;
      if (byte & 0x80) {
        const index = this.#integer(7);
        name = this.#indexedName(index);
        value = index < firstDynamicIndex ? staticValues[index] : this.#table.value(index - firstDynamicIndex);
      } else {
        const indexing = (byte & 0x40) !== 0;
        const index = this.#integer(indexing ? 6 : 4);
        const literal = index === 0 ? this.#string() : this.#indexedName(index);
        value = this.#string();
        name = literal ?? "";
        if (literal === undefined || value === undefined) {
          value = undefined;
          // A string beyond the list's limit is beyond the table's as well, and empties it (RFC 7541, 4.4).
          if (indexing) this.#empty();
        } else if (indexing) {
          this.#generation++;
          this.#table.add(name, value);
        }
      }
      listBytes += value === undefined ? this.#maxListBytes + 1 : name.length + value.length + fieldOverheadBytes;
      if (listBytes <= this.#maxListBytes) list.push(name, value as string);
      else list.length = 0;
    }
    const tooLarge = listBytes > this.#maxListBytes;
    return { list: tooLarge ? [] : list, tooLarge, findings: undefined };
  }

  #resize(bytes: number): void {
    if (bytes > this.#maxTableBytes) throw this.#bad(`a table of at most ${this.#maxTableBytes} bytes`, `${bytes}`);
    this.#generation++;
    this.#table.resize(bytes);
  }

  #empty(): void {
    const { maxBytes } = this.#table;
    this.#resize(0);
    this.#table.resize(maxBytes);
  }

  #indexedName(index: number): string {
    if (index < firstDynamicIndex) {
      if (index === 0) throw this.#bad("an index", "index 0");
      return staticNames[index] as string;
    }
    const position = index - firstDynamicIndex;
    if (position >= this.#table.count) {
      throw this.#bad(`an index below ${firstDynamicIndex + this.#table.count}`, `index ${index}`);
    }
    return this.#table.name(position);
  }

  /** Source: RFC 7541, 5.1. More than 28 bits after the prefix mean nothing here and are refused. */
  #integer(bits: number): number {
    const full = (1 << bits) - 1;
    const prefix = (this.#bytes[this.#at++] as number) & full;
    if (prefix < full) return prefix;
    let value = full;
    for (let shift = 0; shift < 28; shift += 7) {
      if (this.#at === this.#end) throw this.#bad("the rest of an integer", "the end of the block");
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw this.#bad("an integer of at most 28 bits", "a longer one");
  }

  /** Undefined: longer than any list may be; it was skipped. */
  #string(): string | undefined {
    if (this.#at === this.#end) throw this.#bad("a string", "the end of the block");
    const huffman = ((this.#bytes[this.#at] as number) & 0x80) !== 0;
    const length = this.#integer(7);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw this.#bad(`${length} bytes of a string`, `${this.#end - start} before the block's end`);
    this.#at = end;
    if (!huffman) return length > this.#maxListBytes ? undefined : text(this.#bytes, start, end);
    // The shortest code has 5 bits.
    const most = Math.min((length * 8) / 5, this.#maxListBytes);
    if (scratch.length < most) scratch = Buffer.alloc(this.#maxListBytes);
    const written = decodeHuffman(this.#bytes, start, end, scratch);
    return written < 0 || written > this.#maxListBytes ? undefined : text(scratch, 0, written);
  }

  #bad(expected: string, found: string) {
    return badMessage(this.#at, expected, found);
  }
}

/** Short strings are cheaper to put together than to ask the runtime for. */
function text(bytes: Buffer, start: number, end: number): string {
  if (end - start > 8) return bytes.toString("latin1", start, end);
  let made = "";
  for (let i = start; i < end; i++) made += String.fromCharCode(bytes[i] as number);
  return made;
}
