import { RpcError } from "../../model/rpc-error.ts";
import { HpackEncoder, initialTableBytes } from "../../wire/hpack/encoder.ts";
import { ConnectionFault } from "./connection-fault.ts";
import { frameName } from "./frame.ts";
import { FrameBudget } from "./frame-budget.ts";
import { FrameOutput } from "./frame-output.ts";
import type { Http2Limits } from "./limits.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { RecentResets } from "./recent-resets.ts";
import { Sender, type SenderEvents } from "./sender.ts";
import { type HeaderList, http2Error } from "./session.ts";
import { initialSettings, type PeerSettings } from "./settings.ts";
import type { Http2Stream, StreamOwner } from "./stream.ts";

/** What a machine tells the shell that owns its socket. */
export interface MachineHost {
  /** There are bytes to `take`. Not called again until they are taken. */
  onOutput(): void;
  /** The peer goes away, or the stream ids are used up: no new streams. At most once. */
  onDraining(why: string): void;
  /** The answer to a PING of ours. */
  onPong(number: number): void;
  /** The last word: `take` what is left, then close the socket. Undefined: in order. */
  onEnd(error: RpcError | undefined): void;
}

export interface MachineOptions {
  readonly host: MachineHost;
  readonly limits: Http2Limits;
  /** Who is at the other end, for messages. */
  readonly peer: string;
  /** Time when it begins. Later times come with `tick`. */
  readonly nowMs: number;
}

/** WINDOW_UPDATEs of a peer that answers each of our messages with two may come long after them, all at once. */
const savedFrames = 100_000;

/**
 * The streams of a connection, and everything that is done to them: sending, giving up, losing, counting. What comes
 * from the peer is read by the machine that stands on this.
 */
export abstract class ConnectionStreams implements StreamOwner, SenderEvents {
  readonly peer: string;
  /** True after `onEnd`: nothing more is read or sent, but for what `take` still gives. */
  ended = false;
  protected readonly host: MachineHost;
  protected readonly limits: Http2Limits;
  /** All streams that are not closed for both sides. */
  protected readonly streams = new Map<number, Http2Stream>();
  protected readonly output = new FrameOutput();
  protected readonly encoder = new HpackEncoder({ maxTableBytes: initialTableBytes });
  protected readonly sender: Sender;
  /** What the peer may send over all streams. */
  protected readonly window: ReceiveWindow;
  protected readonly resets = new RecentResets();
  protected readonly settings: PeerSettings = initialSettings();
  /** For frames that make work. Earned by messages. */
  protected readonly budget = new FrameBudget(savedFrames);
  /** For requests that were given up or refused. Earned by those that were answered. */
  protected readonly requestBudget = new FrameBudget();
  /** The largest id of a stream that the peer began. */
  protected lastPeerStream = 0;
  protected nowMs: number;
  protected awake = false;

  constructor({ host, limits, peer, nowMs }: MachineOptions) {
    this.host = host;
    this.limits = limits;
    this.peer = peer;
    this.nowMs = nowMs;
    this.sender = new Sender(this.output, this.encoder, this);
    this.window = new ReceiveWindow(limits.connectionWindowBytes, limits.maxConnectionWindowBytes);
  }

  /** The stream is closed for both sides. */
  protected abstract onRemoved(stream: Http2Stream): void;
  /** The error of a stream when the connection goes. */
  protected abstract lossOf(stream: Http2Stream, error: RpcError | undefined): RpcError;
  abstract sendHead(stream: Http2Stream, headers: HeaderList, end: boolean): void;
  abstract told(stream: Http2Stream, trailers: HeaderList): void;

  protected wake(): void {
    if (this.awake) return;
    this.awake = true;
    this.host.onOutput();
  }

  /** Counts a frame that brings nothing. */
  protected spend(type: number): void {
    // What was sent may be answered by two WINDOW_UPDATEs and a PING.
    this.budget.earn(3 * this.sender.takeFrames());
    if (!this.budget.spend()) {
      throw new ConnectionFault(http2Error.enhanceYourCalm, `too many frames of no use, the last a ${frameName(type)}`);
    }
  }

