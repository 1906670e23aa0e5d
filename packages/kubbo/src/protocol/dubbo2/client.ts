import type { Socket } from "node:net";
import { isHessian2Codec } from "../../codec/hessian2/codec.ts";
import { defaultLimits, type Hessian2Limits } from "../../codec/hessian2/limits.ts";
import { Hessian2Writer } from "../../codec/hessian2/writer.ts";
import { noAttachments } from "../../model/attachments.ts";
import type { Attempt, Reply } from "../../model/call.ts";
import { addressText } from "../../model/endpoint.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { Address, OpenOptions, Protocol, Session, SessionEvents } from "../../model/session.ts";
import { dial } from "../../transport/dial.ts";
import { WriteBatch } from "../../transport/write-batch.ts";
import type { Clock } from "../../util/clock.ts";
import { DeadlineSweep } from "../../util/deadline-sweep.ts";
import { drainingError, UnaryAttempt } from "../unary-attempt.ts";
import { eventOf, heartbeatRequest, heartbeatResponse, isEvent } from "./event.ts";
import { beginFrame, endFrame, type Frame, Framer, flags, hessian2Id } from "./frame.ts";
import { type Heartbeats, startHeartbeats } from "./keepalive.ts";
import { writeRequest } from "./request.ts";
import { readErrorText, readResponse } from "./response.ts";
import { errorFromStatus, status } from "./status.ts";

export interface Dubbo2ClientOptions {
  /** What this program calls itself, told to the provider as `remote.application`. */
  readonly application?: string;
  /** Longest message taken, in bytes. */
  readonly maxMessageBytes: number;
}

/** The client side of Dubbo2: one TCP connection that carries many calls, told apart by their ids. */
export function dubbo2Client(options: Dubbo2ClientOptions): Protocol {
  return {
    name: "dubbo",
    async open(to: Address, { clock, events, signal }: OpenOptions): Promise<Session> {
      const socket = await dial(to, { signal });
      const session = new Dubbo2Session(socket, addressText(to.address, to.port), options, clock, events);
      await session.handshake(signal);
      return session;
    },
  };
}

class Dubbo2Session implements Session {
  readonly #socket: Socket;
  readonly #batch: WriteBatch;
  readonly #where: string;
  readonly #application: string | undefined;
  readonly #limits: Required<Hessian2Limits>;
  readonly #clock: Clock;
  readonly #events: SessionEvents;
  readonly #framer: Framer;
  readonly #writer = new Hessian2Writer();
  readonly #calls = new Map<number, Dubbo2Call>();
  readonly #deadlines: DeadlineSweep<Dubbo2Call>;
  readonly #heartbeats: Heartbeats;
  readonly #closed: Promise<void>;
  /** Ids of this side count up in the low half; the high one is 0. */
  #nextId = 0;
  #open = true;
  #closing = false;
  #lost: RpcError | undefined;
  /** Set while the handshake waits for the peer's first word. */
  #onHandshake: ((error?: RpcError) => void) | undefined;

