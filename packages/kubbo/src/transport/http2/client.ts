import type { Socket } from "node:net";
import { addressText } from "../../model/endpoint.ts";
import { publish } from "../../model/events.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { Address } from "../../model/session.ts";
import { type Clock, systemClock, type Timer } from "../../util/clock.ts";
import { connectFailed, type DialOptions, dial } from "../dial.ts";
import { guessPeer } from "../peer-guess.ts";
import { ClientMachine } from "./client-machine.ts";
import type { MachineHost } from "./connection-streams.ts";
import { defaultLimits, type Http2Limits } from "./limits.ts";
import type {
  HeaderList,
  HttpClientSession,
  HttpSessionEvents,
  HttpSessionStatus,
  HttpStream,
  HttpStreamEvents,
} from "./session.ts";
import { SocketPump } from "./socket-pump.ts";
import { Ticker } from "./ticker.ts";

export interface HttpClientOptions extends DialOptions {
  readonly events: HttpSessionEvents;
  /** Default: the clock of this process. */
  readonly clock?: Clock;
  readonly limits?: Partial<Http2Limits>;
}

/** Of what a peer says first, so much is kept until it has shown that it speaks HTTP/2. */
const firstBytes = 64;

/**
 * Connects, and resolves when the peer has proved by its SETTINGS that it speaks HTTP/2: with prior knowledge in clear
 * text, by ALPN over TLS.
 *
 * Errors: UNAVAILABLE `connect-failed`; UNAVAILABLE `not-a-peer` with what the peer seems to be. Both unprocessed.
 */
export async function openHttp2(
  to: Address & { readonly host?: string },
  options: HttpClientOptions,
): Promise<HttpClientSession> {
  const { signal } = options;
  const tls = options.tls && { ...options.tls, alpn: ["h2"] };
  const socket = await dial(to, { signal, ...(tls && { tls }) });
  const where = addressText(to.host ?? to.address, to.port);
  const alpn = "alpnProtocol" in socket ? socket.alpnProtocol : undefined;
  if (tls && alpn !== "h2") {
    socket.destroy();
    throw notHttp2(where, "a TLS server without HTTP/2 (ALPN did not choose h2)");
  }
  const session = new ClientSession(socket, where, options);
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      signal.removeEventListener("abort", onAbort);
      done();
    };
    const onAbort = () => {
      settle(() => reject(notHttp2(where, "something that takes connections and says nothing", signal.reason)));
      session.destroy(RpcError.from(signal.reason));
    };
    session.start(
      () => settle(() => resolve(session)),
      (error, first) =>
        settle(() => {
          const spoke = first.length > 0 && isSettings(first);
          reject(tls || spoke ? connectFailed(where, error) : notHttp2(where, guessPeer(first), error));
        }),
    );
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
}

/** A SETTINGS frame on stream 0. */
function isSettings(first: Buffer): boolean {
  return first.length >= 9 && first[3] === 4 && first.readUInt32BE(5) === 0;
}

function notHttp2(where: string, guess: string, cause?: unknown): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "not-a-peer",
    `${where} does not speak HTTP/2: it looks like ${guess}. Check the port and its appProtocol.`,
    { facts: { address: where, guess }, cause, unprocessed: true },
  );
}

interface Ping {
  readonly sentMs: number;
  readonly timer: Timer;
  resolve(ms: number): void;
  reject(error: RpcError): void;
}

class ClientSession implements HttpClientSession, MachineHost {
  readonly #where: string;
  readonly #events: HttpSessionEvents;
  readonly #clock: Clock;
  readonly #machine: ClientMachine;
  readonly #pump: SocketPump;
  readonly #pings = new Map<number, Ping>();
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #resolveClosed = () => {};
  /** Set until the peer has proved that it speaks HTTP/2, or failed to. */
  #opening: { onReady(): void; onFailed(error: RpcError | undefined, first: Buffer): void } | undefined;
  #first: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, where: string, { events, clock = systemClock, limits }: HttpClientOptions) {
    this.#where = where;
    this.#events = events;
    this.#clock = clock;
    this.#socket = socket;
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const ticker = new Ticker(clock);
    this.#machine = new ClientMachine({
      host: this,
      // A client does not ask by itself whether the peer is there: servers of gRPC take offence when no call runs.
      limits: { ...defaultLimits, quietMs: Number.POSITIVE_INFINITY, ...limits },
      peer: where,
      nowMs: clock.now(),
      onReady: () => {
        const opening = this.#opening;
        this.#opening = undefined;
        opening?.onReady();
      },
    });
    this.#pump = new SocketPump(socket, this.#machine, ticker);
  }

  start(onReady: () => void, onFailed: (error: RpcError | undefined, first: Buffer) => void): void {
    this.#opening = { onReady, onFailed };
    this.#socket.prependListener("data", this.#keepFirst);
    this.#pump.start();
  }

  readonly #keepFirst = (chunk: Buffer) => {
    if (this.#opening && this.#first.length < firstBytes) {
      this.#first = Buffer.concat([this.#first, chunk.subarray(0, firstBytes)]);
    } else {
      this.#socket.off("data", this.#keepFirst);
    }
  };

  // --- What the machine tells.

  onOutput(): void {
    this.#pump?.schedule();
  }

  onDraining(why: string): void {
    if (!this.#opening) this.#events.onDraining(why);
  }

  onPong(number: number): void {
    const ping = this.#pings.get(number);
    if (!ping) return;
    this.#pings.delete(number);
    ping.timer.cancel();
    ping.resolve(this.#clock.now() - ping.sentMs);
  }

  onEnd(error: RpcError | undefined): void {
    const opening = this.#opening;
    this.#opening = undefined;
    for (const ping of this.#pings.values()) {
      ping.timer.cancel();
      ping.reject(pingLost(this.#where, "the connection went", error));
    }
    this.#pings.clear();
    publish("kubbo:http2:closed", () => ({
      side: "client",
      peer: this.#where,
      ...(error && { error: error.message }),
    }));
    if (opening) opening.onFailed(error, this.#first);
    else this.#events.onClosed(error);
    this.#resolveClosed();
  }

  // --- The contract.

  get activeStreams(): number {
    return this.#machine.activeStreams;
  }

  inspect(): HttpSessionStatus {
    return this.#machine.inspect();
  }

  request(headers: HeaderList, end: boolean, events: HttpStreamEvents): HttpStream {
    return this.#machine.request(headers, end, events);
  }

  ping(timeoutMs: number): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#machine.ended) {
        reject(pingLost(this.#where, "the connection is gone", undefined));
        return;
      }
      const number = this.#machine.ping();
      const timer = this.#clock.setTimer(() => {
        this.#pings.delete(number);
        reject(pingLost(this.#where, `no answer to a PING within ${timeoutMs} ms`, undefined));
      }, timeoutMs);
      this.#pings.set(number, { sentMs: this.#clock.now(), timer, resolve, reject });
    });
  }

  close(): Promise<void> {
    this.#machine.close();
    return this.#closed;
  }

  destroy(error: RpcError): void {
    this.#machine.destroy(error);
    this.#pump.destroy();
  }
}

function pingLost(where: string, why: string, cause: unknown): RpcError {
  return new RpcError("UNAVAILABLE", "connection-lost", `the connection to ${where} was lost: ${why}`, {
    facts: { address: where },
    cause,
  });
}
