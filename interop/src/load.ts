import type { ReferenceOptions } from "kubbo";

/** Calls that the consumer makes: options of the reference, and how many a second. */
export interface Load extends ReferenceOptions {
  readonly name: string;
  readonly service: "orders" | "echo";
  /** Calls per second. */
  readonly rate: number;
}

/** Totals since the start. */
export interface LoadReport {
  readonly made: number;
  readonly ok: number;
  readonly failed: number;
  /** Answers by pod. */
  readonly hosts: Readonly<Record<string, number>>;
  /** When each pod gave its first answer, in ms since the epoch. */
  readonly firstAnswers: Readonly<Record<string, number>>;
}

export interface Report {
  readonly event: "report" | "done";
  readonly atMs: number;
  /** Attempts that were made again. */
  readonly retried: number;
  /** The longest time since the last report for which the event loop did not come round, in ms: how late the machine is. */
  readonly loopDelayMs: number;
  readonly loads: Readonly<Record<string, LoadReport>>;
  readonly references: readonly {
    readonly load: string;
    readonly target: string;
    readonly state: string;
    readonly endpoints: readonly {
      readonly pod: string | undefined;
      readonly ready: boolean;
      readonly terminating: boolean;
      readonly connected: boolean;
    }[];
    readonly error: string | undefined;
  }[];
}

/** A call that failed, as the consumer prints it. */
export interface Failure {
  readonly event: "failure";
  readonly load: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly code: string;
  readonly reason: string;
  readonly message: string;
}
