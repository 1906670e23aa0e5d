/** The words of HTTP/2's framing. Source: RFC 9113, 4.1, 6, 7, 11. */

/** Length (3 bytes), type, flags, stream id (4 bytes, the first bit reserved). */
export const frameHeadBytes = 9;

export const frameType = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  pushPromise: 0x5,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

/** The last type that is known; frames of others are skipped. */
export const lastFrameType = 0x9;

/** The name of a type, for messages. */
export function frameName(type: number): string {
  for (const [name, number] of Object.entries(frameType)) if (number === type) return name.toUpperCase();
  return `frame of type ${type}`;
}

export const frameFlag = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** What a client says first, before its SETTINGS. Source: RFC 9113, 3.4. */
export const clientPreface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** The largest id of a stream, and the largest window. */
export const maxStreamId: number = 2 ** 31 - 1;
export const maxWindow: number = 2 ** 31 - 1;

/** What both sides begin with, before any SETTINGS. Source: RFC 9113, 6.5.2, 6.9.2. */
export const initialWindow = 65_535;
export const initialMaxFrame = 16_384;

/** Reads four bytes, big endian. */
export function read32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}
