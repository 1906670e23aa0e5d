import { RpcError } from "../../model/rpc-error.ts";
import type { DecodedBlock } from "../../wire/hpack/decoded-block.ts";
import { headerListBytes, headerValue } from "../../wire/hpack/header-list.ts";
import { ConnectionFault } from "./connection-fault.ts";
import type { MachineOptions } from "./connection-streams.ts";
import { clientPreface, frameType, maxStreamId } from "./frame.ts";
import type { HeaderFindings } from "./header-rules.ts";
import { Http2Machine } from "./machine.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { http2ErrorName } from "./reset-error.ts";
import { type HeaderList, type HttpSessionStatus, type HttpStreamEvents, http2Error } from "./session.ts";
import { settingId } from "./settings.ts";
import { Http2Stream } from "./stream.ts";

export interface ClientMachineOptions extends MachineOptions {
  /** Called once, when the peer has proved by its SETTINGS that it speaks HTTP/2. */
  readonly onReady: () => void;
  /** The id of the first stream: odd. Default 1; tests begin near the end. */
  readonly firstStreamId?: number;
}

/** A request that waits for a free place. */
interface Waiting {
  readonly stream: Http2Stream;
  readonly headers: HeaderList;
  readonly end: boolean;
}

/** The client's end of a connection. */
export class ClientMachine extends Http2Machine {
  protected readonly isClient = true;
  readonly #onReady: () => void;
  #isReady = false;
  #nextId: number;
  #waiting: Waiting[] = [];
  /** Why no new streams are begun; undefined: they are. */
  #draining: string | undefined;
  /** The largest id that was in bytes that were taken: whether the peer can have seen a request at all. */
  #lastTaken = 0;

  constructor({ onReady, firstStreamId = 1, ...options }: ClientMachineOptions) {
    super(options);
    this.#onReady = onReady;
    this.#nextId = firstStreamId;
    this.output.raw(clientPreface);
    this.hello([settingId.enablePush, 0]);
  }

  override take(): readonly Uint8Array[] {
    const parts = super.take();
    this.#lastTaken = this.#nextId - 2;
    return parts;
  }

  override inspect(): HttpSessionStatus {
    return { ...super.inspect(), waiting: this.#waiting.length, draining: this.#draining !== undefined };
  }

  /** See `HttpClientSession.request`. */
  request(headers: HeaderList, end: boolean, events: HttpStreamEvents): Http2Stream {
    const { streamWindowBytes, maxStreamWindowBytes, maxWaitingRequests } = this.limits;
    const stream = new Http2Stream(this, new ReceiveWindow(streamWindowBytes, maxStreamWindowBytes), events);
    stream.ending = end;
    if (this.ended || this.#draining !== undefined) {
      this.#refuseLater(stream, drainingError(this.peer, this.#draining ?? "it is closed"));
    } else if (this.#waiting.length === 0 && this.streams.size < this.settings.maxConcurrentStreams) {
      this.#open({ stream, headers, end });
    } else if (this.#waiting.length < maxWaitingRequests) {
      this.#waiting.push({ stream, headers, end });
    } else {
      this.#refuseLater(stream, queueFull(this.peer, maxWaitingRequests));
    }
    return stream;
  }

  /** Never from within `request`: its caller does not have the stream yet. */
  #refuseLater(stream: Http2Stream, error: RpcError): void {
    queueMicrotask(() => {
      if (stream.closed) return; // given up meanwhile
      this.sender.drop(stream);
      stream.drop();
      stream.lost(error);
    });
  }

