import { fileURLToPath } from "node:url";
import { run } from "../host/command.ts";
import type { Plan } from "../plan.ts";
import type { Answer } from "./ask.ts";
import { enterNode } from "./component.ts";

const program = fileURLToPath(new URL("probe-program.ts", import.meta.url));

/**
 * Asks for URLs from within a node's network, where alone they are reached. It asks again until all answer 200, at
 * most for `patienceMs`. `group` is the control group of the asking process.
 */
export async function probe(
  plan: Plan,
  node: string,
  urls: readonly string[],
  patienceMs: number,
  group: string | undefined,
): Promise<readonly Answer[]> {
  const [nsenter = "nsenter", ...entered] = enterNode(plan, node, "network");
  const command = [...entered, process.execPath, program, `${patienceMs}`, ...urls];
  const { stdout } = await run(nsenter, command, { timeoutMs: patienceMs + 15_000, group });
  return JSON.parse(stdout) as readonly Answer[];
}

/** True when all URLs answer 200 within `patienceMs`, undefined when not: the shape that waiting wants. */
export async function isWell(
  plan: Plan,
  node: string,
  urls: readonly string[],
  patienceMs: number,
  group: string,
): Promise<true | undefined> {
  return (await probe(plan, node, urls, patienceMs, group)).every((answer) => answer.ok) ? true : undefined;
}
