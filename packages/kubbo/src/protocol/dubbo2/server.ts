import type { Socket } from "node:net";
import { isHessian2Codec } from "../../codec/hessian2/codec.ts";
import { defaultLimits, type Hessian2Limits } from "../../codec/hessian2/limits.ts";
import { Hessian2Reader } from "../../codec/hessian2/reader.ts";
import { Hessian2Writer } from "../../codec/hessian2/writer.ts";
import { type Attachments, noAttachments } from "../../model/attachments.ts";
import type { ServerCall } from "../../model/call.ts";
import { addressText } from "../../model/endpoint.ts";
import type { Dispatcher, FoundMethod } from "../../model/handler.ts";
import { InboundContext } from "../../model/inbound.ts";
import type { ProtocolServer } from "../../model/protocol-server.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { createServiceKey } from "../../model/service-key.ts";
import { createListener } from "../../transport/listener.ts";
import { WriteBatch } from "../../transport/write-batch.ts";
import type { Clock, Timer } from "../../util/clock.ts";
import { DeadlineSweep } from "../../util/deadline-sweep.ts";
import { readAttachments } from "./attachments.ts";
import { eventOf, heartbeatResponse, isEvent, readonlyEvent } from "./event.ts";
import { beginFrame, endFrame, type Frame, Framer, flags, hessian2Id, type RequestId } from "./frame.ts";
import { readRequestHead, remainingMs, serviceParts } from "./request.ts";
import { type Outcome, writeResponse } from "./response.ts";
import { status, statusFromError } from "./status.ts";

export interface Dubbo2ServerOptions {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Longest message taken or sent, in bytes. */
  readonly maxMessageBytes: number;
}

/** A connection that was silent for so long is closed, in ms. Source: Dubbo's `close.timeout`, 3 heartbeats. */
const idleMs = 180_000;

/** Answers that wait in a socket's buffer, in bytes, before no more requests are read from it. */
const maxBufferedBytes = 8 * 1024 * 1024;

/** The server side of Dubbo2. */
export function createDubbo2Server(options: Dubbo2ServerOptions): ProtocolServer {
  const connections = new Set<ServerConnection>();
  const listener = createListener((socket) => {
    const connection = new ServerConnection(socket, options);
    connections.add(connection);
    socket.once("close", () => connections.delete(connection));
  });
  return {
    listen: (port, host) => listener.listen(port, host),
    async drain(lastCallsMs) {
      const ended = listener.close();
      for (const connection of connections) connection.announce();
      if (connections.size > 0) {
        await Promise.race([
          ended,
          new Promise((resolve) => options.clock.setTimer(() => resolve(undefined), lastCallsMs, { unref: true })),
        ]);
      }
      for (const connection of connections) connection.endWhenIdle();
      await ended;
    },
    destroy: () => listener.destroy(),
    get activeCalls() {
      let active = 0;
      for (const connection of connections) active += connection.active;
      return active;
    },
    get connections() {
      return listener.connections;
    },
  };
}

class ServerConnection {
  readonly #socket: Socket;
  readonly #batch: WriteBatch;
  readonly #peer: string;
  readonly #options: Dubbo2ServerOptions;
  readonly #limits: Required<Hessian2Limits>;
  readonly #framer: Framer;
  readonly #writer = new Hessian2Writer();
  readonly #calls = new Set<ServerExchange>();
  readonly #deadlines: DeadlineSweep<ServerExchange>;
  readonly #idle: Timer;
  #ending = false;

