import type { Report } from "./report.ts";

/** Where the play is performed: without a cluster, or on a real one. */
export interface Stage {
  /** What it is made of, for the first line. */
  readonly description: string;
  /** Service, consumer and this many providers. Resolves when the consumer reports. */
  start(replicas: number): Promise<void>;
  scale(replicas: number): Promise<void>;
  /** Replaces all providers, one by one: a new one is ready before an old one goes. */
  rollingUpdate(version: string): Promise<void>;
  /** kill -9 of a provider's process; gives the pod's name. Kubernetes starts the process again. */
  kill(): Promise<string>;
  apiDown(): Promise<void>;
  apiUp(): Promise<void>;
  /** Called with every report of the consumer. */
  onReport(listener: (report: Report) => void): void;
  /** The consumer finishes its calls and gives its last report; then everything ends. */
  stop(): Promise<void>;
}
