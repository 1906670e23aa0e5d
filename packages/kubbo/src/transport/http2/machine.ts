import type { DecodedBlock } from "../../wire/hpack/decoded-block.ts";
import { HpackDecoder } from "../../wire/hpack/decoder.ts";
import { initialTableBytes } from "../../wire/hpack/encoder.ts";
import { ConnectionFault } from "./connection-fault.ts";
import { ConnectionStreams, type MachineOptions } from "./connection-streams.ts";
import { ConnectionWatch } from "./connection-watch.ts";
import { frameFlag, frameName, frameType, initialWindow, maxStreamId, read32 } from "./frame.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import { checkFrameHead, wrongSize } from "./frame-rules.ts";
import { HeaderFragments } from "./header-fragments.ts";
import { checkHeaders, type HeaderFindings, type HeaderKind } from "./header-rules.ts";
import { errorFromReset } from "./reset-error.ts";
import { type HeaderList, type HttpSessionStatus, http2Error } from "./session.ts";
import { applySettings, settingId } from "./settings.ts";
import type { Http2Stream } from "./stream.ts";

/** Waiting output from which on a server should read nothing more from its peer. */
const congestedBytes = 1024 * 1024;

const noTrailers: HeaderList = Object.freeze([]);

/**
 * One end of an HTTP/2 connection as a machine: bytes and the program's wishes in, bytes and events out. It has no
 * socket, no timer and no clock; `receive`, `take` and `tick` are its only ties to the world.
 *
 * ```
 *   socket -> receive -> FrameReader -> onFrame, onData -> stream events -> program
 *   socket <- take <- FrameOutput <- Sender <- stream.write, end, respond <- program
 * ```
 * The events of streams are called from within `receive`, `take` (onDrain) and `tick`; whatever the program does in them
 * is allowed. Errors of the peer end the connection (`ConnectionFault`) or a stream, never this process.
 *
 * Source: RFC 9113.
 */
export abstract class Http2Machine extends ConnectionStreams implements FrameSink {
  /** Of the HEADERS that are being read: the priority field names its own stream. Source: RFC 7540, 5.3.1. */
  protected selfDependent = false;
  readonly #decoder: HpackDecoder<HeaderFindings>;
  readonly #reader = new FrameReader(this);
  readonly #fragments: HeaderFragments;
  readonly #watch: ConnectionWatch;
  #bytesIn = 0;
  #settingsSeen = false;
  #pings = 0;

  // The DATA frame that is being read.
  #dataStream: Http2Stream | undefined;
  #dataLength = 0;
  #dataKept = 0;
  #dataEnds = false;
  #dataBody = false;

  constructor(options: MachineOptions) {
    super(options);
    const { limits, nowMs } = options;
    this.#watch = new ConnectionWatch(limits, nowMs);
    this.#decoder = new HpackDecoder({ maxTableBytes: initialTableBytes, maxListBytes: limits.maxHeaderBytes });
    this.#fragments = new HeaderFragments(2 * limits.maxHeaderBytes);
  }

  /** For the constructors of the two sides: SETTINGS, and the connection's window, which SETTINGS cannot set. */
  protected hello(more: readonly number[]): void {
    const { maxFrameBytes, maxHeaderBytes, streamWindowBytes, connectionWindowBytes } = this.limits;
    this.output.settings([
      ...[settingId.initialWindowSize, streamWindowBytes, settingId.maxFrameSize, maxFrameBytes],
      ...[settingId.maxHeaderListSize, maxHeaderBytes, ...more],
    ]);
    this.output.windowUpdate(0, connectionWindowBytes - initialWindow);
    this.wake();
  }

  // --- What the shell calls.

