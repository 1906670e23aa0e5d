import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Contract } from "kubbo";
import { Hessian2Writer } from "../src/codec/hessian2/writer.ts";
import { eventOf, heartbeatResponse, isEvent } from "../src/protocol/dubbo2/event.ts";
import { beginFrame, endFrame, type Frame, Framer, flags, type RequestId } from "../src/protocol/dubbo2/frame.ts";
import { writeRequest } from "../src/protocol/dubbo2/request.ts";
import { status } from "../src/protocol/dubbo2/status.ts";
import { ByteWriter } from "../src/wire/byte-writer.ts";

// Dubbo2 peers that do what a test says, right or wrong.

/** The bytes of an answer. @param body Hessian2; default: flag 2, no value */
export function answerBytes(id: RequestId, body: Uint8Array = Uint8Array.of(0x92), code: number = status.ok): Buffer {
  const out = new ByteWriter();
  beginFrame(out, 2, code, id);
  out.bytes(body);
  return Buffer.from(endFrame(out));
}

/** An OK answer with a short text as its value. */
export function textBytes(id: RequestId, text: string): Buffer {
  return answerBytes(id, Buffer.concat([Uint8Array.of(0x91, text.length), Buffer.from(text)]));
}

/** A request as our own client sends it. */
export function requestBytes(
  contract: Contract,
  name: string,
  args: readonly unknown[],
  { id = { high: 0, low: 1 }, twoWay = true }: { readonly id?: RequestId; readonly twoWay?: boolean } = {},
): Buffer {
  const method = contract.methods.get(name);
  if (!method) throw new Error(`no method ${name}`);
  const writer = new Hessian2Writer();
  beginFrame(writer.out, flags.request | (twoWay ? flags.twoWay : 0) | 2, 0, id);
  const call = { service: { interface: contract.interface }, method, kind: "unary", message: args } as const;
  const rest = { attachments: {}, deadline: undefined, signal: undefined, context: undefined, attempt: 1 } as const;
  writeRequest(writer, { ...call, ...rest, endpoint: undefined as never }, undefined, 0);
  return Buffer.from(endFrame(writer.out));
}

export interface RawProvider extends AsyncDisposable {
  readonly port: number;
  readonly target: string;
  /** Requests that came, events apart. */
  readonly requests: Frame[];
  readonly sockets: ReadonlySet<Socket>;
}

/** A provider that greets as it should, and then does what `onRequest` says. */
export async function rawProvider(
  onRequest: (frame: Frame, socket: Socket, requests: readonly Frame[]) => void,
): Promise<RawProvider> {
  const requests: Frame[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    const framer = new Framer(64 * 1024 * 1024, (frame) => {
      if (isEvent(frame)) {
        if (eventOf(frame) === "heartbeat" && frame.flags & flags.request) {
          socket.write(heartbeatResponse(new ByteWriter(), frame.id));
        }
        return;
      }
      requests.push({ ...frame, body: Uint8Array.from(frame.body) });
      onRequest(frame, socket, requests);
    });
    socket.on("data", (chunk) => framer.push(chunk));
    socket.on("end", () => socket.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    target: `static:///127.0.0.1:${port}`,
    requests,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

export interface RawConsumer extends Disposable {
  readonly socket: Socket;
  readonly frames: Frame[];
  readonly ended: () => boolean;
}

/** A connection that sends what it is told and collects frames. */
export async function rawConsumer(port: number): Promise<RawConsumer> {
  const frames: Frame[] = [];
  let ended = false;
  const framer = new Framer(64 * 1024 * 1024, (frame) => frames.push({ ...frame, body: Uint8Array.from(frame.body) }));
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("data", (chunk) => framer.push(chunk));
  socket.on("error", () => {});
  socket.on("close", () => {
    ended = true;
  });
  await once(socket, "connect");
  return { socket, frames, ended: () => ended, [Symbol.dispose]: () => void socket.destroy() };
}
