import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** One request of a ServiceAccount to the API server. */
export interface AuditRequest {
  readonly id: string;
  /** get, list, watch, create, update, patch, delete, deletecollection; small letters of the method for other paths. */
  readonly verb: string;
  /** Path and query, with `resourceVersion`, `timeoutSeconds` and so on. */
  readonly uri: string;
  /** HTTP status. Undefined while there is no answer. */
  readonly code: number | undefined;
  /** `system:serviceaccount:NAMESPACE:NAME` */
  readonly user: string;
  /** The pod whose token it was, when it was a pod's. */
  readonly pod: string | undefined;
  readonly userAgent: string;
  /** What was asked for; undefined for paths that are no resources. */
  readonly object:
    | {
        readonly apiGroup: string;
        readonly resource: string;
        readonly namespace: string | undefined;
        readonly name: string | undefined;
        readonly subresource: string | undefined;
      }
    | undefined;
  readonly receivedAt: Date;
  /** When the answer was complete. Undefined for a watch that is still open. */
  readonly completedAt: Date | undefined;
}

export interface AuditQuery {
  /** Requests received at this time or later. */
  readonly since?: Date;
  /** Only those of this account. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

interface AuditEvent {
  readonly auditID: string;
  readonly stage: "RequestReceived" | "ResponseStarted" | "ResponseComplete" | "Panic";
  readonly requestURI: string;
  readonly verb: string;
  readonly user: { readonly username: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** Puts the log's lines, one per stage of a request, together to requests, in the order in which they came. */
export async function auditRequests(
  lines: AsyncIterable<string> | Iterable<string>,
  { since, serviceAccount }: AuditQuery = {},
): Promise<readonly AuditRequest[]> {
  const wanted = serviceAccount && `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`;
  const requests = new Map<string, AuditRequest>();
  for await (const line of lines) {
    if (wanted !== undefined && !line.includes(`"${wanted}"`)) continue; // most lines, without parsing them
    const event = parse(line);
    if (!event || (wanted !== undefined && event.user.username !== wanted)) continue;
    const receivedAt = new Date(event.requestReceivedTimestamp);
    if (since && receivedAt < since) continue;
    requests.set(event.auditID, {
      id: event.auditID,
      verb: event.verb,
      uri: event.requestURI,
      code: event.responseStatus?.code ?? requests.get(event.auditID)?.code,
      user: event.user.username,
      pod: event.user.extra?.["authentication.kubernetes.io/pod-name"]?.[0],
      userAgent: event.userAgent ?? "",
      object: event.objectRef?.resource
        ? {
            apiGroup: event.objectRef.apiGroup ?? "",
            resource: event.objectRef.resource,
            namespace: event.objectRef.namespace,
            name: event.objectRef.name,
            subresource: event.objectRef.subresource,
          }
        : undefined,
      receivedAt,
      completedAt: event.stage === "ResponseComplete" ? new Date(event.stageTimestamp) : undefined,
    });
  }
  return [...requests.values()].sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

/** Undefined for the last line while the API server is still writing it. */
function parse(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined;
  }
}

/** The lines of the log file. */
export function auditLines(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}
