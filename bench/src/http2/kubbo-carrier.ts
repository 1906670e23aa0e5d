import type { RpcError } from "../../../packages/kubbo/src/model/rpc-error.ts";
import { openHttp2 } from "../../../packages/kubbo/src/transport/http2/client.ts";
import { createHttpServer } from "../../../packages/kubbo/src/transport/http2/server.ts";
import type { HttpStream, HttpStreamEvents } from "../../../packages/kubbo/src/transport/http2/session.ts";
import { type Carrier, type Client, requestHeaders, streamMessageBytes } from "./exchange.ts";

const head = [":status", "200", "content-type", "application/grpc+proto"];
const trailers = ["grpc-status", "0"];

class Echo implements HttpStreamEvents {
  readonly #stream: HttpStream;
  #first: Uint8Array | undefined;
  #chunks: Uint8Array[] | undefined;

  constructor(stream: HttpStream) {
    this.#stream = stream;
  }

  onHead(): void {}

  onData(chunk: Uint8Array): void {
    if (!this.#first) this.#first = chunk;
    else if (this.#chunks) this.#chunks.push(chunk);
    else this.#chunks = [this.#first, chunk];
  }

  onEnd(): void {
    this.#stream.respond(head, false);
    this.#stream.end(this.#chunks ? Buffer.concat(this.#chunks) : this.#first, trailers);
  }

  onReset(): void {}
}

class Stream implements HttpStreamEvents {
  readonly #stream: HttpStream;
  #left: number;
  readonly #message = Buffer.alloc(streamMessageBytes, 0x62);

  constructor(stream: HttpStream, frames: number) {
    this.#stream = stream;
    this.#left = frames;
  }

  onHead(): void {}
  onData(): void {}

  onEnd(): void {
    this.#stream.respond(head, false);
    this.onDrain();
  }

  onDrain(): void {
    while (this.#left > 0) {
      this.#left--;
      if (!this.#stream.write(this.#message)) return;
    }
    this.#stream.end(undefined, trailers);
  }

  onReset(): void {}
}

class Call implements HttpStreamEvents {
  /** Bytes that are still to come. */
  #left: number;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(bytes: number, resolve: () => void, reject: (error: unknown) => void) {
    this.#left = bytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onHead(): void {}

  onData(chunk: Uint8Array): void {
    this.#left -= chunk.length;
  }

  onEnd(): void {
    if (this.#left === 0) this.#resolve();
    else this.#reject(new Error(`${this.#left} bytes are missing`));
  }

  onReset(error: RpcError): void {
    this.#reject(error);
  }
}

/** This library's HTTP/2, without anything above it. */
export const kubboCarrier: Carrier = {
  async serve(tls) {
    const server = createHttpServer({
      ...(tls && { tls }),
      handler(stream, headers) {
        const path = headers[5] as string;
        return path.startsWith("/stream/") ? new Stream(stream, Number(path.slice(8))) : new Echo(stream);
      },
    });
    return (await server.listen(0, "127.0.0.1")).port;
  },
  async connect(port, tls) {
    const session = await openHttp2(
      { address: "127.0.0.1", port },
      {
        signal: AbortSignal.timeout(10_000),
        ...(tls && { tls: { ca: tls.cert } }),
        events: { onDraining() {}, onClosed() {} },
      },
    );
    const echo = requestHeaders("/echo");
    const client: Client = {
      unary: (body) =>
        new Promise((resolve, reject) =>
          session.request(echo, false, new Call(body.length, resolve, reject)).end(body),
        ),
      stream: (frames) =>
        new Promise((resolve, reject) =>
          session.request(
            requestHeaders(`/stream/${frames}`),
            true,
            new Call(frames * streamMessageBytes, resolve, reject),
          ),
        ),
    };
    return client;
  },
};
