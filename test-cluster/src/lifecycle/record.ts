import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../host/error.ts";
import type { Plan } from "../plan.ts";

/** What is written down of a cluster, first thing when it is started. */
export interface ClusterRecord {
  readonly plan: Plan;
  /** Of the binaries that it runs. */
  readonly fingerprint: string;
  /** Control group of this start. */
  readonly group: string;
  /** Port of the API server on 127.0.0.1. */
  readonly forwardPort: number;
  /** The multi-call binary as kubectl. */
  readonly kubectl: string;
  readonly startedAt: string;
  /** How the nodes' containerds keep image layers. */
  readonly snapshotter: string;
  /** Directories of the machine that were made to mount on, to be removed when nobody needs them any more. */
  readonly madeDirectories: readonly string[];
  /** Set when the cluster had come up completely. */
  readonly readyAt?: string;
}

const fileIn = (state: string) => join(state, "cluster.json");

/** Undefined when there is no cluster, or when its start was killed before it wrote its record. */
export async function readRecord(plan: Plan): Promise<ClusterRecord | undefined> {
  return readRecordAt(plan.paths.state);
}

/** The same of any state directory. */
export async function readRecordAt(state: string): Promise<ClusterRecord | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(state), "utf8")) as ClusterRecord;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export async function writeRecord(record: ClusterRecord): Promise<void> {
  const path = fileIn(record.plan.paths.state);
  await mkdir(record.plan.paths.state, { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(record, null, 2));
  await rename(`${path}.new`, path);
}
