import { ConnectionFault } from "./connection-fault.ts";
import { initialMaxFrame, initialWindow, maxWindow, read32 } from "./frame.ts";
import { http2Error } from "./session.ts";

/** Identifiers. Source: RFC 9113, 6.5.2. */
export const settingId = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
} as const;

/** What a peer has told of itself. */
export interface PeerSettings {
  headerTableSize: number;
  /** Streams that we may have open; Infinity until it says otherwise. */
  maxConcurrentStreams: number;
  initialWindowSize: number;
  maxFrameSize: number;
  maxHeaderListSize: number;
}

export function initialSettings(): PeerSettings {
  return {
    headerTableSize: 4096,
    maxConcurrentStreams: Number.POSITIVE_INFINITY,
    initialWindowSize: initialWindow,
    maxFrameSize: initialMaxFrame,
    maxHeaderListSize: Number.POSITIVE_INFINITY,
  };
}

/**
 * Takes the values of a SETTINGS frame over, in their order; unknown ones are ignored.
 *
 * Shape: the smallest HEADER_TABLE_SIZE on the way is given back. A frame may name it twice, and the encoder must tell the
 * smallest before the last (RFC 7541, 4.2); nghttp2 insists on it.
 * Errors: ConnectionFault for a value that is not allowed.
 * @param fromServer a server may not offer to take pushes
 */
export function applySettings(
  to: PeerSettings,
  bytes: Buffer,
  start: number,
  end: number,
  fromServer: boolean,
): number {
  let leastTable = Number.POSITIVE_INFINITY;
  for (let at = start; at + 6 <= end; at += 6) {
    const id = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    const value = read32(bytes, at + 2);
    switch (id) {
      case settingId.headerTableSize:
        to.headerTableSize = value;
        leastTable = Math.min(leastTable, value);
        break;
      case settingId.enablePush:
        if (value > 1 || (fromServer && value === 1)) throw bad("ENABLE_PUSH", value);
        break;
      case settingId.maxConcurrentStreams:
        to.maxConcurrentStreams = value;
        break;
      case settingId.initialWindowSize:
        if (value > maxWindow) throw bad("INITIAL_WINDOW_SIZE", value, http2Error.flowControl);
        to.initialWindowSize = value;
        break;
      case settingId.maxFrameSize:
        if (value < initialMaxFrame || value > 0xffffff) throw bad("MAX_FRAME_SIZE", value);
        to.maxFrameSize = value;
        break;
      case settingId.maxHeaderListSize:
        to.maxHeaderListSize = value;
        break;
      default:
    }
  }
  return Math.min(leastTable, to.headerTableSize);
}

function bad(name: string, value: number, code: number = http2Error.protocol): ConnectionFault {
  return new ConnectionFault(code, `the setting ${name} may not be ${value}`);
}
