import type { Attachments } from "../../model/attachments.ts";
import type { Reply, ServerCall } from "../../model/call.ts";
import type { Dispatcher, FoundMethod } from "../../model/handler.ts";
import { InboundContext } from "../../model/inbound.ts";
import type { ProtocolServer } from "../../model/protocol-server.ts";
import { RpcError } from "../../model/rpc-error.ts";
import { createServiceKey } from "../../model/service-key.ts";
import {
  type HeaderList,
  type HttpRequestHandler,
  type HttpStream,
  type HttpStreamEvents,
  http2Error,
} from "../../transport/http2/session.ts";
import type { Clock } from "../../util/clock.ts";
import { DeadlineSweep } from "../../util/deadline-sweep.ts";
import { headerValue } from "../../wire/hpack/header-list.ts";
import { attachmentsFromHeaders, pushAttachments } from "./attachments.ts";
import { frameMessage, MessageAssembler } from "./frame.ts";
import { trailersFromError } from "./status.ts";
import { parseTimeout } from "./timeout.ts";

export interface TripleServerOptions {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Longest message taken, in bytes. */
  readonly maxMessageBytes: number;
}

/** The server side of Triple. Unary calls with protobuf in this version. */
export async function createTripleServer(options: TripleServerOptions): Promise<ProtocolServer> {
  // Loaded when first used, as on the client's side.
  const { createHttpServer } = await import("../../transport/http2/server.ts");
  return createHttpServer({ handler: tripleHandler(options), clock: options.clock });
}

/** Answers Triple requests on HTTP/2 streams. */
export function tripleHandler(options: TripleServerOptions): HttpRequestHandler {
  const deadlines = new DeadlineSweep<UnaryExchange>(options.clock, (exchange) => exchange.expire());
  return (stream, headers, peer) => {
    try {
      return new UnaryExchange(stream, headers, peer, options, deadlines);
    } catch (error) {
      // Nothing was begun: the request cannot be understood or there is no such method.
      respondError(stream, RpcError.from(error));
      return ignored;
    }
  };
}

const ignored: HttpStreamEvents = { onHead() {}, onData() {}, onEnd() {}, onReset() {} };

const contentType = ["content-type", "application/grpc+proto"];

/** An error without a message before it: one header list, which is head and trailers. */
function respondError(stream: HttpStream, error: RpcError): void {
  // As Dubbo Java says it: 404 proves to the caller that nothing was processed.
  const status = error.reason === "no-service" || error.reason === "no-method" ? "404" : "200";
  stream.respond([":status", status, ...contentType, ...trailersFromError(error)], true);
}

function parsePath(headers: HeaderList): { readonly name: string; readonly path: string } {
  const path = headerValue(headers, ":path") ?? "";
  const slash = path.lastIndexOf("/");
  const name = path.slice(1, slash);
  if (path[0] !== "/" || slash < 2 || slash === path.length - 1) {
    throw new RpcError("UNIMPLEMENTED", "no-service", `the path "${path}" is not /<interface>/<method>`);
  }
  return { name, path: path.slice(slash + 1) };
}

function checkContentType(headers: HeaderList): void {
  const type = headerValue(headers, "content-type") ?? "";
  if (/^application\/grpc(\+proto)?(;|$)/.test(type)) return;
  throw new RpcError(
    "INVALID_ARGUMENT",
    "unsupported",
    `the content-type "${type}" is not served; this version takes application/grpc and application/grpc+proto`,
  );
}

/** One unary call on its stream. */
class UnaryExchange implements HttpStreamEvents {
  readonly deadline: number | undefined;
  readonly #stream: HttpStream;
  readonly #found: FoundMethod;
  readonly #context: InboundContext;
  readonly #deadlines: DeadlineSweep<UnaryExchange>;
  readonly #assembler: MessageAssembler;
  #message: Uint8Array | undefined;
  #messages = 0;
  #answered = false;

