import { ensureBinaries, removeStaleBuilds } from "../binary/build.ts";
import { locateBinaries, missingBundles } from "../binary/bundle.ts";
import type { Environment } from "../environment.ts";
import { planFrom } from "../environment.ts";
import { createGroup } from "../host/cgroup.ts";
import { seconds } from "../host/deadline.ts";
import { ClusterError, messageOf } from "../host/error.ts";
import { holderOfLock, type Lock, takeLock } from "../host/lock.ts";
import { installPackages } from "../host/package.ts";
import { findObstacle, findPrivilegeObstacle } from "../host/precondition.ts";
import type { Progress } from "../host/progress.ts";
import type { Plan } from "../plan.ts";
import { type ClusterHealth, inspectCluster } from "./health.ts";
import type { ClusterRecord } from "./record.ts";
import { startCluster } from "./start.ts";
import { leavesTraces, tearDown } from "./teardown.ts";

export interface CommandContext {
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure that the cluster runs: nothing when it does, else whatever is necessary. Errors: ClusterError with exit
 * code 2, before anything was started, when the machine cannot run it; after an error or abort nothing is left running.
 */
export async function up(context: CommandContext & { readonly install: boolean }): Promise<ClusterRecord> {
  const { environment, progress, signal, install } = context;
  const plan = planFrom(environment);
  const started = performance.now();
  requireRoot();
  await using _lock = await lockInstance(plan, "up", context);

  const { cache } = environment;
  const found = await inspectCluster(plan, leavesTraces(plan));
  const reason = reasonToReplace(found, plan, missingBundles(cache).length === 0 && locateBinaries(cache).fingerprint);
  if (found.t !== "stopped") {
    if (reason === undefined && found.record) {
      progress.line(`the cluster "${plan.instance}" is running and healthy, up for ${ageOf(found.record)}`);
      return found.record;
    }
    progress.line(`there is a cluster "${plan.instance}" that cannot be used (${reason}); removing it`);
    await tearDown(plan);
  }
  await checkMachine(plan, context, install);
  try {
    createGroup(plan.cgroup);
    const binaries = await ensureBinaries({ cache, cgroup: plan.cgroup, progress, signal });
    const record = await startCluster(plan, { binaries, progress, signal });
    progress.line(`the cluster "${plan.instance}" is up after ${seconds(performance.now() - started)}`);
    return record;
  } catch (error) {
    progress.line(signal?.aborted ? "interrupted; removing what was started" : "failed; removing what was started");
    await tearDown(plan).catch((failure: unknown) => {
      // The first error is the one to read.
      progress.line(`not all could be removed: ${messageOf(failure)}. Run: npm run cluster:down`);
    });
    throw error;
  }
}

/** Ends the cluster and removes all of it but its logs. */
export async function down({ environment, progress, signal }: CommandContext): Promise<void> {
  const plan = planFrom(environment);
  requireRoot();
  await using _lock = await lockInstance(plan, "down", { environment, progress, signal });
  await removeStaleBuilds(environment.cache);
  if (!leavesTraces(plan)) {
    progress.line(`there is no cluster "${plan.instance}"`);
    return;
  }
  const started = performance.now();
  const killed = await tearDown(plan);
  progress.line(
    `the cluster "${plan.instance}" is gone: ${killed} processes ended, ${seconds(performance.now() - started)}. ` +
      `Its logs stay in ${plan.paths.logs}`,
  );
}

export interface HealthReport {
  readonly plan: Plan;
  readonly found: ClusterHealth;
  /** The command that is at work on the cluster now, in its own words. */
  readonly busy: string | undefined;
}

/** How the cluster is. Takes no lock: it may be looked at while it starts. */
export async function health({ environment }: CommandContext): Promise<HealthReport> {
  const plan = planFrom(environment);
  const traces = leavesTraces(plan);
  if (traces) requireRoot();
  const busy = await holderOfLock(lockOf(plan));
  return { plan, found: await inspectCluster(plan, traces), busy };
}

function requireRoot(): void {
  const obstacle = findPrivilegeObstacle();
  if (obstacle) throw new ClusterError(obstacle.text, { exitCode: 2 });
}

async function checkMachine(plan: Plan, { environment, progress, signal }: CommandContext, install: boolean) {
  const look = () => findObstacle(plan.cgroup, missingBundles(environment.cache).length > 0);
  let obstacle = await look();
  if (obstacle?.t === "packages" && install) {
    await installPackages(obstacle.missing, progress, signal);
    obstacle = await look();
  }
  if (obstacle) throw new ClusterError(obstacle.text, { exitCode: 2 });
}

const lockOf = (plan: Plan) => `instance/${plan.instance}`;

function lockInstance(plan: Plan, command: string, { progress, signal }: CommandContext): Promise<Lock> {
  return takeLock(lockOf(plan), {
    purpose: `cluster:${command}`,
    // A build may come first.
    timeoutMs: 45 * 60_000,
    onWait: (holder) => progress.line(`waiting: another command is at work on "${plan.instance}" (${holder})`),
    signal,
  });
}

/** Why a cluster that was found is not the one that is wanted; undefined when it is. */
export function reasonToReplace(found: ClusterHealth, plan: Plan, fingerprint: string | false): string | undefined {
  if (found.t === "stopped") return undefined;
  if (found.t === "degraded") return found.problems.slice(0, 3).join("; ");
  if (found.record?.fingerprint !== fingerprint) return "it runs other binaries";
  if (JSON.stringify(found.record.plan) !== JSON.stringify(plan)) return "it was started with another plan";
  return undefined;
}

export function ageOf(record: ClusterRecord): string {
  return seconds(Date.now() - Date.parse(record.startedAt));
}

/** The text of an error for a person: without a stack when it was made for one. */
export function textOf(error: unknown): string {
  if (error instanceof ClusterError) return error.message;
  return error instanceof Error && error.stack ? error.stack : messageOf(error);
}