  constructor(socket: Socket, options: Dubbo2ServerOptions) {
    this.#socket = socket;
    this.#batch = new WriteBatch(socket);
    this.#peer = addressText(socket.remoteAddress ?? "", socket.remotePort ?? 0);
    this.#options = options;
    this.#limits = { ...defaultLimits, maxBytes: options.maxMessageBytes };
    this.#framer = new Framer(options.maxMessageBytes, (frame) => this.#onFrame(frame));
    this.#deadlines = new DeadlineSweep(options.clock, (exchange) => exchange.expire());
    let heardAt = options.clock.now();
    const look = (): Timer =>
      options.clock.setTimer(
        () => {
          if (options.clock.now() - heardAt >= idleMs && this.#calls.size === 0) socket.destroy();
          else idle.timer = look();
        },
        idleMs / 4,
        { unref: true },
      );
    const idle = { timer: look() };
    this.#idle = { cancel: () => idle.timer.cancel() };
    socket.on("data", (chunk: Buffer) => {
      heardAt = options.clock.now();
      try {
        this.#framer.push(chunk);
      } catch {
        // Not Dubbo2, or a frame beyond the limit: nothing that is said now would be understood.
        socket.destroy();
      }
    });
    socket.on("drain", () => socket.resume());
    socket.once("close", () => this.#onClosed());
  }

  get active(): number {
    return this.#calls.size;
  }

  /** Asks the peer to send no new calls; those that it has sent are served. */
  announce(): void {
    this.#send(readonlyEvent(this.#writer.out, { high: 0, low: 0 }));
  }

  endWhenIdle(): void {
    this.#ending = true;
    if (this.#calls.size === 0) this.#socket.end();
  }

  #send(frame: Uint8Array): void {
    this.#batch.write(frame);
    // A peer that does not read its answers gets to ask no more.
    if (this.#socket.writableLength > maxBufferedBytes) this.#socket.pause();
  }

  #onFrame(frame: Frame): void {
    if ((frame.flags & flags.request) === 0) return; // A server has asked nothing.
    if (isEvent(frame)) {
      if (eventOf(frame) === "heartbeat" && frame.flags & flags.twoWay) {
        this.#send(heartbeatResponse(this.#writer.out, frame.id));
      }
      return;
    }
    const twoWay = (frame.flags & flags.twoWay) !== 0;
    let request: Request;
    try {
      request = this.#read(frame);
    } catch (error) {
      if (twoWay) this.#answerError(frame.id, RpcError.from(error));
      return;
    }
    const exchange = new ServerExchange(request, (answer) => {
      this.#calls.delete(exchange);
      this.#deadlines.delete(exchange);
      if (twoWay && !this.#socket.destroyed) this.#answer(frame.id, request, answer);
      if (this.#ending && this.#calls.size === 0) this.#socket.end();
    });
    this.#calls.add(exchange);
    this.#deadlines.add(exchange);
    exchange.run();
  }

  #read({ flags: frameFlags, body }: Frame): Request {
    const { dispatcher, clock } = this.#options;
    const serialization = frameFlags & flags.serialization;
    if (serialization !== hessian2Id) {
      // Java says nothing here, and its caller waits for its timeout.
      throw new RpcError(
        "UNIMPLEMENTED",
        "unsupported",
        `serialization ${serialization} is not supported; set serialization=hessian2 (2) at the consumer`,
      );
    }
    const reader = new Hessian2Reader(body, this.#limits);
    const head = readRequestHead(reader);
    // The group stands behind the arguments, which need their types to be read: those are the same in every group.
    const sample = dispatcher.sample(head.path, head.method, head.javaTypes);
    if (!sample || !isHessian2Codec(sample.request)) {
      const lookup = dispatcher.find(
        createServiceKey(head.path, { version: head.version }),
        head.method,
        head.javaTypes,
      );
      throw new RpcError(
        "UNIMPLEMENTED",
        "no-service",
        lookup.t === "found" ? `${head.method} is not a Java method` : lookup.why,
      );
    }
    const message = sample.request.read(reader);
    const attachments = readAttachments(reader);
    const parts = serviceParts(head, attachments);
    const found = dispatcher.find(createServiceKey(parts.path, parts), head.method, head.javaTypes);
    if (found.t !== "found") throw new RpcError("UNIMPLEMENTED", found.t, found.why);
    const leftMs = remainingMs(attachments);
    const deadline = leftMs === undefined ? undefined : clock.now() + leftMs;
    const application = attachments.own.get("remote.application");
    const context = new InboundContext(deadline, attachments.user, {
      address: this.#peer,
      ...(application !== undefined && { application }),
    });
    const { service, method } = found;
    const call: ServerCall = {
      service,
      method,
      kind: "unary",
      message,
      attachments: attachments.user,
      deadline,
      context,
    };
    return { found, call, context, attachmentsUnderstood: head.attachmentsUnderstood };
  }

  #answer(id: RequestId, { found, attachmentsUnderstood }: Request, answer: Answer): void {
    if (answer.t === "refused") {
      this.#answerError(id, answer.error);
      return;
    }
    const attachments = attachmentsUnderstood ? answer.attachments : undefined;
    try {
      this.#send(
        this.#frame(status.ok, id, () => writeResponse(this.#writer, found.method, answer.outcome, attachments)),
      );
    } catch (error) {
      this.#answerBadResponse(id, RpcError.from(error));
    }
  }

  /** The method has run, but its result cannot be written: said so, and the connection lives on. */
  #answerBadResponse(id: RequestId, error: RpcError): void {
    const code = error.reason === "limit" ? status.serializationError : status.badResponse;
    this.#send(this.#frame(code, id, () => this.#writer.writeString(error.message)));
  }

  #answerError(id: RequestId, error: RpcError): void {
    this.#send(this.#frame(statusFromError(error), id, () => this.#writer.writeString(error.message)));
  }

