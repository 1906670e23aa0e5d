import type { Code } from "../../model/code.ts";
import { RpcError } from "../../model/rpc-error.ts";
import type { HeaderList } from "../../transport/http2/session.ts";
import { headerValue } from "../../wire/hpack/header-list.ts";

/** What the API server answered instead of what was asked for. */
export class ApiError extends RpcError {
  /** HTTP status, or the code of a Status that came as an event of a watch. */
  readonly status: number;
  /** Kubernetes' word for it: `Expired`, `Forbidden`, … */
  readonly statusReason: string;
  /** When to try again, in ms, where the server says it. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, statusReason: string, message: string, retryAfterMs?: number, cause?: unknown) {
    const [code, reason] = kindOf(status);
    super(code, reason, message, { facts: { status, statusReason }, cause });
    this.status = status;
    this.statusReason = statusReason;
    this.retryAfterMs = retryAfterMs;
  }

  /** The version that was asked for is no longer known: list again. */
  get expired(): boolean {
    return this.status === 410;
  }
}

function kindOf(status: number): [Code, "forbidden" | "unauthenticated" | "api-unreachable"] {
  if (status === 403) return ["PERMISSION_DENIED", "forbidden"];
  if (status === 401) return ["UNAUTHENTICATED", "unauthenticated"];
  return ["UNAVAILABLE", "api-unreachable"];
}

/** The error of an answer that is not 200; its body is a Status (v1) as a rule. */
export function apiErrorFromBody(status: number, body: string, headers: HeaderList): ApiError {
  const retryAfter = headerValue(headers, "retry-after");
  const retryAfterMs = retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined; // A proxy's page, or nothing: the status says enough.
  }
  return apiErrorFromStatus(json, status, body, retryAfterMs);
}

/** The error of a Status object (v1). */
export function apiErrorFromStatus(json: unknown, status = 500, body = "", retryAfterMs?: number): ApiError {
  const { message, reason, code } = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  return new ApiError(
    typeof code === "number" ? code : status,
    typeof reason === "string" ? reason : "Unknown",
    typeof message === "string" && message !== ""
      ? message
      : `the API server answered ${status}${body ? `: ${body.slice(0, 200)}` : ""}`,
    retryAfterMs,
  );
}
