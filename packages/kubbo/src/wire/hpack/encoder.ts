import { badArgument } from "../wire-error.ts";
import { DynamicTable } from "./dynamic-table.ts";
import { isFieldValue } from "./field-text.ts";
import { fieldOverheadBytes, type HeaderList } from "./header-list.ts";
import { encodeHuffman, huffmanBytes } from "./huffman.ts";
import { huffmanMark, maxIntegerBytes, representation, writeInteger } from "./representation.ts";
import { SentName } from "./sent-name.ts";
import { firstDynamicIndex } from "./static-table.ts";

export interface HpackEncoderOptions {
  /** The largest table that is used, whatever the peer allows, in bytes. HTTP/2 begins with 4,096. */
  readonly maxTableBytes: number;
}

/** What HTTP/2 begins with, before any SETTINGS. Source: RFC 9113, 6.5.2. */
export const initialTableBytes = 4096;

/** Names that are remembered; others are sent as they are. */
const maxNames = 256;

/** Lists that are remembered, one per place; a power of two. */
const places = 8;

/** Larger blocks are not remembered. */
const maxRememberedBytes = 4096;

/** A list that was encoded before, and its block. */
interface Sent {
  /** Of the dynamic table; -1: the block is not to be sent again. */
  generation: number;
  readonly strings: string[];
  /** So many of the strings may be sent again as they were; after them comes one that is to go into the table. */
  firm: number;
  /** Where the bytes of field i end. */
  readonly ends: number[];
  bytes: Buffer;
}

/**
 * Writes the header blocks of one direction of a connection, in their order.
 *
 * Shape: `length = encode(list)`, then the block lies in `bytes[0, length)` until the next call.
 * Cost: a list like one before, up to some field, costs a comparison up to there and the encoding of the rest; one that
 * is the same costs the comparison only, as long as the table is the same.
 * Errors: INVALID_ARGUMENT `bad-argument` for a name or value that may not travel; nothing was changed then.
 * Source: RFC 7541; what goes into the table is said in field-policy.ts.
 */
export class HpackEncoder {
  bytes: Buffer = Buffer.alloc(0);
  readonly #maxTableBytes: number;
  readonly #table: DynamicTable;
  readonly #names = new Map<string, SentName>();
  readonly #sent: Sent[] = [];
  /** Grows with every change of the table. */
  #generation = 0;
  /** The smallest size since the last block, and the last, are to be told; undefined: nothing is. */
  #update: { least: number; last: number } | undefined;
  #at = 0;

  constructor({ maxTableBytes }: HpackEncoderOptions) {
    this.#maxTableBytes = maxTableBytes;
    this.#table = new DynamicTable(Math.max(maxTableBytes, initialTableBytes), initialTableBytes);
    if (maxTableBytes < initialTableBytes) this.allow(maxTableBytes);
  }