  #frame(code: number, id: RequestId, writeBody: () => void): Uint8Array {
    const { out } = this.#writer;
    try {
      beginFrame(out, hessian2Id, code, id);
      writeBody();
      // A Java consumer that gets more than it takes loses its way in the stream: it must not be sent.
      if (out.length > this.#options.maxMessageBytes) {
        throw new RpcError(
          "RESOURCE_EXHAUSTED",
          "limit",
          `the answer has ${out.length} bytes; the limit is ${this.#options.maxMessageBytes} (option maxMessageBytes)`,
        );
      }
      return endFrame(out);
    } catch (error) {
      out.truncate(0);
      throw error;
    } finally {
      this.#writer.reset();
    }
  }

  #onClosed(): void {
    this.#idle.cancel();
    this.#deadlines.clear();
    const gone = new RpcError("CANCELLED", "connection-lost", `the connection of ${this.#peer} was lost`);
    for (const exchange of this.#calls) exchange.abandon(gone);
    this.#calls.clear();
  }
}

interface Request {
  readonly found: FoundMethod;
  readonly call: ServerCall;
  readonly context: InboundContext;
  readonly attachmentsUnderstood: boolean;
}

/** How a call ended: with what its method gave, or without that it was worth a result. */
type Answer =
  | { readonly t: "outcome"; readonly outcome: Outcome; readonly attachments: Attachments }
  | { readonly t: "refused"; readonly error: RpcError };

/** One running call. */
class ServerExchange {
  readonly deadline: number | undefined;
  readonly #request: Request;
  #done: ((answer: Answer) => void) | undefined;

  constructor(request: Request, done: (answer: Answer) => void) {
    this.#request = request;
    this.deadline = request.call.deadline;
    this.#done = done;
  }

  run(): void {
    const { found, call } = this.#request;
    found
      .run(call)
      .then(async (reply) => {
        const attachments = await reply.trailers;
        this.#finish({ t: "outcome", outcome: { t: "value", value: reply.message }, attachments });
      })
      .catch((error: unknown) => {
        const why = RpcError.from(error);
        // What the handler threw is a result, in Java's way; what the library refuses is a status.
        if (why.reason === "overload" || why.reason === "drain") this.#finish({ t: "refused", error: why });
        else
          this.#finish({ t: "outcome", outcome: { t: "exception", error: thrownBy(why) }, attachments: noAttachments });
      });
  }

  expire(): void {
    const error = new RpcError("DEADLINE_EXCEEDED", "deadline", "the caller's deadline passed");
    this.#request.context.abort(error);
    this.#finish({ t: "refused", error });
  }

  /** Nobody waits any more. */
  abandon(reason: RpcError): void {
    this.#done = undefined;
    this.#request.context.abort(reason);
  }

  #finish(answer: Answer): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(answer);
  }
}

/** The error as the handler threw it: one that the registry wrapped is unwrapped, so that Java gets its own stack. */
function thrownBy(error: RpcError): Error {
  return error.reason === "exception" && error.cause instanceof Error ? error.cause : error;
}
