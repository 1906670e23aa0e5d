import { defaultLimits, type Hessian2Limits } from "../../codec/hessian2/limits.ts";
import { Hessian2Writer } from "../../codec/hessian2/writer.ts";
import type { Admission } from "../../model/admission.ts";
import type { Dispatcher } from "../../model/handler.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { Link } from "../../transport/link.ts";
import type { Clock } from "../../util/clock.ts";
import { DeadlineSweep } from "../../util/deadline-sweep.ts";
import { eventOf, heartbeatRequest, heartbeatResponse, isEvent, readonlyEvent } from "./event.ts";
import { type Answer, Exchange } from "./exchange.ts";
import { beginFrame, endFrame, type Frame, Framer, flags, headerBytes, hessian2Id, type RequestId } from "./frame.ts";
import { type InboundRequest, readInboundRequest } from "./inbound-request.ts";
import { Keepalive, serverTimes } from "./keepalive.ts";
import { nextPeerState, type PeerEvent, type PeerState } from "./peer-state.ts";
import { writeResponse } from "./response.ts";
import { checkSerialization } from "./serialization.ts";
import { status, statusFromError } from "./status.ts";

export interface ResponderOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly admission: Admission;
  /** The peer's address. */
  readonly peer: string;
  /** Longest message taken or sent, in bytes. */
  readonly maxMessageBytes: number;
  /** Answers that may wait for a peer that does not read, in bytes; with more, its requests are not begun. */
  readonly maxBufferedBytes: number;
}

/** Requests of one connection that are begun in one turn: thousands may lie in one chunk, each with a large answer. */
const turnRequests = 64;