  #open({ stream, headers, end }: Waiting): void {
    const { maxHeaderListSize, initialWindowSize } = this.settings;
    let length: number;
    try {
      if (maxHeaderListSize < 1e9 && headerListBytes(headers) > maxHeaderListSize) {
        throw headTooLarge(this.peer, headerListBytes(headers), maxHeaderListSize);
      }
      length = this.encoder.encode(headers);
    } catch (error) {
      this.#refuseLater(stream, RpcError.from(error));
      return;
    }
    const id = this.#nextId;
    this.#nextId += 2;
    stream.id = id;
    stream.sendWindow = initialWindowSize;
    stream.localDone = end;
    if (headerValue(headers, ":method") === "HEAD") stream.bodiless = true;
    this.streams.set(id, stream);
    this.output.headers(id, this.encoder.bytes, length, end, this.sender.maxFrame);
    if (!end) this.sender.queue(stream);
    this.earnRequest();
    this.wake();
    if (this.#nextId > maxStreamId) this.#drain("its stream ids are used up");
  }

  /** Lets waiting requests go, in order. */
  #admit(): void {
    let admitted = 0;
    while (
      admitted < this.#waiting.length &&
      this.streams.size < this.settings.maxConcurrentStreams &&
      this.#nextId <= maxStreamId
    ) {
      const next = this.#waiting[admitted++] as Waiting;
      if (!next.stream.closed) this.#open(next);
    }
    if (admitted > 0) this.#waiting.splice(0, admitted);
  }

  protected override onPeerSettings(): void {
    if (!this.#isReady) {
      this.#isReady = true;
      this.#onReady();
    }
    this.#admit();
  }

  /** No new streams; ends after the last one. */
  close(): void {
    this.#draining ??= "it is closing";
    this.#endIfIdle();
  }

  /** Ends at once. */
  destroy(error: RpcError): void {
    this.finish(error, http2Error.noError, "");
  }

  lost(cause: unknown): void {
    const ended = this.#draining !== undefined && this.streams.size === 0 && cause === undefined;
    this.over(ended ? undefined : connectionLost(this.peer, cause));
  }

  #drain(why: string): void {
    const first = this.#draining === undefined;
    this.#draining ??= why;
    if (first) this.host.onDraining(why);
  }

  #endIfIdle(): void {
    if (this.#draining === undefined || this.ended || this.streams.size > 0) return;
    if (this.#waiting.some(({ stream }) => !stream.closed)) return;
    this.finish(undefined, http2Error.noError, "");
  }

  protected override over(error: RpcError | undefined): void {
    if (this.ended) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    super.over(error);
    this.#dropWaiting(waiting, (peer) => notSent(peer, error));
  }

  #dropWaiting(waiting: readonly Waiting[], errorFor: (peer: string) => RpcError): void {
    for (const { stream } of waiting) {
      if (stream.closed) continue;
      this.sender.drop(stream);
      stream.drop();
      stream.lost(errorFor(this.peer));
    }
  }

  protected lossOf(stream: Http2Stream, error: RpcError | undefined): RpcError {
    if (stream.id > this.#lastTaken) return notSent(this.peer, error);
    if (error instanceof ConnectionFault) return connectionLost(this.peer, error);
    return error ?? closedHere(this.peer);
  }

  protected onGoaway(lastStreamId: number, code: number, text: string): void {
    const why = `GOAWAY ${code}${code === 0 ? "" : ` (${http2ErrorName(code)})`} from ${this.peer}`;
    this.#drain(text === "" ? why : `${why}: ${text}`);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [id, stream] of [...this.streams]) {
      if (id <= lastStreamId) continue;
      this.streams.delete(id);
      this.sender.drop(stream);
      const { closed } = stream;
      this.refund(stream.drop());
      if (!closed) stream.lost(drainingError(this.peer, why));
    }
    this.#dropWaiting(waiting, (peer) => drainingError(peer, why));
    this.#endIfIdle();
  }

  protected isIdle(streamId: number): boolean {
    return streamId % 2 === 0 || streamId >= this.#nextId;
  }

  protected onRemoved(): void {
    if (this.#waiting.length > 0) this.#admit();
    if (this.#draining !== undefined) this.#endIfIdle();
  }

  sendHead(): void {
    throw new TypeError("a client's stream does not respond");
  }

  told(stream: Http2Stream, trailers: HeaderList): void {
    stream.drop();
    stream.events.onEnd(trailers);
  }

  protected onHeaders(streamId: number, endStream: boolean, block: DecodedBlock<HeaderFindings>): void {
    const stream = this.streams.get(streamId);
    if (!stream) {
      this.onLateFrame(streamId, frameType.headers);
      return;
    }
    if (stream.remoteDone) {
      this.fault(stream, http2Error.streamClosed, "HEADERS after the end of the stream");
    } else if (block.tooLarge) {
      this.abandon(stream, http2Error.cancel);
      stream.lost(headTooLarge(this.peer, undefined, this.limits.maxHeaderBytes));
    } else if (stream.headReceived) {
      this.#trailers(stream, endStream, block);
    } else {
      this.#head(stream, endStream, block);
    }
  }

  #head(stream: Http2Stream, endStream: boolean, block: DecodedBlock<HeaderFindings>): void {
    const { wrong, status, contentLength } = this.findings(block, "response");
    const interim = status >= 100 && status < 200;
    if (wrong !== undefined || (interim && (endStream || status === 101))) {
      this.fault(stream, http2Error.protocol, `a response with ${wrong ?? `status ${status} that does not fit`}`);
      return;
    }
    if (interim) {
      this.spend(frameType.headers);
      return;
    }
    stream.headReceived = true;
    if (contentLength >= 0 && !stream.bodiless && status !== 304) stream.bodyBytesLeft = contentLength;
    stream.events.onHead(block.list);
    if (endStream && !stream.closed) this.remoteEnd(stream, []);
  }

  #trailers(stream: Http2Stream, endStream: boolean, block: DecodedBlock<HeaderFindings>): void {
    const { wrong } = this.findings(block, "trailers");
    if (wrong !== undefined || !endStream) {
      this.fault(stream, http2Error.protocol, `trailers with ${wrong ?? "something after them"}`);
      return;
    }
    this.remoteEnd(stream, block.list);
  }

  protected override remoteEnd(stream: Http2Stream, trailers: HeaderList): void {
    const requestDone = stream.localDone;
    super.remoteEnd(stream, trailers);
    // The answer is complete: nobody will read the rest of the request. RFC 9113, 8.1.
    if (!requestDone && this.streams.get(stream.id) === stream) {
      this.sender.drop(stream);
      stream.ending = true;
      stream.localDone = true;
      this.refuse(stream.id, http2Error.cancel);
      this.remove(stream);
    }
  }
}

