import { RpcError } from "../../model/rpc-error.ts";
import type { DecodedBlock } from "../../wire/hpack/decoded-block.ts";
import { ConnectionFault } from "./connection-fault.ts";
import type { MachineOptions } from "./connection-streams.ts";
import { clientPreface, frameType, maxStreamId } from "./frame.ts";
import type { HeaderFindings } from "./header-rules.ts";
import { Http2Machine } from "./machine.ts";
import { ReceiveWindow } from "./receive-window.ts";
import {
  type HeaderList,
  type HttpRequestHandler,
  type HttpSessionStatus,
  type HttpStreamEvents,
  http2Error,
} from "./session.ts";
import { settingId } from "./settings.ts";
import { Http2Stream } from "./stream.ts";

export interface ServerMachineOptions extends MachineOptions {
  readonly handler: HttpRequestHandler;
}

/** Stands in until the handler has given its own. */
const nobody: HttpStreamEvents = { onHead() {}, onData() {}, onEnd() {}, onReset() {} };

/** How long after the announcement requests are taken that were sent before it was heard, when nobody waits for it. */
const lastRequestsMs = 1000;

/** Ids that were skipped, of which so many are remembered. */
const maxSkipped = 100;

/** The server's end of a connection. */
export class ServerMachine extends Http2Machine {
  protected readonly isClient = false;
  readonly #handler: HttpRequestHandler;
  /** Bytes of the client's preface that came. */
  #prefaceSeen = 0;
  #announced = false;
  /** The last id that is served; set if and only if the last GOAWAY was sent. */
  #lastServed: number | undefined;
  #lastRequestsUntilMs = 0;
  #busyMs: number;
  /** Streams that the peer left out: they are closed and never were open. */
  readonly #skipped = new Set<number>();

  constructor({ handler, ...options }: ServerMachineOptions) {
    super(options);
    this.#handler = handler;
    this.#busyMs = options.nowMs;
    this.hello([settingId.maxConcurrentStreams, this.limits.maxConcurrentStreams]);
  }

  override receive(chunk: Buffer): void {
    const seen = this.#prefaceSeen;
    if (seen === clientPreface.length) {
      super.receive(chunk);
      return;
    }
    const now = Math.min(chunk.length, clientPreface.length - seen);
    if (clientPreface.compare(chunk, 0, now, seen, seen + now) !== 0) {
      this.fail(new ConnectionFault(http2Error.protocol, "the connection does not begin with HTTP/2's preface"));
      return;
    }
    this.#prefaceSeen = seen + now;
    super.receive(chunk.subarray(now));
  }

