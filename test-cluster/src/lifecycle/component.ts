import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pollUntil, seconds } from "../host/deadline.ts";
import { ClusterError, hasCode } from "../host/error.ts";
import { commandInGroup } from "../host/group.ts";
import { identityFromStat, isAlive, killProcess, type ProcessIdentity } from "../host/process.ts";
import type { NodePlan, Plan } from "../plan.ts";

/** A process of the cluster that runs until it is stopped. */
export interface Component {
  readonly name: string;
  readonly command: readonly string[];
  /** The machine itself, or a node with its network; `root` also sees the node's own mounts. */
  readonly place: { readonly t: "machine" } | { readonly t: "network" | "root"; readonly node: string };
}

/** What is written down of a component that was started, so that any later process can end or restart it. */
interface Started {
  readonly component: Component;
  /** Control group of this start of the cluster. */
  readonly group: string;
}

/** Nothing of the caller's: a proxy named in the environment would be asked for the cluster's own addresses. */
const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/",
  LANG: "C.UTF-8",
};

const file = (plan: Plan, name: string, ending: string) => join(plan.paths.state, "components", `${name}.${ending}`);

export function logFile(plan: Plan, component: string): string {
  return join(plan.paths.logs, `${component}.log`);
}

/** Name of the process that holds a node's mount namespace. */
export const holderOf = (node: NodePlan) => node.name;

/** The words that put a command into a node. Errors: ClusterError when the node's mounts are wanted and it is not up. */
export function enterNode(plan: Plan, node: string, what: "network" | "root"): readonly string[] {
  const found = plan.nodes.find((one) => one.name === node);
  if (!found) throw new ClusterError(`there is no node ${node}; there are ${plan.nodes.map((one) => one.name)}`);
  const enterNetwork = ["nsenter", `--net=${found.netns}`];
  if (what === "network") return [...enterNetwork, "--"];
  const holder = identityOf(plan, holderOf(found));
  if (!holder) throw new ClusterError(`node ${node} is not running`);
  return [...enterNetwork, `--mount=/proc/${holder.pid}/ns/mnt`, "--"];
}

/** The component's process if it runs. */
export function identityOf(plan: Plan, name: string): ProcessIdentity | undefined {
  try {
    const found = identityFromStat(readFileSync(file(plan, name, "stat"), "utf8"));
    return found && isAlive(found) ? found : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Starts a component: detached, its output added to its log, a member of the control group before it does anything.
 * Resolves when its process is known.
 */
export async function startComponent(plan: Plan, component: Component, group: string): Promise<ProcessIdentity> {
  const { name, place } = component;
  await mkdir(join(plan.paths.state, "components"), { recursive: true });
  await rm(file(plan, name, "stat"), { force: true });
  const started: Started = { component, group };
  await writeFile(file(plan, name, "json"), JSON.stringify(started, null, 2));

  const entered = place.t === "machine" ? [] : enterNode(plan, place.node, place.t);
  const [program, ...args] = commandInGroup(group, [...entered, ...component.command], file(plan, name, "stat"));
  const log = openSync(logFile(plan, name), "a");
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log, log], cwd: "/", env: environment });
  closeSync(log);
  let ended: string | undefined;
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("exit", (code, signal) => {
    ended = `ended with ${signal ?? `code ${code}`}`;
  });
  child.unref();
  return pollUntil(
    `starting ${name}`,
    () => {
      const found = identityOf(plan, name);
      if (!found && ended !== undefined) throw new ClusterError(deathOf(plan, name, ended));
      return found;
    },
    { timeoutMs: 10_000, everyMs: 5 },
  );
}

/** Starts a component that has ended, as it was started before. */
export async function restartComponent(plan: Plan, name: string): Promise<ProcessIdentity> {
  const running = identityOf(plan, name);
  if (running) return running;
  const started = await startedComponent(plan, name);
  if (!started) throw new ClusterError(`${name} was never started. Run: npm run cluster:up`);
  return startComponent(plan, started.component, started.group);
}

async function startedComponent(plan: Plan, name: string): Promise<Started | undefined> {
  try {
    return JSON.parse(await readFile(file(plan, name, "json"), "utf8")) as Started;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Kills a component with SIGKILL and waits for its end. */
export async function killComponent(plan: Plan, name: string): Promise<void> {
  const running = identityOf(plan, name);
  if (!running) return;
  killProcess(running, "SIGKILL");
  await pollUntil(`the end of ${name}`, () => (isAlive(running) ? undefined : true), { timeoutMs: 10_000, everyMs: 5 });
}

/** Waits for `look` to give a value, but only as long as the components that it depends on are alive. */
export async function waitWithComponents<T>(
  plan: Plan,
  what: string,
  components: readonly string[],
  look: () => Promise<T | undefined>,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined; readonly everyMs?: number },
): Promise<T> {
  const started = performance.now();
  let seen: unknown;
  try {
    return await pollUntil(
      what,
      async () => {
        const dead = components.find((name) => !identityOf(plan, name));
        if (dead) throw new ClusterError(deathOf(plan, dead, `ended ${seconds(performance.now() - started)} into it`));
        try {
          return await look();
        } catch (error) {
          seen = error;
          return undefined;
        }
      },
      options,
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof ClusterError)) throw error;
    const last = seen instanceof Error ? `\nlast seen: ${seen.message}` : "";
    const tails = components.map((name) => tailOf(plan, name)).join("");
    throw new ClusterError(error.message.startsWith(what) ? `${error.message}${last}${tails}` : error.message);
  }
}

function deathOf(plan: Plan, name: string, how: string): string {
  return `${name} ${how}${tailOf(plan, name)}`;
}

/** The end of a component's log, with a heading that names the file. */
export function tailOf(plan: Plan, name: string, lines = 15): string {
  try {
    const text = readFileSync(logFile(plan, name), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
    return `\n--- end of ${logFile(plan, name)}\n${text || "(empty)"}`;
  } catch {
    return `\n--- ${logFile(plan, name)} cannot be read`;
  }
}
