import type { HpackEncoder } from "../../wire/hpack/encoder.ts";
import { initialMaxFrame, initialWindow, maxWindow } from "./frame.ts";
import type { FrameOutput } from "./frame-output.ts";
import type { HeaderList } from "./session.ts";
import type { Http2Stream } from "./stream.ts";

/** Bytes that may wait for the socket before bodies wait in their streams, so that those can take turns. */
const outputRoomBytes = 256 * 1024;

/** From so many waiting bytes of a stream on its program is told to wait. */
const streamRoomBytes = 64 * 1024;

/** The longest DATA frame that is sent, whatever the peer takes: others have their turn between two. */
const maxTurnBytes = 64 * 1024;

/** What the sender tells its connection. */
export interface SenderEvents {
  /** The stream's END_STREAM is on its way. */
  onLocalDone(stream: Http2Stream): void;
  /** The trailers of the stream cannot be sent. */
  onUnsendable(stream: Http2Stream, error: unknown): void;
}

/**
 * Sends bodies and trailers, within what the peer's windows and the socket allow.
 *
 * What fits goes out at once. What does not waits in its stream; streams that may send take turns, one frame each.
 * Source: RFC 9113, 5.2, 6.9.
 */
export class Sender {
  readonly #output: FrameOutput;
  readonly #encoder: HpackEncoder;
  readonly #events: SenderEvents;
  /** What the peer lets us send over all streams. */
  window = initialWindow;
  maxFrame = initialMaxFrame;
  /** The socket takes nothing at the moment. */
  full = false;
  /** What waits in streams. */
  unsentBytes = 0;
  /** DATA frames since `takeFrames`. */
  #frames = 0;
  #turns: Http2Stream[] = [];
  #nextTurn = 0;

  constructor(output: FrameOutput, encoder: HpackEncoder, events: SenderEvents) {
    this.#output = output;
    this.#encoder = encoder;
    this.#events = events;
  }

  /** False: the program should wait for `onDrain`. */
  send(stream: Http2Stream, chunk: Uint8Array | undefined, end: boolean, trailers: HeaderList | undefined): boolean {
    const bytes = chunk === undefined ? 0 : chunk.length;
    if (end) stream.ending = true;
    if (stream.id !== 0 && stream.unsentBytes === 0 && this.#fits(stream, bytes)) {
      if (chunk !== undefined && bytes > 0) {
        this.#frames++;
        this.#output.data(stream.id, bytes, end && trailers === undefined);
        this.#output.body(chunk, 0, bytes);
        this.window -= bytes;
        stream.sendWindow -= bytes;
      } else if (end && trailers === undefined) {
        this.#output.data(stream.id, 0, true);
      }
      if (end) this.#finish(stream, trailers);
      return true;
    }
    stream.trailers = trailers;
    if (chunk !== undefined && bytes > 0) {
      stream.unsent.push(chunk);
      stream.unsentBytes += bytes;
      this.unsentBytes += bytes;
    }
    this.queue(stream);
    if (stream.unsentBytes < streamRoomBytes) return true;
    stream.wantsDrain = true;
    return false;
  }

  #fits(stream: Http2Stream, bytes: number): boolean {
    if (bytes === 0) return true;
    const { window, maxFrame } = this;
    if (bytes > window || bytes > stream.sendWindow || bytes > maxFrame) return false;
    return !this.full && this.#output.bytes < outputRoomBytes;
  }

  #finish(stream: Http2Stream, trailers: HeaderList | undefined): void {
    if (trailers !== undefined) {
      let length: number;
      try {
        length = this.#encoder.encode(trailers);
      } catch (error) {
        this.#events.onUnsendable(stream, error);
        return;
      }
      this.#output.headers(stream.id, this.#encoder.bytes, length, true, this.maxFrame);
    }
    this.#events.onLocalDone(stream);
  }

  /** The stream has something to send, or a window again. */
  queue(stream: Http2Stream): void {
    if (stream.queued || stream.localDone || stream.id === 0 || (stream.unsentBytes === 0 && !stream.ending)) return;
    stream.queued = true;
    this.#turns.push(stream);
  }

  /** How many DATA frames were sent since this was asked. */
  takeFrames(): number {
    const frames = this.#frames;
    this.#frames = 0;
    return frames;
  }

  /** Whether `pump` would send something. */
  get ready(): boolean {
    return !this.full && this.window > 0 && this.#turns.length > this.#nextTurn;
  }

  /** Lets streams take turns until nothing more may be sent. @param nowMs the owner's time */
  pump(nowMs: number): void {
    while (this.ready && this.#output.bytes < outputRoomBytes) {
      const stream = this.#turns[this.#nextTurn++] as Http2Stream;
      if (this.#nextTurn === this.#turns.length) {
        this.#turns = [];
        this.#nextTurn = 0;
      } else if (this.#nextTurn >= 1024) {
        this.#turns.splice(0, this.#nextTurn);
        this.#nextTurn = 0;
      }
      stream.queued = false;
      if (!stream.closed && !stream.localDone) this.#turn(stream, nowMs);
    }
  }

  #turn(stream: Http2Stream, nowMs: number): void {
    const bytes = Math.min(stream.unsentBytes, this.window, stream.sendWindow, this.maxFrame, maxTurnBytes);
    if (bytes <= 0 && stream.unsentBytes > 0) {
      if (stream.stalledSinceMs < 0) stream.stalledSinceMs = nowMs;
      return; // a WINDOW_UPDATE queues it again
    }
    stream.stalledSinceMs = -1;
    const last = bytes === stream.unsentBytes && stream.ending;
    const { trailers } = stream;
    this.#frames++;
    if (bytes > 0 || trailers === undefined) this.#output.data(stream.id, bytes, last && trailers === undefined);
    this.#bodyOf(stream, bytes);
    this.window -= bytes;
    stream.sendWindow -= bytes;
    stream.unsentBytes -= bytes;
    this.unsentBytes -= bytes;
    if (last) this.#finish(stream, trailers);
    else if (stream.unsentBytes > 0) this.queue(stream);
    if (stream.unsentBytes === 0 && stream.wantsDrain && !stream.ending) {
      stream.wantsDrain = false;
      stream.events.onDrain?.();
    }
  }

  /** Moves bytes of the waiting chunks to the output. */
  #bodyOf(stream: Http2Stream, bytes: number): void {
    const { unsent } = stream;
    let left = bytes;
    let done = 0;
    while (left > 0) {
      const chunk = unsent[done] as Uint8Array;
      const from = stream.unsentFrom;
      const to = Math.min(chunk.length, from + left);
      this.#output.body(chunk, from, to);
      left -= to - from;
      stream.unsentFrom = to;
      if (to < chunk.length) break;
      stream.unsentFrom = 0;
      done++;
    }
    if (done > 0) unsent.splice(0, done);
  }

  /** The stream is over: what it had to send is dropped. */
  drop(stream: Http2Stream): void {
    this.unsentBytes -= stream.unsentBytes;
    stream.unsentBytes = 0;
    stream.unsent.length = 0;
    stream.unsentFrom = 0;
  }

  /** False: the window would be beyond what HTTP/2 allows. */
  grow(increment: number): boolean {
    this.window += increment;
    return this.window <= maxWindow;
  }

  growStream(stream: Http2Stream, increment: number): boolean {
    stream.sendWindow += increment;
    if (stream.sendWindow > 0) this.queue(stream);
    return stream.sendWindow <= maxWindow;
  }
}
