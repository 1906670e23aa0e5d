import { isHessian2Codec } from "../../codec/hessian2/codec.ts";
import { defaultLimits, type Hessian2Limits } from "../../codec/hessian2/limits.ts";
import { Hessian2Writer } from "../../codec/hessian2/writer.ts";
import { noAttachments } from "../../model/attachments.ts";
import type { Attempt, Reply } from "../../model/call.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { Link } from "../../transport/link.ts";
import type { Clock } from "../../util/clock.ts";
import { DeadlineSweep } from "../../util/deadline-sweep.ts";
import { drainingError, UnaryAttempt } from "../unary-attempt.ts";
import { eventOf, heartbeatRequest, heartbeatResponse, isEvent } from "./event.ts";
import { beginFrame, endFrame, type Frame, Framer, flags, headerBytes, hessian2Id, type RequestId } from "./frame.ts";
import { clientTimes, Keepalive } from "./keepalive.ts";
import { nextPeerState, type PeerEvent, type PeerState } from "./peer-state.ts";
import { isOneWay, writeRequest } from "./request.ts";
import { readErrorText, readResponse } from "./response.ts";
import { checkSerialization } from "./serialization.ts";
import { errorFromStatus, status } from "./status.ts";

/** What a requester tells the shell around it. */
export interface RequesterEvents {
  /** The peer has proven that it speaks Dubbo2. At most once. */
  onGreeted(): void;
  /** The peer takes no new calls. */
  onReadonly(): void;
}

export interface RequesterOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly events: RequesterEvents;
  /** The peer's address, for messages. */
  readonly where: string;
  /** What this program calls itself, told to the provider as `remote.application`. */
  readonly application: string | undefined;
  /** Longest message taken or sent, in bytes. */
  readonly maxMessageBytes: number;
  /** Calls that may run on one connection; more are refused. */
  readonly maxCalls: number;
  /** Bytes that may wait for a peer that does not read; with more, calls are refused. */
  readonly maxBufferedBytes: number;
}

/**
 * The client's side of one Dubbo2 connection, without a socket: calls and bytes go in, bytes go out over the link.
 *
 * Shape: `receive` takes what came in pieces of any size; `call` settles exactly once, by the answer, the deadline, the
 * signal or `lost`. Answers to ids that nobody waits for (late, twice, made up) are dropped.
 * Limits: `maxCalls`, `maxBufferedBytes`: a call beyond is refused at once, unprocessed; `maxMessageBytes`: a larger
 * request does not leave, a larger answer fails its own call only.
 * Errors: `receive` throws what `Framer.push` throws; the connection is to be destroyed then.
 */
export class Requester {
  readonly #options: RequesterOptions;
  readonly #limits: Required<Hessian2Limits>;
  readonly #framer: Framer;
  readonly #writer = new Hessian2Writer();
  /** By the low half of the id. */
  readonly #calls = new Map<number, RunningCall>();
  readonly #deadlines: DeadlineSweep<RunningCall>;
  readonly #keepalive: Keepalive;
  #state: PeerState = "greeting";
  #idHigh = 0;
  #idLow = 0;

  constructor(options: RequesterOptions) {
    const { maxMessageBytes, clock } = options;
    this.#options = options;
    this.#limits = { ...defaultLimits, maxBytes: maxMessageBytes };
    this.#framer = new Framer(maxMessageBytes, (frame) => this.#onFrame(frame));
    this.#deadlines = new DeadlineSweep(clock, (call) => this.#expire(call));
    this.#keepalive = new Keepalive(clientTimes, clock.now());
  }

  get state(): PeerState {
    return this.#state;
  }

  /** Calls that are running. */
  get active(): number {
    return this.#calls.size;
  }

  /** Dubbo2 has no handshake of its own: a heartbeat that is answered proves that the peer speaks it. */
  greet(): void {
    this.#ask();
  }

