import type { Socket } from "node:net";

/**
 * Lets the writes of one turn leave together: one system call, and full packets, for many small messages.
 *
 * Pieces that lie one behind the other in memory, as those of a `ByteWriter` do, become one piece: a write of many costs
 * the socket more than the messages in it.
 */
export class WriteBatch {
  readonly #socket: Socket;
  readonly #parts: Uint8Array[] = [];
  /** The piece that may still grow: `[#start, #end)` of this memory. Undefined: nothing waits. */
  #memory: ArrayBufferLike | undefined;
  #start = 0;
  #end = 0;
  #bytes = 0;
  readonly #flushLater = () => this.flush();

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Bytes that have not been given to the socket. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nobody writes to these bytes again. */
  write({ buffer, byteOffset, length }: Uint8Array): void {
    if (this.#memory === undefined) process.nextTick(this.#flushLater);
    this.#bytes += length;
    if (buffer === this.#memory && byteOffset === this.#end) {
      this.#end += length;
      return;
    }
    this.#endPart();
    this.#memory = buffer;
    this.#start = byteOffset;
    this.#end = byteOffset + length;
  }

  /** Gives the socket what there is, now. */
  flush(): void {
    if (this.#memory === undefined) return;
    this.#endPart();
    this.#memory = undefined;
    this.#bytes = 0;
    const socket = this.#socket;
    if (!socket.destroyed) {
      socket.cork();
      for (const part of this.#parts) socket.write(part);
      socket.uncork();
    }
    this.#parts.length = 0;
  }

  #endPart(): void {
    if (this.#memory) this.#parts.push(new Uint8Array(this.#memory, this.#start, this.#end - this.#start));
  }
}
