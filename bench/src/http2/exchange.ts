import type { SelfSigned } from "../../../packages/kubbo/test/self-signed.ts";

/** What is done many times. */
export type Exchange =
  | { readonly t: "unary"; readonly bytes: number; readonly concurrent: number }
  /** The server sends `frames` messages of 100 bytes on one stream. */
  | { readonly t: "stream"; readonly frames: number };

/** The client's end of a connection. */
export interface Client {
  /** One request with a body, one response with a body of the same size. */
  unary(body: Buffer): Promise<void>;
  /** One request, many messages. */
  stream(frames: number): Promise<void>;
}

/** A way to carry exchanges. */
export interface Carrier {
  /** Resolves with the port on 127.0.0.1. */
  serve(tls: SelfSigned | undefined): Promise<number>;
  connect(port: number, tls: SelfSigned | undefined): Promise<Client>;
}

/** Request headers as gRPC has them; the path tells the exchange. */
export function requestHeaders(path: string): string[] {
  return [
    ...[":method", "POST", ":scheme", "http", ":path", path, ":authority", "127.0.0.1"],
    ...["content-type", "application/grpc+proto", "te", "trailers"],
  ];
}

export const streamMessageBytes = 100;

/** Does an exchange `count` times, as many at once as it says. */
export async function repeat(client: Client, exchange: Exchange, count: number): Promise<void> {
  if (exchange.t === "stream") {
    for (let i = 0; i < count; i++) await client.stream(exchange.frames);
    return;
  }
  const body = Buffer.alloc(exchange.bytes, 0x61);
  let left = count;
  const worker = async () => {
    while (left-- > 0) await client.unary(body);
  };
  await Promise.all(Array.from({ length: Math.min(exchange.concurrent, count) }, worker));
}
