import { ConnectionFault } from "./connection-fault.ts";
import { frameFlag, frameName, frameType } from "./frame.ts";
import { http2Error } from "./session.ts";

/**
 * What a frame's head alone tells: on which streams a type may come, and how long it is.
 *
 * Errors: ConnectionFault. What is a fault of its stream only (the size of PRIORITY) is left to whoever knows the stream.
 * Source: RFC 9113, 6.
 */
export function checkFrameHead(type: number, flags: number, streamId: number, length: number): void {
  switch (type) {
    case frameType.data:
    case frameType.headers:
    case frameType.priority:
      if (streamId === 0) throw wrongStream(type, streamId);
      return;
    case frameType.rstStream:
      if (streamId === 0) throw wrongStream(type, streamId);
      if (length !== 4) throw wrongSize(type, length);
      return;
    case frameType.settings:
      if (streamId !== 0) throw wrongStream(type, streamId);
      if (length % 6 !== 0 || ((flags & frameFlag.ack) !== 0 && length !== 0)) throw wrongSize(type, length);
      return;
    case frameType.ping:
      if (streamId !== 0) throw wrongStream(type, streamId);
      if (length !== 8) throw wrongSize(type, length);
      return;
    case frameType.goaway:
      if (streamId !== 0) throw wrongStream(type, streamId);
      if (length < 8) throw wrongSize(type, length);
      return;
    case frameType.windowUpdate:
      if (length !== 4) throw wrongSize(type, length);
      return;
    case frameType.pushPromise: // switched off by our SETTINGS; a client may not push at all (RFC 9113, 8.4)
      throw new ConnectionFault(http2Error.protocol, "a PUSH_PROMISE");
    default:
  }
}

function wrongStream(type: number, streamId: number): ConnectionFault {
  return new ConnectionFault(http2Error.protocol, `a ${frameName(type)} on stream ${streamId}`);
}

/** FRAME_SIZE_ERROR of the connection. */
export function wrongSize(type: number, length: number): ConnectionFault {
  return new ConnectionFault(http2Error.frameSize, `a ${frameName(type)} of ${length} bytes`);
}
