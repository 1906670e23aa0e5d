import type { Attempt } from "../../model/call.ts";
import type { HeaderList } from "../../transport/http2/session.ts";
import { pushAttachments } from "./attachments.ts";
import { timeoutText } from "./timeout.ts";

/**
 * The header list of a request.
 *
 * Source: org.apache.dubbo.rpc.protocol.tri.RequestMetadata, 3.3.
 */
export function requestHead(
  attempt: Attempt,
  authority: string,
  application: string | undefined,
  nowMs: number,
): HeaderList {
  const { service, method, deadline, attachments } = attempt;
  const list = [
    ":method",
    "POST",
    ":scheme",
    "http",
    ":path",
    `/${service.interface}/${method.path}`,
    ":authority",
    authority,
    "content-type",
    "application/grpc+proto",
    "te",
    "trailers",
  ];
  if (deadline !== undefined) list.push("grpc-timeout", timeoutText(deadline - nowMs));
  if (service.version !== undefined) list.push("tri-service-version", service.version);
  if (service.group !== undefined) list.push("tri-service-group", service.group);
  if (application !== undefined) list.push("tri-consumer-appname", application);
  pushAttachments(list, attachments);
  return list;
}
