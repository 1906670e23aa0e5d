import { connect, type Socket } from "node:net";
import { clientPreface, frameType } from "../src/transport/http2/frame.ts";
import { HpackDecoder } from "../src/wire/hpack/decoder.ts";
import { HpackEncoder } from "../src/wire/hpack/encoder.ts";

/** A frame as it came. */
export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
  /** Of HEADERS with END_HEADERS. */
  readonly list: readonly string[];
}

/** A frame's bytes, whatever they mean. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId, 5);
  bytes.set(payload, 9);
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** @param values identifiers and values by turns */
export function settings(...values: readonly number[]): Buffer {
  const payload = Buffer.alloc(3 * values.length);
  for (let i = 0; i + 1 < values.length; i += 2) {
    payload.writeUInt16BE(values[i] as number, 3 * i);
    payload.writeUInt32BE(values[i + 1] as number, 3 * i + 2);
  }
  return frame(frameType.settings, 0, 0, payload);
}

export const settingsAck: Buffer = frame(frameType.settings, 1, 0);

/** A header block without any entry for the table. */
export function headerBlock(list: readonly string[]): Buffer {
  const encoder = new HpackEncoder({ maxTableBytes: 0 });
  const length = encoder.encode(list);
  return Buffer.from(encoder.bytes.subarray(0, length));
}

export const requestList: readonly string[] = [
  ...[":method", "POST", ":scheme", "http", ":path", "/echo", ":authority", "localhost"],
];

/** HEADERS with END_HEADERS. */
export function headers(streamId: number, end: boolean, list: readonly string[] = requestList): Buffer {
  return frame(frameType.headers, 0x4 | (end ? 0x1 : 0), streamId, headerBlock(list));
}

/** A client that says whatever a test wants, and remembers what it hears. */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  readonly frames: RawFrame[] = [];
  closed = false;
  #rest: Buffer = Buffer.alloc(0);
  #wake = () => {};
  readonly #decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 65_536 });

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {}); // `close` follows
    socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** @param hello false: not even the preface is sent */
  static async connect(port: number, hello = true): Promise<RawClient> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    const client = new RawClient(socket);
    if (hello) client.write(clientPreface, settings(), settingsAck);
    return client;
  }

  write(...parts: readonly Buffer[]): void {
    if (!this.socket.destroyed) this.socket.write(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
  }

  /** Writes and waits until the socket has taken it. */
  async push(bytes: Buffer): Promise<void> {
    if (this.closed || this.socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      this.socket.once("drain", resolve);
      this.socket.once("close", () => resolve());
    });
  }

  #receive(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 9) {
      const end = 9 + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) break;
      const type = this.#rest[3] as number;
      const payload = Buffer.from(this.#rest.subarray(9, end));
      this.frames.push({
        type,
        flags: this.#rest[4] as number,
        streamId: this.#rest.readUInt32BE(5),
        payload,
        list: type === frameType.headers ? this.#decoder.decode(payload, 0, payload.length).list : [],
      });
      this.#rest = this.#rest.subarray(end);
    }
    this.#wake();
  }

  /** The first frame that fits, as soon as it has come; undefined when the connection ends without one. */
  async find(fits: (frame: RawFrame) => boolean, limitMs = 10_000): Promise<RawFrame | undefined> {
    const endsAt = performance.now() + limitMs;
    for (;;) {
      const found = this.frames.find(fits);
      if (found || this.closed) return found;
      if (performance.now() > endsAt) throw new Error(`the frame did not come; there came ${this.#summary()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #summary(): string {
    return this.frames.map(({ type, flags, streamId }) => `${type}/${flags}/${streamId}`).join(" ");
  }

  /** The error code of the GOAWAY that ends the connection; undefined if it ends without. */
  async goawayCode(): Promise<number | undefined> {
    const goaway = await this.find(({ type }) => type === frameType.goaway);
    return goaway?.payload.readUInt32BE(4);
  }

  /** The error code with which a stream was reset. */
  async resetCode(streamId: number): Promise<number | undefined> {
    const reset = await this.find((each) => each.type === frameType.rstStream && each.streamId === streamId);
    return reset?.payload.readUInt32BE(0);
  }

  async untilClosed(limitMs = 10_000): Promise<void> {
    await this.find(() => false, limitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.untilClosed();
  }
}
