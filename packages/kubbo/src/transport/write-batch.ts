import type { Socket } from "node:net";

/**
 * Lets the writes of one turn leave together: one system call, and full packets, for many small messages.
 */
export class WriteBatch {
  readonly #socket: Socket;
  #corked = false;
  readonly #flush = () => {
    this.#corked = false;
    this.#socket.uncork();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** False: the socket's buffer is full; what was given is kept and sent. */
  write(bytes: Uint8Array): boolean {
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(this.#flush);
    }
    return this.#socket.write(bytes);
  }
}
