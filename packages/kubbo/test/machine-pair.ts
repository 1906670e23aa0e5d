import type { RpcError } from "../src/model/rpc-error.ts";
import { ClientMachine } from "../src/transport/http2/client-machine.ts";
import type { MachineHost } from "../src/transport/http2/connection-streams.ts";
import { defaultLimits, type Http2Limits } from "../src/transport/http2/limits.ts";
import type { Http2Machine } from "../src/transport/http2/machine.ts";
import { ServerMachine } from "../src/transport/http2/server-machine.ts";
import type { HttpRequestHandler } from "../src/transport/http2/session.ts";
import type { Random } from "../src/util/random.ts";

/** What a machine told its host. */
export class Host implements MachineHost {
  readonly draining: string[] = [];
  ended: { readonly error: RpcError | undefined } | undefined;
  onOutput(): void {}
  onDraining(why: string): void {
    this.draining.push(why);
  }
  onPong(): void {}
  onEnd(error: RpcError | undefined): void {
    this.ended = { error };
  }
}

export interface PairOptions {
  readonly handler: HttpRequestHandler;
  readonly limits?: Partial<Http2Limits>;
  readonly firstStreamId?: number;
}

/** Two machines back to back, with a network between that does nothing by itself: each move is a call. */
export class MachinePair {
  readonly clientHost = new Host();
  readonly serverHost = new Host();
  readonly client: ClientMachine;
  readonly server: ServerMachine;
  nowMs = 0;
  ready = false;
  cut = false;
  readonly #toServer: Buffer[] = [];
  readonly #toClient: Buffer[] = [];

  constructor({ handler, limits: some, firstStreamId }: PairOptions) {
    const limits = { ...defaultLimits, ...some };
    this.client = new ClientMachine({
      host: this.clientHost,
      limits,
      peer: "server",
      nowMs: 0,
      onReady: () => {
        this.ready = true;
      },
      ...(firstStreamId !== undefined && { firstStreamId }),
    });
    this.server = new ServerMachine({ host: this.serverHost, limits, peer: "client", nowMs: 0, handler });
  }

  /** Bytes on their way. */
  get flying(): number {
    return [...this.#toServer, ...this.#toClient].reduce((sum, { length }) => sum + length, 0);
  }

  /** Takes what a machine has to send and puts it on its way. */
  send(from: Http2Machine): void {
    const way = from === this.client ? this.#toServer : this.#toClient;
    for (const part of from.take()) way.push(Buffer.from(part));
    from.reuse();
  }

  /** Lets up to `most` bytes of the oldest that fly arrive. */
  arrive(at: Http2Machine, most: number): void {
    const way = at === this.client ? this.#toClient : this.#toServer;
    const first = way[0];
    if (!first) return;
    const now = first.subarray(0, most);
    if (now.length === first.length) way.shift();
    else way[0] = first.subarray(now.length);
    at.receive(now);
  }

  tick(ms: number): void {
    this.nowMs += ms;
    this.client.tick(this.nowMs);
    this.server.tick(this.nowMs);
  }

  /** The network is gone: what flies is lost. */
  lose(): void {
    this.cut = true;
    this.#toClient.length = 0;
    this.#toServer.length = 0;
    this.client.lost(new Error("cut"));
    this.server.lost(new Error("cut"));
  }

  /** Everything that can happen by itself happens. */
  settle(random?: Random): void {
    for (let turns = 0; turns < 100_000; turns++) {
      this.send(this.client);
      this.send(this.server);
      if (this.flying === 0) return;
      this.arrive(this.server, random ? 1 + Math.floor(random() * 5000) : 1 << 20);
      this.arrive(this.client, random ? 1 + Math.floor(random() * 5000) : 1 << 20);
    }
    throw new Error(`it does not settle: ${this.flying} bytes fly`);
  }
}
