/**
 * One cell of eight bytes, seen as a double, as a long and as two words: numbers to bytes and back without
 * allocating. Store into one view, then read the others at once; nothing is kept between two uses.
 */
const cell = new ArrayBuffer(8);
export const cellDouble: Float64Array = new Float64Array(cell);
export const cellLong: BigInt64Array = new BigInt64Array(cell);
export const cellWords: Int32Array = new Int32Array(cell);

/** Where the more significant word of the cell lies on this machine. */
export const highWord: 0 | 1 = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
export const lowWord: 0 | 1 = highWord === 1 ? 0 : 1;