  /** Counts a request that made work and brought nothing. */
  protected spendRequest(): void {
    if (!this.requestBudget.spend()) {
      throw new ConnectionFault(http2Error.enhanceYourCalm, "too many requests that were given up or refused");
    }
  }

  protected earnRequest(): void {
    this.requestBudget.earn(1);
  }

  /** Ends the connection because of the peer. */
  protected fail(fault: ConnectionFault): void {
    this.finish(fault, fault.http2Code, fault.message);
  }

  /** Ends the connection with a GOAWAY. Streams that are left are lost. */
  protected finish(error: RpcError | undefined, code: number, why: string): void {
    if (this.ended) return;
    this.output.goaway(this.lastPeerStream, code, why);
    this.over(error);
    this.wake();
  }

  /** Nothing more is sent or received. */
  protected over(error: RpcError | undefined): void {
    if (this.ended) return;
    this.ended = true;
    const left = [...this.streams.values()];
    this.streams.clear();
    for (const stream of left) this.#lose(stream, this.lossOf(stream, error));
    this.host.onEnd(error);
  }

  #lose(stream: Http2Stream, error: RpcError): void {
    this.sender.drop(stream);
    const { closed } = stream;
    stream.drop();
    if (!closed) stream.lost(error);
  }

  /** Resets a stream because of the peer; the program is told. */
  protected fault(stream: Http2Stream, code: number, why: string): void {
    const told = stream.closed;
    this.abandon(stream, code);
    if (told) return;
    stream.lost(
      new RpcError("INTERNAL", "connection-lost", `${this.peer}: ${why}`, {
        facts: { peer: this.peer, http2Code: code },
      }),
    );
  }

  /** Takes a stream out; both sides are done with it. */
  protected remove(stream: Http2Stream): void {
    if (!this.streams.delete(stream.id)) return;
    this.onRemoved(stream);
  }

  /** The peer began something that is not wanted. */
  protected refuse(streamId: number, code: number): void {
    this.output.rstStream(streamId, code);
    this.resets.add(streamId);
    this.wake();
  }

  /** Gives bytes back to the connection's window that no program will take. */
  protected refund(bytes: number): void {
    if (bytes === 0) return;
    const given = this.window.consume(bytes);
    if (given === 0) return;
    this.output.windowUpdate(0, given);
    this.wake();
  }

  // --- What streams call.

  send(stream: Http2Stream, chunk: Uint8Array | undefined, end: boolean, trailers: HeaderList | undefined): boolean {
    const room = this.sender.send(stream, chunk, end, trailers);
    this.wake();
    return room;
  }

  abandon(stream: Http2Stream, code: number): void {
    this.sender.drop(stream);
    this.refund(stream.drop());
    if (!this.streams.has(stream.id)) return;
    this.refuse(stream.id, code);
    this.remove(stream);
  }

  taken(stream: Http2Stream, bytes: number): void {
    if (this.ended) return;
    this.refund(bytes);
    if (stream.remoteDone || stream.closed) return;
    const given = stream.window.consume(bytes);
    if (given === 0) return;
    this.output.windowUpdate(stream.id, given);
    this.wake();
  }

  onLocalDone(stream: Http2Stream): void {
    stream.localDone = true;
    if (!stream.remoteDone) return;
    this.earnRequest();
    this.remove(stream);
  }

  onUnsendable(stream: Http2Stream, error: unknown): void {
    this.abandon(stream, http2Error.internal);
    stream.lost(RpcError.from(error));
  }

  /** The peer has said everything on this stream. */
  protected remoteEnd(stream: Http2Stream, trailers: HeaderList): void {
    if (stream.bodyBytesLeft > 0) {
      this.fault(stream, http2Error.protocol, "a body shorter than its content-length");
      return;
    }
    stream.remoteDone = true;
    if (stream.localDone) {
      this.earnRequest();
      this.remove(stream);
    }
    if (!stream.closed) stream.finish(trailers);
  }
}
