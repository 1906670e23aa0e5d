import type { Hessian2Codec } from "../../codec/hessian2/codec.ts";
import { parameterDescriptor, parseDescriptor } from "../../codec/hessian2/descriptor.ts";
import type { Hessian2Reader } from "../../codec/hessian2/reader.ts";
import type { Hessian2Writer } from "../../codec/hessian2/writer.ts";
import type { Attempt } from "../../model/call.ts";
import type { Method } from "../../model/contract.ts";
import { badMessage } from "../../wire/wire-error.ts";
import { isGeneric, type ReadAttachments, writeAttachments } from "./attachments.ts";

/** The version of the body, not of Dubbo. Source: org.apache.dubbo.common.Version, DEFAULT_DUBBO_PROTOCOL_VERSION. */
export const bodyVersion = "2.0.2";

/** Dubbo's word for a service without a version. */
const noVersion = "0.0.0";

const descriptors = new WeakMap<Method, string>();

function descriptorOf(method: Method): string {
  let descriptor = descriptors.get(method);
  if (descriptor === undefined) {
    descriptor = parameterDescriptor(method.javaTypes ?? []);
    descriptors.set(method, descriptor);
  }
  return descriptor;
}

/**
 * Writes the body of a request: head, arguments and attachments, all in one stream of Hessian2.
 *
 * Source: org.apache.dubbo.rpc.protocol.dubbo.DubboCodec.encodeRequestData, 3.3.
 */
export function writeRequest(
  writer: Hessian2Writer,
  attempt: Attempt,
  application: string | undefined,
  nowMs: number,
): void {
  const { service, method, message, deadline, attachments } = attempt;
  writer.writeString(bodyVersion);
  writer.writeString(service.interface);
  writer.writeString(service.version ?? noVersion);
  writer.writeString(method.path);
  writer.writeString(descriptorOf(method));
  (method.request as Hessian2Codec).write(writer, message, method.name);
  const own: [string, string][] = [
    ["path", service.interface],
    ["interface", service.interface],
  ];
  if (service.version !== undefined) own.push(["version", service.version]);
  if (service.group !== undefined) own.push(["group", service.group]);
  if (application !== undefined) own.push(["remote.application", application]);
  if (isOneWay(attempt)) own.push(["return", "false"]);
  const generic = isGeneric(method.path) ? attachments["generic"] : undefined;
  if (typeof generic === "string") own.push(["generic", generic]);
  if (deadline !== undefined) {
    const left = String(Math.max(1, Math.ceil(deadline - nowMs)));
    // `timeout` is what Java reads, `_TO` starts a countdown there.
    own.push(["timeout", left], ["_TO", left]);
  }
  writeAttachments(writer, own, attachments);
}

/** Whether nobody waits for an answer: none comes, not even an error. */
export function isOneWay({ method }: Attempt): boolean {
  return method.oneWay ?? false;
}

/** The head of a request, as far as it must be known to find the method. */
export interface RequestHead {
  /** Whether the caller understands attachments in responses. */
  readonly attachmentsUnderstood: boolean;
  readonly path: string;
  readonly version: string | undefined;
  readonly method: string;
  /** `Class.getName()` forms. */
  readonly javaTypes: readonly string[];
}

/** Reads the head; the arguments follow, and then the attachments. */
export function readRequestHead(reader: Hessian2Reader): RequestHead {
  const version = readText(reader, "the version of the body");
  const path = readText(reader, "the service path");
  const serviceVersion = readText(reader, "the service version");
  const method = readText(reader, "the method name");
  const { at } = reader;
  const descriptor = readText(reader, "the parameter types");
  const javaTypes = parseDescriptor(descriptor ?? "");
  if (path === undefined || method === undefined) throw badMessage(at, "a service path and a method name", "null");
  if (!javaTypes) throw badMessage(at, "a descriptor of parameter types", JSON.stringify(descriptor));
  return {
    attachmentsUnderstood: understandsAttachments(version),
    path,
    version: serviceVersion,
    method,
    javaTypes,
  };
}

function readText(reader: Hessian2Reader, what: string): string | undefined {
  const { at } = reader;
  const value = reader.readValue();
  if (value === null) return undefined;
  if (typeof value === "string") return value;
  throw badMessage(at, what, typeof value);
}

/**
 * Whether a caller of this body version takes attachments in a response: 2.0.2 to 2.0.99.
 *
 * Source: org.apache.dubbo.common.Version.isSupportResponseAttachment, 3.3.
 */
function understandsAttachments(version: string | undefined): boolean {
  const match = /^2\.0\.(\d+)$/.exec(version ?? "");
  const patch = Number(match?.[1] ?? 0);
  return patch >= 2 && patch <= 99;
}

/** What the attachments add to the head: the group stands only there. */
export function serviceParts(head: RequestHead, { own }: ReadAttachments) {
  return {
    path: own.get("path") ?? head.path,
    version: own.get("version") ?? head.version,
    group: own.get("group"),
  };
}

/** Time that is left for the caller, in ms; undefined: it does not say. */
export function remainingMs({ own }: ReadAttachments): number | undefined {
  const text = own.get("_TO") ?? own.get("_to") ?? own.get("timeout");
  const ms = Number(text);
  return text !== undefined && Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