function connectionLost(peer: string, cause: unknown): RpcError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new RpcError("UNAVAILABLE", "connection-lost", `the connection to ${peer} was lost${why}`, {
    facts: { address: peer },
    cause,
  });
}

function notSent(peer: string, cause: unknown): RpcError {
  return new RpcError("UNAVAILABLE", "connection-lost", `the connection to ${peer} was lost before the call was sent`, {
    facts: { address: peer },
    cause,
    unprocessed: true,
  });
}

function drainingError(peer: string, why: string): RpcError {
  return new RpcError("UNAVAILABLE", "connection-draining", `the connection to ${peer} takes no new calls: ${why}`, {
    facts: { address: peer },
    unprocessed: true,
  });
}

function closedHere(peer: string): RpcError {
  return new RpcError("CANCELLED", "closed", `the connection to ${peer} was closed by this program`, {
    facts: { address: peer },
  });
}

function queueFull(peer: string, limit: number): RpcError {
  return new RpcError("RESOURCE_EXHAUSTED", "overload", `${limit} calls wait already for a free stream to ${peer}`, {
    facts: { address: peer, limit },
    unprocessed: true,
  });
}

function headTooLarge(peer: string, bytes: number | undefined, limit: number): RpcError {
  const what = bytes === undefined ? `headers from ${peer} are` : `headers of ${bytes} bytes for ${peer} are`;
  return new RpcError("RESOURCE_EXHAUSTED", "limit", `${what} beyond the limit of ${limit} bytes`, {
    facts: { address: peer, limit },
    unprocessed: bytes !== undefined,
  });
}
