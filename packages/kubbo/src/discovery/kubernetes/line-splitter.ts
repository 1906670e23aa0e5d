import { RpcError } from "../../model/rpc-error.ts";

/** Longest line taken; a slice of 1,000 endpoints is about 300 KB. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Splits a stream of bytes into lines: the frames of a JSON watch.
 *
 * Shape: pieces in by `push`, whole lines (without the newline, empty ones left out) out by the callback. Splits on
 * bytes, so that a character that lies in two pieces stays whole.
 * Errors: RESOURCE_EXHAUSTED `limit` for a line that grows beyond 16 MiB.
 */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, start);
      if (end < 0) break;
      this.#keep(chunk.subarray(start, end));
      const line = Buffer.concat(this.#parts, this.#length).toString("utf8");
      this.#parts = [];
      this.#length = 0;
      if (line !== "") this.#onLine(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > maxLineBytes) {
      throw new RpcError("RESOURCE_EXHAUSTED", "limit", `a watch event is longer than ${maxLineBytes} bytes`);
    }
    this.#parts.push(part);
  }
}