  override inspect(): HttpSessionStatus {
    return { ...super.inspect(), draining: this.#announced };
  }

  override tick(nowMs: number): void {
    super.tick(nowMs);
    if (this.ended) return;
    if (this.streams.size > 0) this.#busyMs = nowMs;
    if (!this.#announced && nowMs - this.#busyMs > this.limits.idleMs) this.announce();
    if (this.#announced && nowMs >= this.#lastRequestsUntilMs) this.end();
  }

  /** The first of two GOAWAYs: "send no more"; what is on its way is still served. Source: RFC 9113, 6.8. */
  announce(lastCallsMs: number = lastRequestsMs): void {
    if (this.#announced || this.ended) return;
    this.#announced = true;
    this.#lastRequestsUntilMs = this.nowMs + lastCallsMs;
    this.output.goaway(maxStreamId, http2Error.noError, "");
    this.wake();
  }

  /** The second: what comes from now on is refused; ends when the last stream has. */
  end(): void {
    if (this.ended || this.#lastServed !== undefined) return;
    this.#announced = true;
    this.#lastServed = this.lastPeerStream;
    if (this.streams.size === 0) {
      this.finish(undefined, http2Error.noError, "");
      return;
    }
    this.output.goaway(this.lastPeerStream, http2Error.noError, "");
    this.wake();
  }

  /** Ends at once. */
  destroy(error: RpcError): void {
    this.finish(error, http2Error.noError, "");
  }

  lost(cause: unknown): void {
    this.over(peerGone(this.peer, cause));
  }

  protected lossOf(_stream: Http2Stream, error: RpcError | undefined): RpcError {
    return peerGone(this.peer, error);
  }

  protected onGoaway(): void {
    this.announce();
  }

  protected isIdle(streamId: number): boolean {
    return streamId % 2 === 0 || streamId > this.lastPeerStream;
  }

  protected onRemoved(stream: Http2Stream): void {
    this.refund(stream.drop());
    if (this.#lastServed !== undefined && this.streams.size === 0 && !this.ended) {
      this.over(undefined);
      this.wake();
    }
  }

  sendHead(stream: Http2Stream, headers: HeaderList, end: boolean): void {
    if (stream.headSent) throw new TypeError("a stream responds once");
    let length: number;
    try {
      length = this.encoder.encode(headers);
    } catch (error) {
      this.onUnsendable(stream, error);
      return;
    }
    stream.headSent = true;
    this.output.headers(stream.id, this.encoder.bytes, length, end, this.sender.maxFrame);
    if (end) {
      stream.ending = true;
      this.onLocalDone(stream);
    }
    this.wake();
  }

  override send(
    stream: Http2Stream,
    chunk: Uint8Array | undefined,
    end: boolean,
    trailers: HeaderList | undefined,
  ): boolean {
    if (!stream.headSent) throw new TypeError("a body needs a head: call respond() first");
    return super.send(stream, chunk, end, trailers);
  }

  told(stream: Http2Stream, trailers: HeaderList): void {
    stream.events.onEnd(trailers);
  }

  protected onHeaders(streamId: number, endStream: boolean, block: DecodedBlock<HeaderFindings>): void {
    const stream = this.streams.get(streamId);
    if (stream) {
      this.#trailers(stream, endStream, block);
      return;
    }
    if (streamId % 2 === 0 || this.#skipped.has(streamId)) {
      throw new ConnectionFault(http2Error.protocol, `HEADERS on stream ${streamId}`);
    }
    if (streamId <= this.lastPeerStream) {
      this.onLateFrame(streamId, frameType.headers);
      return;
    }
    for (let id = this.lastPeerStream + 1 + (this.lastPeerStream % 2); id < streamId; id += 2) {
      if (this.#skipped.size >= maxSkipped) break;
      this.#skipped.add(id);
    }
    this.lastPeerStream = streamId;
    if (this.#lastServed !== undefined || this.streams.size >= this.limits.maxConcurrentStreams) {
      this.spendRequest();
      this.refuse(streamId, http2Error.refusedStream);
      return;
    }
    this.#begin(streamId, endStream, block);
  }

  #begin(streamId: number, endStream: boolean, block: DecodedBlock<HeaderFindings>): void {
    const { streamWindowBytes, maxStreamWindowBytes } = this.limits;
    const stream = new Http2Stream(this, new ReceiveWindow(streamWindowBytes, maxStreamWindowBytes), nobody);
    stream.id = streamId;
    stream.headReceived = true;
    stream.sendWindow = this.settings.initialWindowSize;
    this.streams.set(streamId, stream);
    if (block.tooLarge) {
      this.spendRequest();
      stream.remoteDone = endStream;
      this.sendHead(stream, [":status", "431"], true);
      if (!endStream) this.abandon(stream, http2Error.noError);
      return;
    }
    const { wrong, contentLength } = this.findings(block, "request");
    if (wrong !== undefined || this.selfDependent) {
      this.spendRequest();
      this.abandon(stream, http2Error.protocol);
      return;
    }
    stream.bodyBytesLeft = contentLength;
    // The end is told after the head; an answer that comes before then must not take the stream for open.
    if (endStream && contentLength <= 0) stream.remoteDone = true;
    stream.events = this.#handler(stream, block.list, this.peer);
    if (!endStream || stream.closed) return;
    if (stream.remoteDone) stream.events.onEnd([]);
    else this.remoteEnd(stream, []);
  }

  #trailers(stream: Http2Stream, endStream: boolean, block: DecodedBlock<HeaderFindings>): void {
    if (stream.remoteDone) {
      this.fault(stream, http2Error.streamClosed, "HEADERS after the end of the stream");
      return;
    }
    const { wrong } = this.findings(block, "trailers");
    if (wrong !== undefined || block.tooLarge || !endStream) {
      this.fault(stream, http2Error.protocol, `trailers with ${wrong ?? "something that may not be"}`);
      return;
    }
    this.remoteEnd(stream, block.list);
  }
}

function peerGone(peer: string, cause: unknown): RpcError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new RpcError("CANCELLED", "connection-lost", `the connection of ${peer} was lost${why}`, {
    facts: { peer },
    cause,
  });
}
