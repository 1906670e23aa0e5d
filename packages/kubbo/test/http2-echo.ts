import { openHttp2 } from "../src/transport/http2/client.ts";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "../src/transport/http2/server.ts";
import {
  type HeaderList,
  type HttpClientSession,
  type HttpRequestHandler,
  type HttpStreamEvents,
  http2Error,
} from "../src/transport/http2/session.ts";
import { headerValue } from "../src/wire/hpack/header-list.ts";
import { requestList } from "./raw-http2.ts";

/** What the server of the tests does, by path: `/echo` gives the body back; `/big/<bytes>` sends so many. */
export const echoHandler: HttpRequestHandler = (stream, list): HttpStreamEvents => {
  const chunks: Uint8Array[] = [];
  const path = headerValue(list, ":path") ?? "";
  return {
    onHead() {},
    onData: (chunk) => void chunks.push(chunk),
    onEnd(trailers) {
      stream.respond([":status", "200", "content-type", "text/plain"], false);
      const big = /^\/big\/(\d+)$/.exec(path)?.[1];
      const body = big === undefined ? Buffer.concat(chunks) : Buffer.alloc(Number(big), 0x61);
      stream.end(body, ["x-body", String(body.length), ...trailers]);
    },
    onReset() {},
  };
};

export interface EchoServer extends AsyncDisposable {
  readonly server: HttpServer;
  readonly port: number;
}

export async function echoServer(options: Partial<HttpServerOptions> = {}): Promise<EchoServer> {
  const server = createHttpServer({ handler: echoHandler, ...options });
  const { port } = await server.listen(0, "127.0.0.1");
  return {
    server,
    port,
    async [Symbol.asyncDispose]() {
      server.destroy();
    },
  };
}

export interface Answer {
  readonly head: HeaderList;
  readonly body: Buffer;
  readonly trailers: HeaderList;
}

/** A request with a body; resolves with the whole answer. */
export function exchange(
  session: HttpClientSession,
  body: Uint8Array | undefined,
  list: HeaderList = requestList,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let head: HeaderList = [];
    const chunks: Uint8Array[] = [];
    const stream = session.request(list, body === undefined, {
      onHead: (headers) => {
        head = headers;
      },
      onData: (chunk) => void chunks.push(chunk),
      onEnd: (trailers) => resolve({ head, body: Buffer.concat(chunks), trailers }),
      onReset: reject,
    });
    if (body !== undefined) stream.end(body);
  });
}

export function open(port: number, options: Partial<Parameters<typeof openHttp2>[1]> = {}): Promise<HttpClientSession> {
  return openHttp2(
    { address: "127.0.0.1", port },
    { signal: AbortSignal.timeout(10_000), events: { onDraining() {}, onClosed() {} }, ...options },
  );
}

/** A client that calls on and on, so that a test can say: nobody else noticed. */
export async function goodClient(port: number): Promise<{ stop(): Promise<number> }> {
  const session = await open(port);
  let calls = 0;
  let stopped = false;
  const run = (async () => {
    while (!stopped) {
      const { body } = await exchange(session, Buffer.from(`call ${calls}`));
      if (body.toString() !== `call ${calls}`) throw new Error(`another answer: ${body}`);
      calls++;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  run.catch(() => {}); // told by stop()
  return {
    async stop() {
      stopped = true;
      await run;
      session.destroy((await import("../src/model/rpc-error.ts")).RpcError.from(new Error("done")));
      return calls;
    },
  };
}

export { http2Error };
