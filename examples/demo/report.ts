/** What the consumer prints, as a line of JSON, a few times a second. Counts are totals since it began. */
export interface Report {
  /** Calls that were begun. */
  readonly made: number;
  readonly ok: number;
  readonly failed: number;
  /** Attempts that were made again on another endpoint. */
  readonly retried: number;
  /** Answers by pod. */
  readonly answers: Readonly<Record<string, number>>;
  /** The last failures, as text. */
  readonly errors: readonly string[];
  /** State of the snapshot: `synced`, `stale`, … */
  readonly state: string;
  readonly endpoints: readonly ReportedEndpoint[];
}

export interface ReportedEndpoint {
  readonly pod: string;
  readonly address: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly connected: boolean;
}

/** A line of the consumer's output; undefined if it is something else. */
export function parseReport(line: string): Report | undefined {
  return line.startsWith("{") ? (JSON.parse(line) as Report) : undefined;
}
