import { badMessage } from "../wire-error.ts";
import { endOfString, huffmanCodes, huffmanLengths } from "./huffman-code.ts";

// A step of the decoder takes four bits: no code is shorter than five, so a step ends one symbol at most. A transition
// is the next state (bits 0-7), the symbol (8-15) and two marks. 256 states, since the tree has 256 inner nodes; the
// whole table has 16 KiB and stays in the first cache (one step per byte would need 256 KiB).
const emits = 1 << 16;
const fails = 1 << 17;

interface DecodingTable {
  readonly steps: Int32Array;
  /** 1: the string may end here, since what is pending is padding: fewer than 8 bits, all ones (RFC 7541, 5.2). */
  readonly mayEnd: Uint8Array;
}

/** Made when first used. */
let table: DecodingTable | undefined;

function makeTable(): DecodingTable {
  // Two children per inner node: a positive one is an inner node, a negative one the symbol ~child; 0 is not made yet.
  const children = new Int32Array(512);
  let nodes = 1;
  for (const [symbol, code] of huffmanCodes.entries()) {
    let node = 0;
    for (let bit = (huffmanLengths[symbol] as number) - 1; bit >= 0; bit--) {
      const slot = 2 * node + ((code >>> bit) & 1);
      if (bit === 0) children[slot] = ~symbol;
      else if (children[slot] === 0) children[slot] = nodes++;
      node = children[slot] as number;
    }
  }
  const steps = new Int32Array(256 * 16);
  for (let state = 0; state < 256; state++) {
    for (let nibble = 0; nibble < 16; nibble++) steps[16 * state + nibble] = step(children, state, nibble);
  }
  const mayEnd = new Uint8Array(256);
  for (let node = 0, bits = 0; bits < 8; bits++) {
    mayEnd[node] = 1;
    node = children[2 * node + 1] as number;
  }
  return { steps, mayEnd };
}

function step(children: Int32Array, state: number, nibble: number): number {
  let node = state;
  let marks = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const child = children[2 * node + ((nibble >> bit) & 1)] as number;
    if (child >= 0) {
      node = child;
      continue;
    }
    const symbol = ~child;
    if (symbol === endOfString) return fails;
    marks = emits | (symbol << 8);
    node = 0;
  }
  return marks | node;
}

/**
 * Decodes `bytes[start, end)` into `out` from its begin.
 *
 * Shape: returns how many bytes it wrote; -1 as soon as there would be more than `out` holds.
 * Errors: INTERNAL `bad-message` for EOS inside and for padding that is too long or not all ones.
 * Source: RFC 7541, 5.2.
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  table ??= makeTable();
  const { steps, mayEnd } = table;
  const room = out.length;
  let state = 0;
  let written = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const high = steps[(state << 4) | (byte >> 4)] as number;
    if (high & emits) {
      if (written === room) return -1;
      out[written++] = (high >> 8) & 0xff;
    }
    const low = steps[((high & 0xff) << 4) | (byte & 15)] as number;
    if (low & emits) {
      if (written === room) return -1;
      out[written++] = (low >> 8) & 0xff;
    }
    if ((high | low) & fails) throw badMessage(at, "a Huffman code", "the end-of-string symbol inside of a string");
    state = low & 0xff;
  }
  if (mayEnd[state] !== 1) throw badMessage(end, "Huffman padding of less than 8 ones", "another padding");
  return written;
}

/** Bytes that the Huffman code of a latin1 text takes. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += huffmanLengths[text.charCodeAt(i) & 0xff] as number;
  return (bits + 7) >> 3;
}

/** Writes the code of a latin1 text, `huffmanBytes(text)` bytes, to `out` from `at`; returns where it ends. */
export function encodeHuffman(text: string, out: Uint8Array, at: number): number {
  let pending = 0; // fewer than 8 bits wait, so that with a code of 30 bits the upper part is written on its own
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    const code = huffmanCodes[symbol] as number;
    let left = huffmanLengths[symbol] as number;
    while (left > 0) {
      const taken = Math.min(left, 8 - bits);
      left -= taken;
      pending = (pending << taken) | ((code >>> left) & ((1 << taken) - 1));
      bits += taken;
      if (bits === 8) {
        out[at++] = pending;
        pending = 0;
        bits = 0;
      }
    }
  }
  if (bits > 0) out[at++] = (pending << (8 - bits)) | (0xff >> bits);
  return at;
}
