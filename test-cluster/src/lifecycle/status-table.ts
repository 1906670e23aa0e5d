import { seconds } from "../host/deadline.ts";
import type { Plan } from "../plan.ts";
import type { ClusterHealth } from "./health.ts";

/** How the cluster is, for a person. Pure, but for the age. */
export function statusTable(plan: Plan, found: ClusterHealth, now: number = Date.now()): string {
  if (found.t === "stopped") return `the cluster "${plan.instance}" is not running. Start it: npm run cluster:up`;
  const { record, components, nodes, problems } = found;
  const age = record ? `, up for ${seconds(now - Date.parse(record.startedAt))}` : "";
  const sections = [
    `cluster "${plan.instance}" is ${found.t}${age}, Kubernetes ${plan.kubernetesVersion}`,
    columns([
      ["COMPONENT", "PID", "UPTIME", "HEALTH"],
      ...components.map(({ name, pid, uptimeMs, health }) => [
        name,
        `${pid ?? "-"}`,
        uptimeMs === undefined ? "-" : seconds(uptimeMs),
        health,
      ]),
    ]),
    columns([
      ["NODE", "ZONE", "READY", "ADDRESSES"],
      ...nodes.map(({ name, zone, ready, addresses }) => [name, zone, ready ? "yes" : "no", addresses.join(",")]),
    ]),
    columns([
      ["kubeconfig", plan.paths.kubeconfig],
      ["kubectl", record?.kubectl ?? "-"],
      ["logs", plan.paths.logs],
    ]),
    ...(problems.length > 0
      ? [`problems:\n${problems.map((text) => `  ${text}`).join("\n")}\nThe next npm run cluster:up starts it anew.`]
      : []),
  ];
  return sections.join("\n\n");
}

/** Rows as text with columns of equal width, two blanks apart. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
