import { connect, createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { type Carrier, type Client, streamMessageBytes } from "./exchange.ts";

const megabyte = 1 << 20;

/** What makes large messages faster there; small ones do not notice. */
const tuning = {
  settings: { initialWindowSize: 8 * megabyte, maxFrameSize: 256 * 1024, maxConcurrentStreams: 1000 },
  maxSessionMemory: 256,
  connectionWindow: 16 * megabyte,
};

function answer(stream: ServerHttp2Stream, path: string): void {
  stream.on("error", () => {});
  stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  if (path.startsWith("/stream/")) {
    const message = Buffer.alloc(streamMessageBytes, 0x62);
    let left = Number(path.slice(8));
    const more = () => {
      while (left > 0) {
        left--;
        if (!stream.write(message)) {
          stream.once("drain", more);
          return;
        }
      }
      stream.end();
    };
    stream.resume();
    more();
    return;
  }
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => stream.end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
}

/** Bare node:http2, with its defaults or tuned. */
export function nodeCarrier(tuned: boolean): Carrier {
  const options = tuned ? { settings: tuning.settings, maxSessionMemory: tuning.maxSessionMemory } : {};
  return {
    serve(tls) {
      const server: Http2Server = tls ? createSecureServer({ ...options, ...tls }) : createServer(options);
      server.on("stream", (stream, headers) => answer(stream, String(headers[":path"])));
      server.on("session", (session) => {
        if (tuned) session.setLocalWindowSize(tuning.connectionWindow);
        session.on("error", () => {});
      });
      return new Promise((resolve) =>
        server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
      );
    },
    async connect(port, tls) {
      const session = connect(`${tls ? "https" : "http"}://127.0.0.1:${port}`, {
        ...options,
        ...(tls && { ca: tls.cert }),
      });
      await new Promise((resolve) => session.once("remoteSettings", resolve));
      if (tuned) session.setLocalWindowSize(tuning.connectionWindow);
      const call = (path: string, body: Buffer | undefined, expected: number): Promise<void> =>
        new Promise((resolve, reject) => {
          const stream = session.request({
            ":method": "POST",
            ":path": path,
            "content-type": "application/grpc+proto",
            te: "trailers",
          });
          let bytes = 0;
          stream.on("data", (chunk: Buffer) => {
            bytes += chunk.length;
          });
          stream.on("end", () => (bytes === expected ? resolve() : reject(new Error(`${bytes} bytes came`))));
          stream.on("error", reject);
          stream.end(body);
        });
      const client: Client = {
        unary: (body) => call("/echo", body, body.length),
        stream: (frames) => call(`/stream/${frames}`, undefined, frames * streamMessageBytes),
      };
      return client;
    },
  };
}
