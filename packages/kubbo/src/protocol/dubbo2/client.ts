import type { Socket } from "node:net";
import type { Attempt, Reply } from "../../model/call.ts";
import { addressText } from "../../model/endpoint.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { Address, OpenOptions, Protocol, Session, SessionEvents } from "../../model/session.ts";
import { dial, type TlsOptions } from "../../transport/dial.ts";
import { socketLink } from "../../transport/link.ts";
import type { Clock, Timer } from "../../util/clock.ts";
import { checkEveryMs } from "./keepalive.ts";
import { Requester } from "./requester.ts";

export interface Dubbo2ClientOptions {
  /** What this program calls itself, told to the provider as `remote.application`. */
  readonly application?: string;
  /** Longest message taken or sent, in bytes. */
  readonly maxMessageBytes: number;
  /** Absent: clear text. Java's word for a provider that wants it: `ssl-enabled`. */
  readonly tls?: TlsOptions;
}

/** Calls that may wait for answers on one connection. */
const maxCalls = 65_536;

/** Bytes that may wait for a peer that does not read. */
const maxBufferedBytes = 16 * 1024 * 1024;

/** The client side of Dubbo2: one TCP connection that carries many calls, told apart by their ids. */
export function dubbo2Client(options: Dubbo2ClientOptions): Protocol {
  return {
    name: "dubbo",
    async open(to: Address, { clock, events, signal }: OpenOptions): Promise<Session> {
      const socket = await dial(to, { signal, ...(options.tls && { tls: options.tls }) });
      const session = new Dubbo2Session(socket, addressText(to.address, to.port), options, clock, events);
      await session.handshake(signal);
      return session;
    },
  };
}

/** Owns the socket and the timer; all that Dubbo2 is stands in `Requester`. */
class Dubbo2Session implements Session {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #events: SessionEvents;
  readonly #requester: Requester;
  readonly #closed: Promise<void>;
  #timer: Timer;
  #asked = false;
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
    this.#where = where;
    this.#events = events;
    this.#requester = new Requester({
      link: socketLink(socket, clock),
      clock,
      where,
      application,
      maxMessageBytes,
      maxCalls,
      maxBufferedBytes,
      events: {
        onGreeted: () => this.#onHandshake?.(),
        onReadonly: () => events.onDraining(`readonly event from ${where}`),
      },
    });
    const check = (): Timer =>
      clock.setTimer(
        () => {
          const silentMs = this.#requester.check();
          if (silentMs === undefined) this.#timer = check();
          else this.destroy(connectionLost(where, `the peer has been silent for ${Math.round(silentMs)} ms`));
        },
        checkEveryMs,
        { unref: true },
      );
    this.#timer = check();
    this.#closed = new Promise((resolve) => {
      socket.on("data", (chunk: Buffer) => this.#onData(chunk));
      // No answer can come any more, and what is still to be written would hold the end back.
      socket.on("end", () => socket.destroy());
      socket.on("error", (cause) => {
        this.#lost ??= connectionLost(where, cause.message, cause);
      });
      socket.once("close", () => {
        this.#onClosed();
        resolve();
      });
    });
  }

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
        this.#asked = true;
        this.#socket.destroy();
        reject(error);
      };
      this.#onHandshake = finish;
      signal.addEventListener("abort", onAbort);
      if (signal.aborted) onAbort();
      else this.#requester.greet();
    });
  }

  get active(): number {
    return this.#requester.active;
  }

  call(attempt: Attempt): Promise<Reply> {
    return this.#requester.call(attempt);
  }

  #onData(chunk: Buffer): void {
    try {
      this.#requester.receive(chunk);
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

  #onClosed(): void {
    this.#timer.cancel();
    const error = this.#lost ?? connectionLost(this.#where, "the peer closed it");
    this.#onHandshake?.(notDubbo2(this.#where, "closed the connection without a word", this.#lost));
    this.#requester.lost(error);
    this.#events.onClosed(this.#asked ? this.#lost : error);
  }

  close(): Promise<void> {
    this.#asked = true;
    this.#requester.close();
    return this.#closed;
  }

  destroy(reason: RpcError): void {
    this.#asked = true;
    this.#lost ??= reason;
    this.#socket.destroy();
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
