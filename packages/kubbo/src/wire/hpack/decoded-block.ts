import type { HeaderList } from "./header-list.ts";

/**
 * What a header block says. Blocks that come again give the same object: treat it as frozen.
 *
 * @typeParam F what the owner of the decoder found out about the list
 */
export interface DecodedBlock<F> {
  /** Empty if it is too large. */
  readonly list: HeaderList;
  /** The list is beyond the limit and was not kept; the table is as it should be, later blocks can be read. */
  readonly tooLarge: boolean;
  /** Kept with the block, so that one which comes again is not looked at again. */
  findings: F | undefined;
}

/** Blocks longer than this are not remembered, in bytes: they carry what differs from call to call. */
const maxBytes = 256;

/** Places; a power of two. */
const places = 64;

interface Place<F> {
  hash: number;
  /** Generation of the dynamic table that the block was read with. */
  generation: number;
  /** Undefined: seen once. A block is kept when it comes a second time, so that unique ones do not push others out. */
  bytes: Uint8Array | undefined;
  block: DecodedBlock<F> | undefined;
}

/**
 * Header blocks that came before, by their bytes: of the calls of one method most have the same. A block may be kept if
 * reading it changed no table; it is valid as long as the table is the same.
 */
export class BlockMemory<F> {
  readonly #places: (Place<F> | undefined)[] = new Array(places);
  /** Of the last `find`. */
  #hash = 0;

  find(bytes: Uint8Array, start: number, end: number, generation: number): DecodedBlock<F> | undefined {
    if (end - start > maxBytes) return undefined;
    let hash = 0x811c9dc5 ^ (end - start);
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193); // FNV-1a
    this.#hash = hash;
    const place = this.#places[(hash ^ (hash >>> 15)) & (places - 1)];
    if (!place?.bytes || place.hash !== hash || place.generation !== generation) return undefined;
    const known = place.bytes;
    if (known.length !== end - start) return undefined;
    for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return undefined;
    return place.block;
  }

  /** To be called after a `find` that found nothing, with the same bytes. */
  keep(bytes: Uint8Array, start: number, end: number, generation: number, block: DecodedBlock<F>): void {
    if (end - start > maxBytes) return;
    const hash = this.#hash;
    const slot = (hash ^ (hash >>> 15)) & (places - 1);
    const place = this.#places[slot];
    if (!place || place.hash !== hash) {
      this.#places[slot] = { hash, generation, bytes: undefined, block: undefined };
      return;
    }
    place.generation = generation;
    place.bytes = Uint8Array.prototype.slice.call(bytes, start, end);
    place.block = block;
  }
}
