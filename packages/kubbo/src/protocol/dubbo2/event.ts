import type { ByteWriter } from "../../wire/byte-writer.ts";
import { beginFrame, endFrame, type Frame, flags, hessian2Id, type RequestId } from "./frame.ts";
import { status } from "./status.ts";

/** Hessian's null: the body of a heartbeat, by which it is known. */
const nullByte = 0x4e;

/** Hessian's text "R": the peer takes no new requests. */
const readonlyBody = Buffer.from([0x01, 0x52]);

/** Hessian's text "W": it takes requests again. */
const writeableBody = Buffer.from([0x01, 0x57]);

/** What an event frame says. Unknown ones are ignored, as Java does. */
export type Dubbo2Event = "heartbeat" | "readonly" | "writeable" | "unknown";

export function isEvent(frame: Frame): boolean {
  return (frame.flags & flags.event) !== 0;
}

export function eventOf({ body }: Frame): Dubbo2Event {
  // dubbo-go answers a heartbeat with two of them.
  if (body.length > 0 && body.every((byte) => byte === nullByte)) return "heartbeat";
  if (readonlyBody.equals(body)) return "readonly";
  return writeableBody.equals(body) ? "writeable" : "unknown";
}

export function heartbeatRequest(out: ByteWriter, id: RequestId): Uint8Array {
  beginFrame(out, flags.request | flags.twoWay | flags.event | hessian2Id, 0, id);
  out.u8(nullByte);
  return endFrame(out);
}

export function heartbeatResponse(out: ByteWriter, id: RequestId): Uint8Array {
  beginFrame(out, flags.event | hessian2Id, status.ok, id);
  out.u8(nullByte);
  return endFrame(out);
}

/** Asks the peer to send no new requests; nothing answers it. */
export function readonlyEvent(out: ByteWriter, id: RequestId): Uint8Array {
  beginFrame(out, flags.request | flags.event | hessian2Id, 0, id);
  out.bytes(readonlyBody);
  return endFrame(out);
}
