import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { type Carrier, type Client, streamMessageBytes } from "./exchange.ts";

/** Length of what follows the head, id, and for a stream how many messages are wanted (0: an echo). */
const headBytes = 12;

/** Calls back with every frame; copies only what does not lie in one chunk. */
function onFrames(socket: Socket, onFrame: (id: number, wanted: number, body: Buffer) => void): void {
  const head = Buffer.alloc(headBytes);
  let headFilled = 0;
  let body: Buffer | undefined;
  let bodyFilled = 0;
  socket.on("data", (chunk: Buffer) => {
    let at = 0;
    while (at < chunk.length) {
      if (body) {
        const taken = Math.min(chunk.length - at, body.length - bodyFilled);
        body.set(chunk.subarray(at, at + taken), bodyFilled);
        bodyFilled += taken;
        at += taken;
        if (bodyFilled < body.length) return;
        const whole = body;
        body = undefined;
        onFrame(head.readUInt32BE(4), head.readUInt32BE(8), whole);
        continue;
      }
      const taken = Math.min(chunk.length - at, headBytes - headFilled);
      chunk.copy(head, headFilled, at, at + taken);
      headFilled += taken;
      at += taken;
      if (headFilled < headBytes) return;
      headFilled = 0;
      const length = head.readUInt32BE(0);
      if (chunk.length - at >= length) {
        onFrame(head.readUInt32BE(4), head.readUInt32BE(8), chunk.subarray(at, at + length));
        at += length;
      } else {
        body = Buffer.allocUnsafe(length);
        bodyFilled = 0;
      }
    }
  });
}

/** Writes that leave together at the end of the turn. */
function writer(socket: Socket): (id: number, wanted: number, body: Buffer) => void {
  let corked = false;
  return (id, wanted, body) => {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    const frame = Buffer.allocUnsafe(headBytes + body.length);
    frame.writeUInt32BE(body.length, 0);
    frame.writeUInt32BE(id, 4);
    frame.writeUInt32BE(wanted, 8);
    frame.set(body, headBytes);
    socket.write(frame);
  };
}

/** Frames of our own over a bare socket: the limit that no HTTP/2 can pass. */
export const rawCarrier: Carrier = {
  serve(tls) {
    const onSocket = (socket: Socket) => {
      socket.on("error", () => {});
      const write = writer(socket);
      const message = Buffer.alloc(streamMessageBytes, 0x62);
      onFrames(socket, (id, wanted, body) => {
        if (wanted === 0) write(id, 0, body);
        else for (let i = 0; i < wanted; i++) write(id, 0, message);
      });
    };
    const server = tls ? createTlsServer(tls, onSocket) : createServer({ noDelay: true }, onSocket);
    return new Promise((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
    );
  },
  async connect(port, tls) {
    const socket = tls ? connectTls({ port, host: "127.0.0.1", ca: tls.cert }) : connect({ port, host: "127.0.0.1" });
    await new Promise((resolve) => socket.once(tls ? "secureConnect" : "connect", resolve));
    socket.setNoDelay(true);
    const write = writer(socket);
    const waiting = new Map<number, () => void>();
    let messagesLeft = 0;
    onFrames(socket, (id) => {
      if (messagesLeft > 0 && --messagesLeft > 0) return;
      const done = waiting.get(id);
      waiting.delete(id);
      done?.();
    });
    let nextId = 0;
    const nothing = Buffer.alloc(0);
    const client: Client = {
      unary: (body) =>
        new Promise((resolve) => {
          const id = nextId++;
          waiting.set(id, resolve);
          write(id, 0, body);
        }),
      stream: (frames) =>
        new Promise((resolve) => {
          const id = nextId++;
          messagesLeft = frames;
          waiting.set(id, resolve);
          write(id, frames, nothing);
        }),
    };
    return client;
  },
};