/**
 * The server's side of one Dubbo2 connection, without a socket: bytes go in, calls run, bytes go out over the link.
 *
 * Shape: `receive` takes what came in pieces of any size. Every two-way request is answered exactly once, a one-way one
 * and an event that is no heartbeat never.
 * Limits: beyond the admission's calls a request is answered with status 100 and not decoded; a larger request is
 * dropped as it comes and answered with 40, a larger answer with 25. Who does not read his answers is not read either:
 * beyond `maxBufferedBytes` his requests wait, at most those of one chunk.
 * Errors: `receive` throws what `Framer.push` throws; the connection is to be destroyed then.
 */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #limits: Required<Hessian2Limits>;
  readonly #framer: Framer;
  readonly #writer = new Hessian2Writer();
  readonly #calls = new Set<Exchange>();
  readonly #deadlines: DeadlineSweep<Exchange>;
  readonly #keepalive: Keepalive;
  /** Requests that wait for their turn, from `#next` on. While there are any, nothing is read. */
  #waiting: Frame[] = [];
  #next = 0;
  /** Requests that were begun in this turn. */
  #begun = 0;
  #deferred = false;
  #closesAfterAnswer = false;
  #state: PeerState = "open";

  constructor(options: ResponderOptions) {
    const { maxMessageBytes, clock } = options;
    this.#options = options;
    this.#limits = { ...defaultLimits, maxBytes: maxMessageBytes };
    this.#framer = new Framer(maxMessageBytes, (frame) => this.#onFrame(frame));
    this.#deadlines = new DeadlineSweep(clock, (exchange) => exchange.expire());
    this.#keepalive = new Keepalive(serverTimes, clock.now());
  }

  get state(): PeerState {
    return this.#state;
  }

  get active(): number {
    return this.#calls.size;
  }

  /** Asks the peer to send no new calls; those that it has sent are served. May be called twice. */
  announce(): void {
    if (this.#state !== "open") return;
    this.#become("readonly");
    this.#options.link.write(readonlyEvent(this.#writer.out, noId));
  }

  /** Closes the link when the last call has ended. May be called twice. */
  close(): void {
    this.#become("close");
    this.#checkIdle();
  }

  /**
   * As `close`, but only when an answer has just gone out: a peer with several connections uses this one on, whatever it was
   * told, and a request that meets our end on its way is never answered (Java waits for its timeout then).
   */
  closeAfterAnswer(): void {
    this.#closesAfterAnswer = true;
  }

  #checkIdle(): void {
    if (this.#calls.size === 0 && this.#waiting.length === 0) this.#become("idle");
  }

  receive(chunk: Uint8Array): void {
    this.#keepalive.heard(this.#options.clock.now());
    this.#framer.push(chunk);
  }

  #onFrame(frame: Frame): void {
    if ((frame.flags & flags.request) === 0) return; // A server asks nothing but heartbeats.
    if (isEvent(frame)) {
      if (eventOf(frame) === "heartbeat" && frame.flags & flags.twoWay) {
        this.#options.link.write(heartbeatResponse(this.#writer.out, frame.id));
      }
      return;
    }
    if (this.#waiting.length > 0 || !this.#hasTurn()) {
      if (this.#waiting.push(frame) === 1) this.#options.link.pause();
      this.#defer();
    } else this.#begin(frame);
  }

  /** Whether a request may be begun now. */
  #hasTurn(): boolean {
    const { link, maxBufferedBytes } = this.#options;
    return this.#begun < turnRequests && link.buffered <= maxBufferedBytes;
  }

  #defer(): void {
    if (this.#deferred) return;
    this.#deferred = true;
    this.#options.link.defer(() => {
      this.#deferred = false;
      this.#begun = 0;
      this.#pump();
    });
  }

  /** Begins what waits, as far as it is its turn; with the rest it goes on in the next one, or when the peer has read. */
  #pump(): void {
    if (this.#state === "lost") return;
    while (this.#next < this.#waiting.length && this.#hasTurn()) this.#begin(this.#waiting[this.#next++] as Frame);
    const { link, maxBufferedBytes } = this.#options;
    if (this.#next < this.#waiting.length) {
      if (link.buffered <= maxBufferedBytes) this.#defer();
      return;
    }
    this.#waiting = [];
    this.#next = 0;
    if (link.buffered <= maxBufferedBytes) link.resume();
    this.#checkIdle();
  }

  /** To be called when the peer has read what waited for it. */
  drained(): void {
    this.#pump();
  }

  #begin(frame: Frame): void {
    // What comes after our side has closed cannot be answered, so it is not begun.
    if (this.#state === "ended" || this.#state === "lost") return;
    this.#begun++;
    this.#defer();
    const twoWay = (frame.flags & flags.twoWay) !== 0;
    const { admission } = this.#options;
    if (!admission.tryEnter()) {
      if (twoWay) this.#answerError(frame.id, tooBusy(admission));
      return;
    }
    let request: InboundRequest;
    try {
      request = this.#read(frame);
    } catch (error) {
      admission.leave();
      if (twoWay) this.#answerError(frame.id, RpcError.from(error));
      return;
    }
    const exchange = new Exchange(request, (answer) => {
      this.#release(exchange);
      if (twoWay) this.#answer(frame.id, request, answer);
      if (this.#closesAfterAnswer && this.#calls.size === 0) this.#become("close");
      this.#checkIdle();
    });
    this.#calls.add(exchange);
    this.#deadlines.add(exchange);
    exchange.run();
  }

  #release(exchange: Exchange): void {
    this.#calls.delete(exchange);
    this.#deadlines.delete(exchange);
    this.#options.admission.leave();
  }

  #read({ flags: frameFlags, body, dropped }: Frame): InboundRequest {
    const { dispatcher, clock, peer, maxMessageBytes } = this.#options;
    if (dropped > 0) throw tooLarge("request", dropped, maxMessageBytes);
    checkSerialization(frameFlags);
    return readInboundRequest(body, { dispatcher, limits: this.#limits, peer, nowMs: clock.now() });
  }

  #answer(id: RequestId, { found, attachmentsUnderstood }: InboundRequest, answer: Answer): void {
    if (answer.t === "refused") {
      this.#answerError(id, answer.error);
      return;
    }
    const attachments = attachmentsUnderstood ? answer.attachments : undefined;
    try {
      this.#send(status.ok, id, () => writeResponse(this.#writer, found.method, answer.outcome, attachments));
    } catch (error) {
      // The method has run, but its result cannot be written: said so, and the connection lives on.
      const why = RpcError.from(error);
      this.#sendText(why.reason === "limit" ? status.serializationError : status.badResponse, id, why.message);
    }
  }

  #answerError(id: RequestId, error: RpcError): void {
    this.#sendText(statusFromError(error), id, error.message);
  }

  #sendText(code: number, id: RequestId, text: string): void {
    this.#send(code, id, () => this.#writer.writeString(text));
  }

  #send(code: number, id: RequestId, writeBody: () => void): void {
    const { out } = this.#writer;
    const { link, maxMessageBytes, maxBufferedBytes } = this.#options;
    try {
      beginFrame(out, hessian2Id, code, id);
      writeBody();
      // A Java consumer that gets more than it takes loses its way in the stream: it must not be sent.
      const bytes = out.length - headerBytes;
      if (code === status.ok && bytes > maxMessageBytes) throw tooLarge("answer", bytes, maxMessageBytes);
      link.write(endFrame(out));
      if (link.buffered > maxBufferedBytes) link.pause();
    } catch (error) {
      out.truncate(0);
      throw error;
    } finally {
      this.#writer.reset();
    }
  }

  /** To be called now and then (`checkEveryMs`): asks a silent peer. True: it is dead. */
  check(): boolean {
    const { link, clock } = this.#options;
    const found = this.#keepalive.check(clock.now(), this.#calls.size > 0);
    if (found === "ask") link.write(heartbeatRequest(this.#writer.out, noId));
    return found === "lost";
  }

  /** The connection is gone: handlers are told that nobody waits. */
  lost(): void {
    this.#become("lost");
    this.#deadlines.clear();
    const { peer, admission } = this.#options;
    const gone = new RpcError("CANCELLED", "connection-lost", `the connection of ${peer} was lost`);
    for (const exchange of this.#calls) {
      admission.leave();
      exchange.abandon(gone);
    }
    this.#calls.clear();
    this.#waiting = [];
  }

  #become(event: PeerEvent): void {
    const before = this.#state;
    this.#state = nextPeerState(before, event);
    if (this.#state === "ended" && before !== "ended") this.#options.link.end();
  }
}

/** The id of what is not answered, or whose answer nobody looks at. */
const noId: RequestId = Object.freeze({ high: 0, low: 0 });

function tooBusy({ max }: Admission): RpcError {
  return new RpcError("RESOURCE_EXHAUSTED", "overload", `the server works on ${max} calls already (maxActiveCalls)`, {
    unprocessed: true,
  });
}

function tooLarge(what: string, bytes: number, limit: number): RpcError {
  return new RpcError(
    "RESOURCE_EXHAUSTED",
    "limit",
    `the ${what} has ${bytes} bytes; the limit is ${limit} (option maxMessageBytes)`,
    { facts: { bytes, limit } },
  );
}
