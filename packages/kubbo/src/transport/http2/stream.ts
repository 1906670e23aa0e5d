import type { RpcError } from "../../model/rpc-error.ts";
import type { ReceiveWindow } from "./receive-window.ts";
import type { HeaderList, HttpStream, HttpStreamEvents } from "./session.ts";

/** What a stream needs of its connection. */
export interface StreamOwner {
  sendHead(stream: Http2Stream, headers: HeaderList, end: boolean): void;
  /** See `HttpStream.write` and `end`. */
  send(stream: Http2Stream, chunk: Uint8Array | undefined, end: boolean, trailers: HeaderList | undefined): boolean;
  abandon(stream: Http2Stream, code: number): void;
  /** The program has taken so many bytes of the body. */
  taken(stream: Http2Stream, bytes: number): void;
  /** Everything that the peer said has been told to the program. */
  told(stream: Http2Stream, trailers: HeaderList): void;
}

/**
 * One stream of a connection: what both sides know of it, and the program's handle.
 *
 * ```
 *   waiting (id 0; client, no free place) -> open -> local done | remote done -> closed
 *                                              '------- reset, lost ---------------^
 * ```
 * The owner moves it from state to state; the fields that it writes are public to it alone.
 */
export class Http2Stream implements HttpStream {
  readonly owner: StreamOwner;
  /** 0 if and only if it waits for a free place. */
  id = 0;
  /** Set before the stream is given to anybody. */
  events: HttpStreamEvents;

  // Sending.
  /** The head of a response was sent. */
  headSent = false;
  /** The program has said everything; some of it may wait. */
  ending = false;
  /** END_STREAM or RST_STREAM was sent. */
  localDone = false;
  sendWindow = 0;
  /** What waits for a window or for room, in order. */
  readonly unsent: Uint8Array[] = [];
  /** Of the first chunk: so much was sent. */
  unsentFrom = 0;
  unsentBytes = 0;
  trailers: HeaderList | undefined;
  /** It stands in the sender's queue. */
  queued = false;
  /** The program was told to wait for `onDrain`. */
  wantsDrain = false;
  /** Since when it cannot send for want of a window, by the owner's time; -1: it can. */
  stalledSinceMs = -1;

  // Receiving.
  headReceived = false;
  /** END_STREAM or RST_STREAM came. */
  remoteDone = false;
  readonly window: ReceiveWindow;
  /** By content-length; -1: not announced. */
  bodyBytesLeft = -1;
  /** The response to a HEAD request: its content-length is not that of a body. */
  bodiless = false;

  closed = false;

  #paused = false;
  /** What came while it was paused. */
  #kept: Uint8Array[] | undefined;
  /** Set if and only if the end came while something was kept. */
  #keptEnd: HeaderList | undefined;

  constructor(owner: StreamOwner, window: ReceiveWindow, events: HttpStreamEvents) {
    this.owner = owner;
    this.window = window;
    this.events = events;
  }

  respond(headers: HeaderList, end: boolean): void {
    if (this.closed || this.ending) return;
    this.owner.sendHead(this, headers, end);
  }

  write(chunk: Uint8Array): boolean {
    if (this.closed || this.ending) return true;
    return this.owner.send(this, chunk, false, undefined);
  }

  end(chunk?: Uint8Array, trailers?: HeaderList): void {
    if (this.closed || this.ending) return;
    this.owner.send(this, chunk, true, trailers && trailers.length > 0 ? trailers : undefined);
  }

  reset(code: number): void {
    if (!this.closed) this.owner.abandon(this, code);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const kept = this.#kept;
    if (!kept) return;
    let given = 0;
    // The program may pause again, or give up, in the middle.
    while (given < kept.length && !this.#paused && !this.closed) {
      const chunk = kept[given++] as Uint8Array;
      this.events.onData(chunk);
      this.owner.taken(this, chunk.length);
    }
    kept.splice(0, given);
    if (kept.length > 0 || this.closed || this.#paused) return;
    this.#kept = undefined;
    const end = this.#keptEnd;
    this.#keptEnd = undefined;
    if (end) this.owner.told(this, end);
  }

  /** Bytes that the program has not taken since it is paused. */
  get keptBytes(): number {
    let bytes = 0;
    for (const chunk of this.#kept ?? []) bytes += chunk.length;
    return bytes;
  }

  /** For the owner: a piece of the body came. False: the program has not taken it yet. */
  data(chunk: Uint8Array): boolean {
    if (this.#paused || this.#kept) {
      this.#kept ??= [];
      this.#kept.push(chunk);
      return false;
    }
    this.events.onData(chunk);
    return true;
  }

  /** For the owner: the peer has said everything. */
  finish(trailers: HeaderList): void {
    if (this.#kept) this.#keptEnd = trailers;
    else this.owner.told(this, trailers);
  }

  /** For the owner: it is over, and nothing more is told. Returns the bytes that the program never took. */
  drop(): number {
    const bytes = this.#kept ? this.keptBytes : 0;
    this.closed = true;
    this.#kept = undefined;
    this.#keptEnd = undefined;
    return bytes;
  }

  /** For the owner: it broke. */
  lost(error: RpcError): void {
    this.events.onReset(error);
  }
}