  call(attempt: Attempt): Promise<Reply> {
    const refused = this.#refusal(attempt);
    if (refused) return Promise.reject(refused);
    const id = this.#newId();
    const oneWay = isOneWay(attempt);
    let frame: Uint8Array;
    try {
      frame = this.#write(attempt, id, oneWay);
    } catch (error) {
      return Promise.reject(error);
    }
    if (oneWay) {
      this.#options.link.write(frame);
      return Promise.resolve(nothing);
    }
    return new Promise((resolve, reject) => {
      const call = new RunningCall(attempt, this, id, this.#options, resolve, reject);
      this.#calls.set(id.low, call);
      this.#deadlines.add(call);
      this.#options.link.write(frame);
      call.followSignal();
    });
  }

  /** Why an attempt cannot be made here and now. */
  #refusal(attempt: Attempt): RpcError | undefined {
    const { link, where, maxCalls, maxBufferedBytes } = this.#options;
    if (this.#state !== "open") return drainingError(where);
    if (!isHessian2Codec(attempt.method.request) || attempt.kind !== "unary") {
      return new RpcError(
        "UNIMPLEMENTED",
        "unsupported",
        `${attempt.method.path} is ${attempt.kind} with ${attempt.method.request.format}; Dubbo2 carries unary Java calls`,
        { unprocessed: true },
      );
    }
    if (this.#calls.size >= maxCalls) return overloaded(where, `${maxCalls} calls wait for its answers`);
    if (link.buffered > maxBufferedBytes) return overloaded(where, `${link.buffered} bytes wait for it to read them`);
    return undefined;
  }

  /** Counts all 64 bits; an id that still runs is passed over. */
  #newId(): RequestId {
    do {
      this.#idLow = (this.#idLow + 1) >>> 0;
      if (this.#idLow === 0) this.#idHigh = (this.#idHigh + 1) >>> 0;
    } while (this.#calls.has(this.#idLow));
    return { high: this.#idHigh, low: this.#idLow };
  }

  #write(attempt: Attempt, id: RequestId, oneWay: boolean): Uint8Array {
    const writer = this.#writer;
    const { application, clock, maxMessageBytes } = this.#options;
    try {
      beginFrame(writer.out, flags.request | (oneWay ? 0 : flags.twoWay) | hessian2Id, 0, id);
      writeRequest(writer, attempt, application, clock.now());
      const bytes = writer.out.length - headerBytes;
      if (bytes > maxMessageBytes) throw tooLarge("request", bytes, maxMessageBytes);
      return endFrame(writer.out);
    } catch (error) {
      writer.out.truncate(0);
      throw error;
    } finally {
      writer.reset();
    }
  }

  receive(chunk: Uint8Array): void {
    this.#keepalive.heard(this.#options.clock.now());
    this.#framer.push(chunk);
  }

  #onFrame(frame: Frame): void {
    if ((frame.flags & flags.request) === 0) {
      if (!isEvent(frame)) this.#onResponse(frame);
      else if (this.#state === "greeting") {
        this.#become("greeted");
        this.#options.events.onGreeted();
      }
      return;
    }
    if (!isEvent(frame)) return; // A provider does not call its consumers here (callback arguments are not supported).
    switch (eventOf(frame)) {
      case "heartbeat":
        if (frame.flags & flags.twoWay) this.#options.link.write(heartbeatResponse(this.#writer.out, frame.id));
        break;
      case "readonly":
        if (this.#state === "open") {
          this.#become("readonly");
          this.#options.events.onReadonly();
        }
        break;
      case "writeable":
        this.#become("writeable");
        break;
      default: // Unknown ones are ignored, as Java does.
    }
  }

  #onResponse({ id, status: code, flags: frameFlags, body, dropped }: Frame): void {
    const call = this.#calls.get(id.low);
    if (call?.id.high !== id.high) return; // Its caller has given up, or there never was one.
    const { where, maxMessageBytes } = this.#options;
    try {
      if (dropped > 0) throw tooLarge(`answer of ${where}`, dropped, maxMessageBytes);
      if (code !== status.ok) {
        throw errorFromStatus(code, readErrorText(body, frameFlags & flags.serialization, this.#limits), where);
      }
      checkSerialization(frameFlags);
      const { outcome, attachments } = readResponse(body, call.attempt.method, this.#limits);
      if (outcome.t === "exception") throw outcome.error;
      call.succeed({ headers: noAttachments, message: outcome.value, trailers: Promise.resolve(attachments) });
    } catch (error) {
      call.fail(RpcError.from(error));
    }
  }

  #expire(call: RunningCall): void {
    this.#keepalive.doubt(call.sentAtMs);
    call.expire();
  }

  /** A call has ended, however. */
  settled(call: RunningCall): void {
    this.#calls.delete(call.id.low);
    this.#deadlines.delete(call);
    if (this.#calls.size === 0) this.#become("idle");
  }

  /** To be called now and then (`checkEveryMs`): asks a silent peer, and says for how long a dead one was silent. */
  check(): number | undefined {
    if (this.#state === "lost") return undefined;
    const now = this.#options.clock.now();
    switch (this.#keepalive.check(now, this.#calls.size > 0)) {
      case "ask":
        this.#ask();
        return undefined;
      case "lost":
        return now - this.#keepalive.heardAtMs;
      default:
        return undefined;
    }
  }

  #ask(): void {
    this.#options.link.write(heartbeatRequest(this.#writer.out, this.#newId()));
  }

  /** Takes no more calls and closes the link when the last one has ended. May be called twice. */
  close(): void {
    this.#become("close");
    if (this.#calls.size === 0) this.#become("idle");
  }

  /** The connection is gone: whatever runs fails with `error`. */
  lost(error: RpcError): void {
    this.#become("lost");
    this.#deadlines.clear();
    for (const call of [...this.#calls.values()]) call.fail(error);
  }

  #become(event: PeerEvent): void {
    const before = this.#state;
    this.#state = nextPeerState(before, event);
    if (this.#state === "ended" && before !== "ended") this.#options.link.end();
  }
}

/** The reply to a call that has none. */
const nothing: Reply = Object.freeze({ headers: noAttachments, trailers: Promise.resolve(noAttachments) });

/** A call that waits for its answer. */
class RunningCall extends UnaryAttempt {
  readonly id: RequestId;
  readonly sentAtMs: number;
  readonly #owner: Requester;

  constructor(
    attempt: Attempt,
    owner: Requester,
    id: RequestId,
    { where, clock }: RequesterOptions,
    resolve: (reply: Reply) => void,
    reject: (error: RpcError) => void,
  ) {
    super(attempt, where, resolve, reject);
    this.id = id;
    this.sentAtMs = clock.now();
    this.#owner = owner;
  }

  protected override onSettled(): void {
    this.#owner.settled(this);
  }

  /** Dubbo2 cannot take a request back: its answer will be dropped. */
  protected override cancel(): void {}
}

function overloaded(where: string, what: string): RpcError {
  return new RpcError("RESOURCE_EXHAUSTED", "overload", `the connection to ${where} takes no more calls: ${what}`, {
    facts: { address: where },
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