  constructor(
    socket: Socket,
    where: string,
    { application, maxMessageBytes }: Dubbo2ClientOptions,
    clock: Clock,
    events: SessionEvents,
  ) {
    this.#socket = socket;
    this.#batch = new WriteBatch(socket);
    this.#where = where;
    this.#application = application;
    this.#limits = { ...defaultLimits, maxBytes: maxMessageBytes };
    this.#clock = clock;
    this.#events = events;
    this.#framer = new Framer(maxMessageBytes, (frame) => this.#onFrame(frame));
    this.#deadlines = new DeadlineSweep(clock, (call) => call.expire());
    this.#heartbeats = startHeartbeats({
      clock,
      active: () => this.#calls.size,
      ask: () => void this.#batch.write(heartbeatRequest(this.#writer.out, this.#newId())),
      lost: (silentMs) =>
        this.destroy(connectionLost(where, `the peer has been silent for ${Math.round(silentMs)} ms`)),
    });
    this.#closed = new Promise((resolve) => {
      socket.on("data", (chunk: Buffer) => this.#onData(chunk));
      socket.on("error", (cause) => {
        this.#lost ??= connectionLost(where, cause.message, cause);
      });
      socket.once("close", () => {
        this.#onClosed();
        resolve();
      });
    });
  }

  /** Dubbo2 has no handshake of its own: a heartbeat that is answered proves that the peer speaks it. */
  handshake(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => finish(notDubbo2(this.#where, "did not answer a heartbeat", signal.reason));
      const finish = (error?: RpcError) => {
        this.#onHandshake = undefined;
        signal.removeEventListener("abort", onAbort);
        if (!error) {
          resolve();
          return;
        }
        this.#closing = true;
        this.#socket.destroy();
        reject(error);
      };
      this.#onHandshake = finish;
      signal.addEventListener("abort", onAbort);
      if (signal.aborted) onAbort();
      else this.#batch.write(heartbeatRequest(this.#writer.out, this.#newId()));
    });
  }

  get active(): number {
    return this.#calls.size;
  }

  #newId() {
    this.#nextId = (this.#nextId + 1) >>> 0;
    return { high: 0, low: this.#nextId };
  }

  call(attempt: Attempt): Promise<Reply> {
    if (!this.#open) return Promise.reject(drainingError(this.#where));
    if (!isHessian2Codec(attempt.method.request) || attempt.kind !== "unary") {
      return Promise.reject(
        new RpcError(
          "UNIMPLEMENTED",
          "unsupported",
          `${attempt.method.path} is ${attempt.kind} with ${attempt.method.request.format}; Dubbo2 carries unary Java calls`,
          { unprocessed: true },
        ),
      );
    }
    const id = this.#newId();
    const writer = this.#writer;
    let frame: Uint8Array;
    try {
      beginFrame(writer.out, flags.request | flags.twoWay | hessian2Id, 0, id);
      writeRequest(writer, attempt, this.#application, this.#clock.now());
      frame = endFrame(writer.out);
    } catch (error) {
      writer.out.truncate(0);
      return Promise.reject(error);
    } finally {
      writer.reset();
    }
    return new Promise((resolve, reject) => {
      const call = new Dubbo2Call(attempt, this.#where, resolve, reject, () => {
        this.#calls.delete(id.low);
        this.#deadlines.delete(call);
        if (this.#closing && this.#calls.size === 0) this.#socket.end();
      });
      this.#calls.set(id.low, call);
      this.#deadlines.add(call);
      this.#batch.write(frame);
      call.followSignal();
    });
  }

  #onData(chunk: Buffer): void {
    this.#heartbeats.heard();
    try {
      this.#framer.push(chunk);
    } catch (error) {
      const why = RpcError.from(error);
      const told = new RpcError(why.code, why.reason, `${this.#where}: ${why.message}`, {
        facts: { address: this.#where, ...why.facts },
        unprocessed: this.#onHandshake !== undefined,
      });
      if (this.#onHandshake) this.#onHandshake(told);
      else this.destroy(told);
    }
  }

  #onFrame(frame: Frame): void {
    if ((frame.flags & flags.request) === 0) {
      if (isEvent(frame)) this.#onHandshake?.();
      else this.#onResponse(frame);
      return;
    }
    if (!isEvent(frame)) return; // A provider does not call its consumers here (callback arguments are not supported).
    const event = eventOf(frame);
    if (event === "heartbeat" && frame.flags & flags.twoWay) {
      this.#batch.write(heartbeatResponse(this.#writer.out, frame.id));
    }
    if (event === "readonly") {
      this.#open = false;
      this.#events.onDraining(`readonly event from ${this.#where}`);
    }
  }

  #onResponse({ id, status: code, flags: frameFlags, body }: Frame): void {
    const call = id.high === 0 ? this.#calls.get(id.low) : undefined;
    if (!call) return; // Its caller has given up.
    if (code !== status.ok) {
      call.fail(errorFromStatus(code, readErrorText(body, this.#limits), this.#where));
      return;
    }
    const serialization = frameFlags & flags.serialization;
    if (serialization !== hessian2Id) {
      call.fail(
        new RpcError(
          "INTERNAL",
          "unsupported",
          `${this.#where} answered with serialization ${serialization}; expected Hessian2 (2)`,
        ),
      );
      return;
    }
    call.answer(body, this.#limits);
  }

  #onClosed(): void {
    this.#open = false;
    this.#heartbeats.stop();
    this.#deadlines.clear();
    const error = this.#lost ?? connectionLost(this.#where, "the peer closed it");
    this.#onHandshake?.(notDubbo2(this.#where, "closed the connection without a word", this.#lost));
    for (const call of [...this.#calls.values()]) call.fail(error);
    this.#events.onClosed(this.#closing ? this.#lost : error);
  }

  close(): Promise<void> {
    this.#open = false;
    this.#closing = true;
    if (this.#calls.size === 0) this.#socket.end();
    return this.#closed;
  }

  destroy(reason: RpcError): void {
    this.#open = false;
    this.#closing = true;
    this.#lost ??= reason;
    this.#socket.destroy();
  }
}

class Dubbo2Call extends UnaryAttempt {
  readonly #done: () => void;

  constructor(
    attempt: Attempt,
    where: string,
    resolve: (reply: Reply) => void,
    reject: (error: RpcError) => void,
    done: () => void,
  ) {
    super(attempt, where, resolve, reject);
    this.#done = done;
  }

  protected override onSettled(): void {
    this.#done();
  }

  /** Dubbo2 cannot take a request back: its answer will be dropped. */
  protected override cancel(): void {}

  answer(body: Uint8Array, limits: Required<Hessian2Limits>): void {
    try {
      const { outcome, attachments } = readResponse(body, this.attempt.method, limits);
      if (outcome.t === "exception") this.fail(RpcError.from(outcome.error));
      else this.succeed({ headers: noAttachments, message: outcome.value, trailers: Promise.resolve(attachments) });
    } catch (error) {
      this.fail(RpcError.from(error));
    }
  }
}

function notDubbo2(where: string, what: string, cause: unknown): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "not-a-peer",
    `${where} does not speak Dubbo2: it took the connection and ${what}. Check the port and its appProtocol.`,
    { facts: { address: where }, cause, unprocessed: true },
  );
}

function connectionLost(where: string, why: string, cause?: unknown): RpcError {
  return new RpcError("UNAVAILABLE", "connection-lost", `the connection to ${where} was lost: ${why}`, {
    facts: { address: where },
    cause,
  });
}
