import type { Hessian2Codec } from "../../codec/hessian2/codec.ts";
import type { Hessian2Limits } from "../../codec/hessian2/limits.ts";
import { readMessage } from "../../codec/hessian2/message.ts";
import type { Hessian2Reader } from "../../codec/hessian2/reader.ts";
import type { Hessian2Writer } from "../../codec/hessian2/writer.ts";
import { type Attachments, noAttachments } from "../../model/attachments.ts";
import type { Method } from "../../model/contract.ts";
import { badMessage } from "../../wire/wire-error.ts";
import { readAttachments, writeAttachments } from "./attachments.ts";
import { hessian2Id } from "./frame.ts";
import { bodyVersion } from "./request.ts";

/**
 * What the body of an OK response begins with. The second half says the same with attachments at the end.
 *
 * Source: org.apache.dubbo.rpc.protocol.dubbo.DubboCodec, 3.3.
 */
const result = { exception: 0, value: 1, nullValue: 2, withAttachments: 3 } as const;

/** What a provider's method gave. */
export type Outcome =
  | { readonly t: "value"; readonly value: unknown }
  | { readonly t: "exception"; readonly error: Error };

/** @param attachments undefined: the caller does not understand any */
export function writeResponse(
  writer: Hessian2Writer,
  method: Method,
  outcome: Outcome,
  attachments: Attachments | undefined,
): void {
  const base = attachments ? result.withAttachments : 0;
  if (outcome.t === "exception") {
    writer.writeInt(base + result.exception);
    (method.exception as Hessian2Codec<Error>).write(writer, outcome.error);
  } else if (method.returnType === "void" || outcome.value === undefined || outcome.value === null) {
    writer.writeInt(base + result.nullValue);
  } else {
    writer.writeInt(base + result.value);
    (method.response as Hessian2Codec).write(writer, outcome.value, "result");
  }
  if (attachments) writeAttachments(writer, [["dubbo", bodyVersion]], attachments);
}

export interface ReadResponse {
  readonly outcome: Outcome;
  readonly attachments: Attachments;
}

/** Reads the body of an OK response. Errors: as `Codec.decode`. */
export function readResponse(body: Uint8Array, method: Method, limits: Required<Hessian2Limits>): ReadResponse {
  return readMessage(body, "result", limits, (reader) => {
    const { at } = reader;
    const flag = reader.readInt();
    if (flag < 0 || flag > 5) throw badMessage(at, "a result flag from 0 to 5", String(flag));
    const outcome = readOutcome(reader, method, flag % result.withAttachments);
    const attachments = flag >= result.withAttachments ? readAttachments(reader).user : noAttachments;
    // dubbo-go 3.3 writes a null more than there is to say, and Java does not look behind the end either.
    reader.at = body.length;
    return { outcome, attachments };
  });
}

function readOutcome(reader: Hessian2Reader, method: Method, kind: number): Outcome {
  switch (kind) {
    case result.exception:
      return { t: "exception", error: (method.exception as Hessian2Codec<Error>).read(reader) };
    case result.value:
      return { t: "value", value: (method.response as Hessian2Codec).read(reader) };
    default:
      return { t: "value", value: method.returnType === "void" ? undefined : null };
  }
}

/**
 * The text of a response that is not OK; whatever else stands there is told as it is.
 *
 * @param serialization its id: Java 3.2 answers in its own default where it does not know the service that was asked for
 */
export function readErrorText(body: Uint8Array, serialization: number, limits: Required<Hessian2Limits>): string {
  if (serialization !== hessian2Id) return printable(body);
  try {
    return readMessage(body, "text", limits, (reader) => String(reader.readValue()));
  } catch {
    return printable(body); // The status says enough; the text is only for people.
  }
}

/** What a person can read of it: every serialization writes a text in UTF-8 with a few bytes in front. */
function printable(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8");
  return /[\t\n\r\x20-\x7e\u00a0-\ufffc]{8,}/u.exec(text)?.[0] ?? `${body.length} bytes that are not a text`;
}
