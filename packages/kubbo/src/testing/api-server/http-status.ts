/** A refusal, as the API server writes it. Source: meta.k8s.io/v1 Status. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  toJSON() {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      ...(this.retryAfterSeconds !== undefined && { details: { retryAfterSeconds: this.retryAfterSeconds } }),
      code: this.code,
    };
  }
}

/** What a watch or an exact list from a forgotten version gets. */
export function expired(version: number, oldest: number): StatusError {
  return new StatusError(410, "Expired", `too old resource version: ${version} (${oldest})`);
}
