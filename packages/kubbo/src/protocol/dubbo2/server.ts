import type { Socket } from "node:net";
import type { Admission } from "../../model/admission.ts";
import { addressText } from "../../model/endpoint.ts";
import type { Dispatcher } from "../../model/handler.ts";
import type { ProtocolServer } from "../../model/protocol-server.ts";
import { type ConnectionAge, connectionAgeMs } from "../../transport/connection-age.ts";
import { socketLink } from "../../transport/link.ts";
import { createListener, type ServerTlsOptions } from "../../transport/listener.ts";
import type { Clock, Timer } from "../../util/clock.ts";
import type { Random } from "../../util/random.ts";
import { checkEveryMs } from "./keepalive.ts";
import { Responder } from "./responder.ts";

export interface Dubbo2ServerOptions {
  readonly dispatcher: Dispatcher;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly random: Random;
  /** Longest message taken or sent, in bytes. */
  readonly maxMessageBytes: number;
  /** How long a connection lives before it is drained and closed; undefined: as long as the peer wants. */
  readonly age: ConnectionAge | undefined;
  /** Absent: clear text. */
  readonly tls?: ServerTlsOptions;
}

/** Answers that may wait for a peer that does not read, in bytes; with more, its requests are not begun. */
const maxBufferedBytes = 8 * 1024 * 1024;

/** The server side of Dubbo2. */
export function createDubbo2Server(options: Dubbo2ServerOptions): ProtocolServer {
  const { clock } = options;
  const connections = new Set<ServerConnection>();
  const listener = createListener(
    (socket) => {
      const connection = new ServerConnection(socket, options);
      connections.add(connection);
      socket.once("close", () => connections.delete(connection));
    },
    { ...(options.tls && { tls: options.tls }) },
  );
  return {
    listen: (port, host) => listener.listen(port, host),
    async drain(lastCallsMs) {
      const ended = listener.close();
      for (const connection of connections) connection.announce();
      if (connections.size > 0) {
        await Promise.race([
          ended,
          new Promise((resolve) => clock.setTimer(() => resolve(undefined), lastCallsMs, { unref: true })),
        ]);
      }
      for (const connection of connections) connection.close();
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

/** How long after the announcement of its end a connection still takes calls that were on their way, in ms. */
const lastCallsMs = 500;

/** How long it then waits for a call after whose answer it can close, in ms: without one nobody uses it. */
const unusedMs = 5_000;

/** Owns the socket and the timers; all that Dubbo2 is stands in `Responder`. */
class ServerConnection {
  readonly #responder: Responder;
  readonly #clock: Clock;
  #checkTimer: Timer;
  #ageTimer: Timer | undefined;

  constructor(socket: Socket, { dispatcher, admission, clock, random, maxMessageBytes, age }: Dubbo2ServerOptions) {
    this.#clock = clock;
    this.#responder = new Responder({
      link: socketLink(socket, clock),
      maxBufferedBytes,
      clock,
      dispatcher,
      admission,
      peer: addressText(socket.remoteAddress ?? "", socket.remotePort ?? 0),
      maxMessageBytes,
    });
    const check = (): Timer =>
      clock.setTimer(
        () => {
          if (this.#responder.check()) socket.destroy();
          else this.#checkTimer = check();
        },
        checkEveryMs,
        { unref: true },
      );
    this.#checkTimer = check();
    if (age) this.#ageTimer = clock.setTimer(() => this.#retire(), connectionAgeMs(age, random), { unref: true });
    socket.on("data", (chunk: Buffer) => {
      try {
        this.#responder.receive(chunk);
      } catch {
        // Not Dubbo2, or a frame beyond all limits: nothing that is said now would be understood.
        socket.destroy();
      }
    });
    socket.on("drain", () => this.#responder.drained());
    socket.once("close", () => {
      this.#checkTimer.cancel();
      this.#ageTimer?.cancel();
      this.#responder.lost();
    });
  }

  get active(): number {
    return this.#responder.active;
  }

  announce(): void {
    this.#responder.announce();
  }

  close(): void {
    this.#responder.close();
  }

  /** The end of a connection that has lived long enough: by the same road as that of a server. */
  #retire(): void {
    this.announce();
    const later = (run: () => void, delayMs: number) => {
      this.#ageTimer = this.#clock.setTimer(run, delayMs, { unref: true });
    };
    later(() => {
      this.#responder.closeAfterAnswer();
      later(() => this.close(), unusedMs);
    }, lastCallsMs);
  }
}