  /** Bytes in the dynamic table. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE; the next block begins with the change. Source: RFC 7541, 4.2. */
  allow(peerBytes: number): void {
    const last = Math.min(peerBytes, this.#maxTableBytes);
    if (last === (this.#update?.last ?? this.#table.maxBytes)) return;
    this.#update = { least: Math.min(last, this.#update?.least ?? last), last };
  }

  encode(list: HeaderList): number {
    const sent = this.#place(list);
    let known = 0;
    if (this.#update) sent.generation = -1;
    else if (sent.generation === this.#generation) known = common(sent, list);
    if (known === list.length && known === sent.strings.length) {
      this.bytes = sent.bytes;
      return sent.ends[(known >> 1) - 1] ?? 0;
    }
    this.#check(list, known);
    const generation = this.#generation;
    this.bytes = sent.bytes;
    this.#at = known === 0 ? 0 : (sent.ends[(known >> 1) - 1] as number);
    if (this.#update) this.#writeUpdate(this.#update);
    sent.strings.length = list.length;
    sent.ends.length = list.length >> 1;
    sent.firm = list.length;
    for (let i = known; i + 1 < list.length; i += 2) {
      const name = list[i] as string;
      const value = list[i + 1] as string;
      if (!this.#field(name, value) && sent.firm > i) sent.firm = i;
      sent.strings[i] = name;
      sent.strings[i + 1] = value;
      sent.ends[i >> 1] = this.#at;
    }
    const small = this.#at <= maxRememberedBytes;
    sent.generation = generation === this.#generation && small ? generation : -1;
    sent.bytes = small ? this.bytes : Buffer.alloc(0);
    return this.#at;
  }

  /** Lists that differ in kind have different places: requests, answers, trailers. */
  #place(list: HeaderList): Sent {
    const slot = (list.length ^ (5 * (list[0]?.charCodeAt(0) ?? 0))) & (places - 1);
    let sent = this.#sent[slot];
    if (!sent) {
      sent = { generation: -1, strings: [], firm: 0, ends: [], bytes: Buffer.alloc(0) };
      this.#sent[slot] = sent;
    }
    return sent;
  }

  /** Before anything changes: half a block would leave the tables of the two sides different. */
  #check(list: HeaderList, from: number): void {
    for (let i = from; i < list.length; i += 2) {
      const name = list[i] as string;
      const value = list[i + 1];
      if (!this.#name(name).valid) throw badArgument("a header name in lower case", JSON.stringify(name));
      if (value === undefined || !isFieldValue(value)) {
        // The value is not told: it may be a secret.
        throw badArgument(`a value that a header may hold for "${name}"`, "one with other characters");
      }
    }
  }

  #name(name: string): SentName {
    let known = this.#names.get(name);
    if (!known) {
      known = new SentName(name);
      if (this.#names.size < maxNames) this.#names.set(name, known);
    }
    return known;
  }

  #writeUpdate({ least, last }: { least: number; last: number }): void {
    this.#update = undefined;
    this.#generation++;
    this.#ensure(2 * maxIntegerBytes);
    const { mark, bits } = representation.sizeUpdate;
    if (least < last) this.#at = writeInteger(this.bytes, this.#at, mark, bits, least);
    this.#at = writeInteger(this.bytes, this.#at, mark, bits, last);
    this.#table.resize(least);
    this.#table.resize(last);
  }

  /** False: sent as text now, but next time it would not be. */
  #field(name: string, value: string): boolean {
    const known = this.#name(name);
    const { added, count } = this.#table;
    const oldest = added - count;
    this.#ensure(name.length + value.length + 4 * maxIntegerBytes);
    if (known.policy !== "secret") {
      const number = known.numberOf(value, oldest);
      const index = number >= 0 ? firstDynamicIndex + added - 1 - number : known.staticIndexOf(value);
      if (index > 0) {
        const { mark, bits } = representation.indexed;
        this.#at = writeInteger(this.bytes, this.#at, mark, bits, index);
        return true;
      }
    }
    const fits = name.length + value.length + fieldOverheadBytes <= this.#table.maxBytes;
    const indexing = fits && known.comesAgain(value);
    const { mark, bits } = indexing
      ? representation.indexing
      : known.policy === "secret"
        ? representation.neverIndexed
        : representation.withoutIndexing;
    const newest = known.newest(oldest);
    const nameIndex = known.staticIndex || (newest < 0 ? 0 : firstDynamicIndex + added - 1 - newest);
    this.#at = writeInteger(this.bytes, this.#at, mark, bits, nameIndex);
    if (nameIndex === 0) this.#string(name, true);
    this.#string(value, indexing);
    if (!indexing) return !(fits && known.mayRepeat);
    this.#generation++;
    this.#table.add(name, value);
    known.added(value, added, oldest);
    return true;
  }

  /** @param once the text is sent once and then known by its index: worth the time to make it short */
  #string(text: string, once: boolean): void {
    const { length } = text;
    if (once && length > 0) {
      const packed = huffmanBytes(text);
      if (packed < length) {
        const at = writeInteger(this.bytes, this.#at, huffmanMark, 7, packed);
        this.#at = encodeHuffman(text, this.bytes, at);
        return;
      }
    }
    const at = writeInteger(this.bytes, this.#at, 0, 7, length);
    if (length > 16) {
      this.bytes.write(text, at, "latin1");
    } else {
      for (let i = 0; i < length; i++) this.bytes[at + i] = text.charCodeAt(i);
    }
    this.#at = at + length;
  }

  #ensure(count: number): void {
    if (this.bytes.length - this.#at >= count) return;
    const next = Buffer.allocUnsafe(Math.max(256, 2 * (this.#at + count)));
    next.set(this.bytes.subarray(0, this.#at));
    this.bytes = next;
  }
}

/** How many strings of the list are the same as before from the begin, in whole fields. */
function common({ strings, firm }: Sent, list: HeaderList): number {
  const most = Math.min(firm, list.length) & ~1;
  for (let i = 0; i < most; i++) if (strings[i] !== list[i]) return i & ~1;
  return most;
}
