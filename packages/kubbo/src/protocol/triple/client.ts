import type { Attempt, Reply } from "../../model/call.ts";
import { addressText } from "../../model/endpoint.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { Address, OpenOptions, Protocol, Session } from "../../model/session.ts";
import {
  type HeaderList,
  type HttpClientSession,
  type HttpStream,
  type HttpStreamEvents,
  http2Error,
} from "../../transport/http2/session.ts";
import type { Clock } from "../../util/clock.ts";
import { DeadlineSweep } from "../../util/deadline-sweep.ts";
import { drainingError, UnaryAttempt } from "../unary-attempt.ts";
import { attachmentsFromHeaders } from "./attachments.ts";
import { frameMessage, MessageAssembler } from "./frame.ts";
import { keepAlive } from "./keepalive.ts";
import { requestHead } from "./request.ts";
import { errorFromTrailers } from "./status.ts";

export interface TripleClientOptions {
  /** What this program calls itself, told to the provider as `tri-consumer-appname`. */
  readonly application?: string;
  /** Longest message taken, in bytes. */
  readonly maxMessageBytes: number;
}

/** The client side of Triple: gRPC over HTTP/2 with Dubbo's headers. Unary calls with protobuf in this version. */
export function tripleClient(options: TripleClientOptions): Protocol {
  return {
    name: "tri",
    async open(to: Address, { clock, events, signal }: OpenOptions): Promise<Session> {
      // Loaded when first used: a program that speaks Dubbo2 only does not pay for it.
      const { openHttp2 } = await import("../../transport/http2/client.ts");
      let session: TripleSession | undefined;
      const http = await openHttp2(to, {
        signal,
        events: {
          onDraining(why) {
            session?.stop();
            events.onDraining(why);
          },
          onClosed(error) {
            session?.stop();
            events.onClosed(error);
          },
        },
      });
      session = new TripleSession(http, addressText(to.address, to.port), options, clock);
      return session;
    },
  };
}

class TripleSession implements Session {
  readonly #http: HttpClientSession;
  readonly #authority: string;
  readonly #options: TripleClientOptions;
  readonly #clock: Clock;
  readonly #deadlines: DeadlineSweep<UnaryCall>;
  readonly #stopPings: () => void;
  #open = true;
  #active = 0;

  constructor(http: HttpClientSession, authority: string, options: TripleClientOptions, clock: Clock) {
    this.#http = http;
    this.#authority = authority;
    this.#options = options;
    this.#clock = clock;
    this.#deadlines = new DeadlineSweep(clock, (call) => call.expire());
    this.#stopPings = keepAlive(http, clock);
  }

  get active(): number {
    return this.#active;
  }

  /** The peer goes away, or we do: no new calls. Pings end here, a PING after GOAWAY would end running calls. */
  stop(): void {
    this.#open = false;
    this.#stopPings();
  }

  call(attempt: Attempt): Promise<Reply> {
    if (!this.#open) return Promise.reject(drainingError(this.#authority));
    const { method } = attempt;
    if (method.request.format !== "protobuf" || attempt.kind !== "unary") {
      return Promise.reject(
        new RpcError(
          "UNIMPLEMENTED",
          "unsupported",
          `${method.path} is ${attempt.kind} with ${method.request.format}; ` +
            "this version speaks unary protobuf calls on Triple. Use the dubbo protocol for Java contracts.",
          { unprocessed: true },
        ),
      );
    }
    let frame: Uint8Array;
    try {
      frame = frameMessage(method.request.encode(attempt.message));
    } catch (error) {
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      const call = new UnaryCall(attempt, this.#authority, this.#options.maxMessageBytes, this.#clock, resolve, reject);
      const head = requestHead(attempt, this.#authority, this.#options.application, this.#clock.now());
      call.stream = this.#http.request(head, false, call);
      call.stream.end(frame);
      this.#active++;
      this.#deadlines.add(call);
      call.onDone = () => {
        this.#active--;
        this.#deadlines.delete(call);
      };
      call.followSignal();
    });
  }

  close(): Promise<void> {
    this.stop();
    return this.#http.close();
  }

  destroy(reason: RpcError): void {
    this.stop();
    this.#http.destroy(reason);
  }
}

/** One unary call on its stream. */
class UnaryCall extends UnaryAttempt implements HttpStreamEvents {
  stream: HttpStream | undefined;
  onDone: () => void = () => {};
  readonly #assembler: MessageAssembler;
  readonly #clock: Clock;
  #head: HeaderList = [];
  #message: Uint8Array | undefined;
  #messages = 0;

  constructor(
    attempt: Attempt,
    where: string,
    maxMessageBytes: number,
    clock: Clock,
    resolve: (reply: Reply) => void,
    reject: (error: RpcError) => void,
  ) {
    super(attempt, where, resolve, reject);
    this.#clock = clock;
    this.#assembler = new MessageAssembler(maxMessageBytes, (message) => {
      this.#messages++;
      this.#message = message;
    });
  }

  protected override onSettled(): void {
    this.onDone();
  }

  protected override cancel(): void {
    this.stream?.reset(http2Error.cancel);
  }

  onHead(headers: HeaderList): void {
    this.#head = headers;
  }

  onData(chunk: Uint8Array): void {
    try {
      this.#assembler.push(chunk);
    } catch (error) {
      this.giveUp(RpcError.from(error));
    }
  }

  onEnd(trailers: HeaderList): void {
    if (this.settled) return;
    // Without a body the one header list is head and trailers in one.
    const last = trailers.length > 0 ? trailers : this.#head;
    const error = errorFromTrailers(this.#head, last, this.where) ?? this.#countError();
    if (error) {
      this.fail(error);
      return;
    }
    let message: unknown;
    try {
      message = this.attempt.method.response.decode(this.#message as Uint8Array);
    } catch (cause) {
      this.fail(RpcError.from(cause));
      return;
    }
    this.succeed({
      headers: attachmentsFromHeaders(this.#head),
      message,
      trailers: Promise.resolve(attachmentsFromHeaders(last)),
    });
  }

  onReset(error: RpcError): void {
    // A server that knows the deadline (grpc-go) may reset the stream for it before our own timer fires.
    const isLate = this.deadline !== undefined && this.#clock.now() >= this.deadline;
    if (isLate && error.facts["http2Code"] === http2Error.cancel) this.expire();
    else this.fail(error);
  }

  #countError(): RpcError | undefined {
    if (this.#messages === 1 && this.#assembler.complete) return undefined;
    const seen = this.#assembler.complete ? `${this.#messages} messages` : "a message that was cut off";
    return new RpcError("INTERNAL", "bad-message", `${this.where} answered ${this.name} with ${seen}; expected one`, {
      facts: { address: this.where },
    });
  }
}
