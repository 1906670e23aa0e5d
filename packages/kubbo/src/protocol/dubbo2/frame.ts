import { RpcError } from "../../model/rpc-error.ts";
import { guessPeer } from "../../transport/peer-guess.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";

/**
 * Dubbo2's frame: a header of 16 bytes, big endian, and a body.
 *
 * ```
 *   0  u16  magic 0xdabb
 *   2  u8   0x80 request, 0x40 answer wanted, 0x20 event, 0x1f serialization
 *   3  u8   status (responses)
 *   4  u64  request id, any bits
 *  12  u32  length of the body
 * ```
 *
 * Source: org.apache.dubbo.remoting.exchange.codec.ExchangeCodec, 3.3.
 */
export const headerBytes = 16;
const magic = 0xdabb;

export const flags = { request: 0x80, twoWay: 0x40, event: 0x20, serialization: 0x1f } as const;

/** Serialization ids. Source: org.apache.dubbo.common.serialize.Constants, 3.3. */
export const hessian2Id = 2;

/** A request id: 64 bits in two halves, since a JavaScript number does not hold them. Java begins at a random one. */
export interface RequestId {
  readonly high: number;
  readonly low: number;
}

export interface Frame {
  readonly flags: number;
  /** 0 in requests. */
  readonly status: number;
  readonly id: RequestId;
  /** A view on the chunk when the frame lies in one, else a copy; not written to again. Empty if `dropped`. */
  readonly body: Uint8Array;
  /** Bytes of a body beyond the limit, which was not kept; 0 for every other frame. */
  readonly dropped: number;
}

/** A body of up to so many times the limit is dropped and the stream goes on; a longer one is taken for garbage. */
const dropFactor = 8;

/** Memory that is taken for a body before its bytes come; it grows with them. */
const firstBodyBytes = 64 * 1024;

const noBody = new Uint8Array(0);

/**
 * Splits a TCP byte stream into frames.
 *
 * Shape: pieces in by `push`, whole frames out by the callback, in order. Resumable at any byte.
 * Limits: `maxBodyBytes`, checked as soon as the length is known: the body of a longer frame is dropped as it comes and
 * the frame is given out with `dropped` set, so that its call can be answered and no other call suffers. Memory grows
 * with the bytes that came, not with those that were announced.
 * Errors: RESOURCE_EXHAUSTED `limit` for a length that no peer means (over 8 times the limit); UNAVAILABLE `not-a-peer`
 * where the magic is missing, with what the bytes seem to be. Discard the framer after either.
 */
export class Framer {
  readonly #maxBodyBytes: number;
  readonly #onFrame: (frame: Frame) => void;
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  /** Set if and only if a header is complete and its body is not. */
  #body: Uint8Array | undefined;
  #bodyFilled = 0;
  #bodyLength = 0;
  /** Bytes that are still to be dropped of a body beyond the limit. */
  #toDrop = 0;

  constructor(maxBodyBytes: number, onFrame: (frame: Frame) => void) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#onFrame = onFrame;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#toDrop > 0) {
        const taken = Math.min(chunk.length - at, this.#toDrop);
        this.#toDrop -= taken;
        at += taken;
        if (this.#toDrop === 0) this.#finish(noBody, this.#bodyLength);
        continue;
      }
      if (this.#body) {
        at += this.#fill(this.#body, chunk, at);
        continue;
      }
      const taken = Math.min(chunk.length - at, headerBytes - this.#headerFilled);
      this.#header.set(chunk.subarray(at, at + taken), this.#headerFilled);
      if (this.#headerFilled < 2) this.#checkMagic(this.#headerFilled + taken, chunk.subarray(at));
      this.#headerFilled += taken;
      at += taken;
      if (this.#headerFilled < headerBytes) return;
      const length = this.#announced();
      this.#bodyLength = length;
      if (length > this.#maxBodyBytes) {
        this.#toDrop = length;
      } else if (chunk.length - at >= length) {
        this.#finish(chunk.subarray(at, at + length), 0);
        at += length;
      } else {
        this.#body = new Uint8Array(Math.min(length, Math.max(firstBodyBytes, chunk.length - at)));
        this.#bodyFilled = 0;
      }
    }
  }

  /** Returns how many bytes it took. */
  #fill(body: Uint8Array, chunk: Uint8Array, at: number): number {
    const taken = Math.min(chunk.length - at, this.#bodyLength - this.#bodyFilled);
    const filled = this.#bodyFilled + taken;
    let room = body;
    if (filled > room.length) {
      room = new Uint8Array(Math.min(this.#bodyLength, Math.max(filled, room.length * 2)));
      room.set(body.subarray(0, this.#bodyFilled));
      this.#body = room;
    }
    room.set(chunk.subarray(at, at + taken), this.#bodyFilled);
    this.#bodyFilled = filled;
    if (filled === this.#bodyLength) this.#finish(room, 0);
    return taken;
  }

  /** Says at the first wrong byte that this is not Dubbo2: a text protocol may never send sixteen. */
  #checkMagic(filled: number, rest: Uint8Array): void {
    const header = this.#header;
    if (header[0] === magic >> 8 && (filled < 2 || header[1] === (magic & 0xff))) return;
    const seen = this.#headerFilled === 0 ? rest : Buffer.concat([header.subarray(0, this.#headerFilled), rest]);
    throw new RpcError(
      "UNAVAILABLE",
      "not-a-peer",
      `the peer does not speak Dubbo2: it looks like ${guessPeer(seen)}`,
      {
        facts: { guess: guessPeer(seen) },
      },
    );
  }

  #announced(): number {
    const length = this.#header.readUInt32BE(12);
    if (length > this.#maxBodyBytes * dropFactor) {
      throw new RpcError(
        "RESOURCE_EXHAUSTED",
        "limit",
        `a frame of ${length} bytes was announced; the limit is ${this.#maxBodyBytes} (option maxMessageBytes)`,
        { facts: { bytes: length, limit: this.#maxBodyBytes } },
      );
    }
    return length;
  }

  #finish(body: Uint8Array, dropped: number): void {
    const header = this.#header;
    this.#headerFilled = 0;
    this.#body = undefined;
    this.#onFrame({
      flags: header[2] as number,
      status: header[3] as number,
      id: { high: header.readUInt32BE(4), low: header.readUInt32BE(8) },
      body,
      dropped,
    });
  }
}

/**
 * Begins a frame: writes its header with the length left open.
 *
 * The body is written after it to the same writer, then `endFrame` takes the whole.
 */
export function beginFrame(out: ByteWriter, frameFlags: number, status: number, id: RequestId): void {
  out.u16(magic);
  out.u8(frameFlags);
  out.u8(status);
  out.u32(id.high);
  out.u32(id.low);
  out.u32(0);
}

/** Sets the length and takes the frame. */
export function endFrame(out: ByteWriter): Uint8Array {
  out.setU32(12, out.length - headerBytes);
  return out.take();
}
