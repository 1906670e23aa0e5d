/** The first bits of each representation and how many bits of its first byte are an integer. Source: RFC 7541, 6. */
export const representation = {
  indexed: { mark: 0x80, bits: 7 },
  indexing: { mark: 0x40, bits: 6 },
  sizeUpdate: { mark: 0x20, bits: 5 },
  neverIndexed: { mark: 0x10, bits: 4 },
  withoutIndexing: { mark: 0x00, bits: 4 },
} as const;

/** The mark of a Huffman-coded string; the other 7 bits begin its length. Source: RFC 7541, 5.2. */
export const huffmanMark = 0x80;

/** The longest integer that a writer makes, in bytes: 32 bits after a prefix. */
export const maxIntegerBytes = 6;

/**
 * Writes an integer with a prefix of `bits` bits, below the bits of `mark`; returns where it ends.
 *
 * Source: RFC 7541, 5.1.
 */
export function writeInteger(out: Uint8Array, at: number, mark: number, bits: number, value: number): number {
  const full = (1 << bits) - 1;
  if (value < full) {
    out[at] = mark | value;
    return at + 1;
  }
  out[at++] = mark | full;
  let rest = value - full;
  while (rest >= 0x80) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}