  /** Bytes from the socket; they stay as they are, bodies are views on them. */
  receive(chunk: Buffer): void {
    if (this.ended) return;
    this.#bytesIn += chunk.length;
    this.#watch.heard = true;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      if (error instanceof ConnectionFault) {
        this.fail(error);
        return;
      }
      // Of the program's own events: it is told, and the connection, whose state is not known any more, is not used on.
      this.fail(new ConnectionFault(http2Error.internal, "an event handler threw", { cause: error }));
      throw error;
    }
  }

  /** Bytes for the socket, in order; none: nothing waits that may be sent. */
  take(): readonly Uint8Array[] {
    this.awake = false;
    if (!this.ended) this.sender.pump(this.nowMs);
    return this.output.take();
  }

  /** Nobody reads any more what was taken last. See `FrameOutput.reuse`. */
  reuse(): void {
    this.output.reuse();
  }

  /** Whether `take` would give something. */
  get ready(): boolean {
    return this.output.bytes > 0 || (!this.ended && this.sender.ready);
  }

  /** The socket takes nothing more for now, or takes again. */
  setFull(full: boolean): void {
    this.sender.full = full;
    this.#watch.setFull(full, this.nowMs);
  }

  /** So much waits that a peer which sends on should not be listened to. */
  get congested(): boolean {
    return this.output.bytes > congestedBytes;
  }

  /** The socket is gone. */
  abstract lost(cause: unknown): void;

  /** Sends a PING; `onPong` tells of the answer. Returns its number. */
  ping(): number {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(++this.#pings, 4);
    this.output.ping(false, payload, 0);
    this.wake();
    return this.#pings;
  }

  get activeStreams(): number {
    return this.streams.size;
  }

  inspect(): HttpSessionStatus {
    return {
      peer: this.peer,
      streams: this.streams.size,
      waiting: 0,
      sendWindow: this.sender.window,
      receiveWindow: this.window.left,
      unsentBytes: this.sender.unsentBytes + this.output.bytes,
      bytesIn: this.#bytesIn,
      bytesOut: this.output.taken,
      draining: false,
    };
  }

  /** Time passes. To be called about once a second. */
  tick(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.ended) return;
    this.budget.passTime(nowMs);
    this.requestBudget.passTime(nowMs);
    const due = this.#watch.tick(nowMs, this.#fragments);
    if (due instanceof ConnectionFault) {
      this.fail(due);
      return;
    }
    if (due === "ping") this.ping();
    if (this.sender.unsentBytes > 0) this.#resetStalled(nowMs);
    if (this.#watch.isIdle(this.output.taken)) this.output.idle();
  }

  /** Streams whose peer grants no window for a long time hold memory for nothing. */
  #resetStalled(nowMs: number): void {
    const { stallTimeoutMs } = this.limits;
    for (const stream of [...this.streams.values()]) {
      if (stream.unsentBytes === 0) continue;
      if (stream.stalledSinceMs < 0) {
        if (this.sender.window <= 0) stream.stalledSinceMs = nowMs;
      } else if (nowMs - stream.stalledSinceMs > stallTimeoutMs) {
        this.fault(stream, http2Error.cancel, `the peer granted no window for ${stallTimeoutMs} ms`);
      }
    }
  }

  // --- What the two sides add.

  protected abstract onHeaders(streamId: number, endStream: boolean, block: DecodedBlock<HeaderFindings>): void;
  protected abstract onGoaway(lastStreamId: number, code: number, text: string): void;
  /** Whether the id is one of a stream that was not begun yet. */
  protected abstract isIdle(streamId: number): boolean;
  protected abstract readonly isClient: boolean;

  protected findings(block: DecodedBlock<HeaderFindings>, kind: HeaderKind): HeaderFindings {
    let { findings } = block;
    if (findings?.kind !== kind) {
      findings = checkHeaders(block.list, kind);
      block.findings = findings;
    }
    return findings;
  }

  // --- What the frame reader calls.

  onFrameHead(type: number, flags: number, streamId: number, length: number): void {
    if (length > this.limits.maxFrameBytes) throw wrongSize(type, length);
    if (!this.#settingsSeen && (type !== frameType.settings || (flags & frameFlag.ack) !== 0)) {
      throw new ConnectionFault(http2Error.protocol, `SETTINGS must come first, not ${frameName(type)}`);
    }
    const block = this.#fragments.streamId;
    if (block !== 0 ? type !== frameType.continuation || streamId !== block : type === frameType.continuation) {
      const where = block === 0 ? "outside" : "inside";
      throw new ConnectionFault(http2Error.protocol, `${frameName(type)} ${where} of a header block`);
    }
    checkFrameHead(type, flags, streamId, length);
    if (type === frameType.data) this.#dataHead(flags, streamId, length);
    else if (type === frameType.rstStream) this.spendRequest();
    else if (type !== frameType.headers) this.spend(type);
  }

  onFrame(type: number, flags: number, streamId: number, bytes: Buffer, start: number, end: number): void {
    switch (type) {
      case frameType.headers:
        this.#headers(flags, streamId, bytes, start, end);
        return;
      case frameType.continuation:
        this.#fragments.add(bytes, start, end);
        if (flags & frameFlag.endHeaders) {
          const { endStream } = this.#fragments;
          const block = this.#fragments.take();
          this.#block(streamId, endStream, block, 0, block.length);
        }
        return;
      case frameType.priority:
        this.#priority(streamId, bytes, start, end);
        return;
      case frameType.rstStream:
        this.#rstStream(streamId, read32(bytes, start));
        return;
      case frameType.settings:
        this.#settings(flags, bytes, start, end);
        return;
      case frameType.ping:
        if (flags & frameFlag.ack) {
          this.host.onPong(read32(bytes, start + 4));
        } else {
          this.output.ping(true, bytes, start);
          this.wake();
        }
        return;
      case frameType.goaway: {
        const text = bytes.toString("latin1", start + 8, Math.min(end, start + 8 + 200));
        this.onGoaway(read32(bytes, start) & maxStreamId, read32(bytes, start + 4), text);
        return;
      }
      case frameType.windowUpdate:
        this.#windowUpdate(streamId, read32(bytes, start) & 0x7fffffff);
        return;
      default:
    }
  }

  #headers(flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    let start = from;
    let end = to;
    if (flags & frameFlag.padded) {
      if (start === end) throw wrongSize(frameType.headers, 0);
      end -= bytes[start++] as number;
    }
    this.selfDependent = false;
    if (flags & frameFlag.priority) {
      if (to - start < 5) throw wrongSize(frameType.headers, to - from);
      this.selfDependent = (read32(bytes, start) & 0x7fffffff) === streamId;
      start += 5;
    }
    if (end < start) throw new ConnectionFault(http2Error.protocol, "a HEADERS frame with too much padding");
    const endStream = (flags & frameFlag.endStream) !== 0;
    if (flags & frameFlag.endHeaders) {
      this.#block(streamId, endStream, bytes, start, end);
      return;
    }
    this.#fragments.begin(streamId, endStream, this.nowMs);
    this.#fragments.add(bytes, start, end);
  }

  #block(streamId: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
    let block: DecodedBlock<HeaderFindings>;
    try {
      block = this.#decoder.decode(bytes, start, end);
    } catch (cause) {
      throw new ConnectionFault(http2Error.compression, `a header block that does not decode: ${textOf(cause)}`, {
        cause,
      });
    }
    this.onHeaders(streamId, endStream, block);
  }

  #priority(streamId: number, bytes: Buffer, start: number, end: number): void {
    const sizeOk = end - start === 5;
    if (sizeOk && (read32(bytes, start) & 0x7fffffff) !== streamId) return;
    const code = sizeOk ? http2Error.protocol : http2Error.frameSize;
    const why = sizeOk ? "a stream that depends on itself" : `a PRIORITY of ${end - start} bytes`;
    const stream = this.streams.get(streamId);
    if (!stream) throw new ConnectionFault(code, why);
    this.fault(stream, code, why);
  }

  #rstStream(streamId: number, code: number): void {
    const stream = this.streams.get(streamId);
    if (!stream) {
      if (this.isIdle(streamId)) throw new ConnectionFault(http2Error.protocol, "RST_STREAM on an idle stream");
      return;
    }
    this.sender.drop(stream);
    const { closed } = stream;
    this.refund(stream.drop());
    stream.remoteDone = true;
    this.remove(stream);
    if (!closed) stream.lost(errorFromReset(code, this.peer));
  }

  #settings(flags: number, bytes: Buffer, start: number, end: number): void {
    if (flags & frameFlag.ack) {
      this.#watch.settingsAcknowledged = true;
      return;
    }
    const before = this.settings.initialWindowSize;
    const leastTable = applySettings(this.settings, bytes, start, end, this.isClient);
    this.#settingsSeen = true;
    this.#watch.settingsSeen = true;
    this.encoder.allow(leastTable);
    this.encoder.allow(this.settings.headerTableSize);
    this.sender.maxFrame = this.settings.maxFrameSize;
    const growth = this.settings.initialWindowSize - before;
    if (growth !== 0) {
      for (const stream of this.streams.values()) {
        if (!this.sender.growStream(stream, growth)) {
          throw new ConnectionFault(http2Error.flowControl, "SETTINGS made the window of a stream too large");
        }
      }
    }
    this.output.settingsAck();
    this.wake();
    this.onPeerSettings();
  }

  protected onPeerSettings(): void {}

  #windowUpdate(streamId: number, increment: number): void {
    if (streamId === 0) {
      if (increment === 0) throw new ConnectionFault(http2Error.protocol, "a WINDOW_UPDATE of 0");
      if (!this.sender.grow(increment)) {
        throw new ConnectionFault(http2Error.flowControl, "the window of the connection is too large");
      }
    } else {
      const stream = this.streams.get(streamId);
      if (!stream) {
        if (this.isIdle(streamId)) throw new ConnectionFault(http2Error.protocol, "WINDOW_UPDATE on an idle stream");
        return;
      }
      if (increment === 0) this.fault(stream, http2Error.protocol, "a WINDOW_UPDATE of 0");
      else if (!this.sender.growStream(stream, increment)) {
        this.fault(stream, http2Error.flowControl, "the window of the stream is too large");
      }
    }
    if (this.sender.ready) this.wake();
  }

  #dataHead(flags: number, streamId: number, length: number): void {
    if (!this.window.receive(length)) {
      throw new ConnectionFault(http2Error.flowControl, "more DATA than the connection's window");
    }
    this.#dataStream = undefined;
    this.#dataLength = length;
    this.#dataKept = 0;
    this.#dataEnds = (flags & frameFlag.endStream) !== 0;
    const stream = this.streams.get(streamId);
    if (!stream) {
      this.onLateFrame(streamId, frameType.data);
      return;
    }
    if (stream.remoteDone) {
      this.fault(stream, http2Error.streamClosed, "DATA after the end of the stream");
    } else if (!stream.headReceived) {
      this.fault(stream, http2Error.protocol, "DATA before HEADERS");
    } else if (!stream.window.receive(length)) {
      this.fault(stream, http2Error.flowControl, "more DATA than the stream's window");
    } else {
      this.#dataStream = stream;
      this.#dataBody = false;
    }
  }

  /** A frame on a stream that is not there: late, or a fault. */
  protected onLateFrame(streamId: number, type: number): void {
    if (this.isIdle(streamId)) throw new ConnectionFault(http2Error.protocol, `${frameName(type)} on an idle stream`);
    if (!this.resets.mayBeLate(streamId)) {
      throw new ConnectionFault(http2Error.streamClosed, `${frameName(type)} on a closed stream`);
    }
    this.spend(type);
  }

  onData(bytes: Buffer, start: number, end: number): void {
    const stream = this.#dataStream;
    if (!stream || stream.closed) return;
    this.#dataBody = true;
    const length = end - start;
    if (stream.bodyBytesLeft >= 0) {
      stream.bodyBytesLeft -= length;
      if (stream.bodyBytesLeft < 0) {
        this.fault(stream, http2Error.protocol, "a body longer than its content-length");
        return;
      }
    }
    if (!stream.data(bytes.subarray(start, end))) this.#dataKept += length;
  }

  onDataEnd(): void {
    const stream = this.#dataStream;
    const used = this.#dataLength - this.#dataKept;
    this.#dataStream = undefined;
    if (this.ended) return;
    this.refund(used);
    if (!stream || !this.streams.has(stream.id)) return;
    if (this.#dataEnds) {
      this.remoteEnd(stream, noTrailers);
      return;
    }
    // Padding alone is no use either.
    if (this.#dataBody) this.budget.earn(1);
    else this.spend(frameType.data);
    const given = stream.closed ? 0 : stream.window.consume(used);
    if (given === 0) return;
    this.output.windowUpdate(stream.id, given);
    this.wake();
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