  constructor(
    stream: HttpStream,
    headers: HeaderList,
    peer: string,
    { dispatcher, clock, maxMessageBytes }: TripleServerOptions,
    deadlines: DeadlineSweep<UnaryExchange>,
  ) {
    this.#stream = stream;
    const { name, path } = parsePath(headers);
    checkContentType(headers);
    const service = createServiceKey(name, {
      group: headerValue(headers, "tri-service-group"),
      version: headerValue(headers, "tri-service-version"),
    });
    const found = dispatcher.find(service, path);
    if (found.t !== "found") throw new RpcError("UNIMPLEMENTED", found.t, found.why);
    if (found.method.request.format !== "protobuf" || found.method.kind !== "unary") {
      throw new RpcError(
        "UNIMPLEMENTED",
        "unsupported",
        `${name}/${path} is not a unary protobuf method; this version serves only those on Triple`,
      );
    }
    this.#found = found;
    const timeout = headerValue(headers, "grpc-timeout");
    const timeoutMs = timeout === undefined ? undefined : parseTimeout(timeout);
    this.deadline = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
    const application = headerValue(headers, "tri-consumer-appname");
    this.#context = new InboundContext(this.deadline, attachmentsFromHeaders(headers), {
      address: peer,
      ...(application !== undefined && { application }),
    });
    this.#assembler = new MessageAssembler(maxMessageBytes, (message) => {
      this.#messages++;
      this.#message = message;
    });
    this.#deadlines = deadlines;
    deadlines.add(this);
  }

  onHead(): void {}

  onData(chunk: Uint8Array): void {
    if (this.#answered) return;
    try {
      this.#assembler.push(chunk);
    } catch (error) {
      this.#fail(RpcError.from(error));
    }
  }

  onEnd(): void {
    if (this.#answered) return;
    if (this.#messages !== 1 || !this.#assembler.complete) {
      const seen = this.#assembler.complete ? `${this.#messages} messages` : "a message that was cut off";
      this.#fail(new RpcError("INTERNAL", "bad-message", `the request has ${seen}; expected one`));
      return;
    }
    const { service, method, run } = this.#found;
    let message: unknown;
    try {
      message = method.request.decode(this.#message as Uint8Array);
    } catch (error) {
      this.#fail(RpcError.from(error));
      return;
    }
    const call: ServerCall = {
      service,
      method,
      kind: "unary",
      message,
      attachments: this.#context.attachments,
      deadline: this.deadline,
      context: this.#context,
    };
    run(call).then(
      (reply) => this.#answer(reply),
      (error: unknown) => this.#fail(RpcError.from(error)),
    );
  }

  onReset(error: RpcError): void {
    this.#settle();
    this.#context.abort(error);
  }

  expire(): void {
    const error = new RpcError("DEADLINE_EXCEEDED", "deadline", "the caller's deadline passed");
    this.#context.abort(error);
    this.#fail(error);
  }

  #answer(reply: Reply): void {
    if (this.#answered) return;
    let frame: Uint8Array;
    try {
      frame = frameMessage(this.#found.method.response.encode(reply.message));
    } catch (error) {
      this.#fail(RpcError.from(error));
      return;
    }
    reply.trailers.then(
      (trailers) => this.#send(reply.headers, frame, trailers),
      (error: unknown) => this.#fail(RpcError.from(error)),
    );
  }

  #send(headers: Attachments, frame: Uint8Array, trailers: Attachments): void {
    if (this.#answered) return;
    this.#settle();
    const head = [":status", "200", ...contentType];
    pushAttachments(head, headers);
    const last: string[] = [];
    pushAttachments(last, trailers);
    last.push("grpc-status", "0");
    this.#stream.respond(head, false);
    this.#stream.end(frame, last);
  }

  #fail(error: RpcError): void {
    if (this.#answered) return;
    const requestCut = this.#messages === 0 && !this.#assembler.complete;
    this.#settle();
    respondError(this.#stream, error);
    // The rest of a request that was given up is not wanted.
    if (requestCut) this.#stream.reset(http2Error.noError);
  }

  #settle(): void {
    this.#answered = true;
    this.#deadlines.delete(this);
  }
}
