/**
 * The Huffman code of HPACK: length and bits of each of the 256 bytes and of EOS (256).
 *
 * Only the lengths are kept: the code is canonical, that is, codes of one length count up in the order of the symbols,
 * and a longer length goes on from there.
 *
 * Source: RFC 7541, Appendix B.
 */
// biome-ignore format: 16 symbols per line
const lengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

/** Marks the end; a string that contains it is an error. Its first bits, all ones, are the padding. */
export const endOfString = 256;

/** Bits of the code of each symbol. */
export const huffmanLengths: Uint8Array = Uint8Array.from(lengths);

/** Codes, right-aligned; 30 bits at most. */
export const huffmanCodes: Uint32Array = canonicalCodes(huffmanLengths);

function canonicalCodes(of: Uint8Array): Uint32Array {
  const codes = new Uint32Array(of.length);
  const order = [...of.keys()].sort((a, b) => (of[a] as number) - (of[b] as number) || a - b);
  let next = 0;
  let length = 0;
  for (const symbol of order) {
    const bits = of[symbol] as number;
    next <<= bits - length;
    length = bits;
    codes[symbol] = next++;
  }
  return codes;
}
