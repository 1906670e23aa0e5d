// A consumer under steady load: finds whoever declares the application "greeter" and reports what it sees.
import { subscribe } from "node:diagnostics_channel";
import { createServer, type Socket } from "node:net";
import { createClient, RpcError } from "kubbo";
import { Greeter } from "../quickstart/gen/greeter_pb.ts";
import type { Report } from "./report.ts";

const { API_SERVER, NAMESPACE = "demo", CALLS_PER_SECOND = "200", REPORT_AT } = process.env;

// In a pod the service account says where the API server is; the demo without a cluster says it.
const client = createClient(
  API_SERVER === undefined ? {} : { cluster: { server: API_SERVER, namespace: NAMESPACE, allowLoopback: true } },
);
const greeter = client.refer(Greeter, { providedBy: "greeter", timeoutMs: 10_000, waitForReady: true });

let made = 0;
let ok = 0;
let failed = 0;
let retried = 0;
const answers: Record<string, number> = {};
const errors: string[] = [];

subscribe("kubbo:call:retried", () => retried++);

async function call(): Promise<void> {
  made++;
  try {
    const { from } = await greeter.sayHello({ name: "demo" });
    answers[from] = (answers[from] ?? 0) + 1;
    ok++;
  } catch (error) {
    failed++;
    errors.push(`${new Date().toISOString()} ${RpcError.is(error) ? `${error.code} ${error.reason}: ` : ""}${error}`);
    if (errors.length > 5) errors.shift();
  }
}

/** As many calls as the rate asks for since the start: a late timer makes up for what it missed. */
const startedAt = performance.now();
const load = setInterval(() => {
  const due = Math.floor(((performance.now() - startedAt) / 1000) * Number(CALLS_PER_SECOND));
  while (made < due) void call(); // never rejects
}, 10);

function report(): void {
  const [reference] = client.inspect().references;
  const endpoints = (reference?.endpoints ?? []).map(({ pod = "?", address, port, ready, terminating, connected }) => ({
    pod,
    address: `${address}:${port}`,
    ready: ready && !terminating,
    terminating,
    connected,
  }));
  endpoints.sort((a, b) => a.pod.localeCompare(b.pod));
  const line: Report = { made, ok, failed, retried, answers, errors, state: reference?.state ?? "syncing", endpoints };
  console.log(JSON.stringify(line));
  for (const reader of readers) reader.write(`${JSON.stringify(line)}\n`);
}

/** Those who read the reports from a port rather than from the log. */
const readers = new Set<Socket>();
const reportServer = createServer((socket) => {
  readers.add(socket);
  socket.on("error", () => {});
  socket.once("close", () => readers.delete(socket));
});
if (REPORT_AT !== undefined) reportServer.listen(Number(REPORT_AT));

const reporting = setInterval(report, 250);

async function stop(): Promise<void> {
  clearInterval(load);
  await client.close(); // running calls finish
  clearInterval(reporting);
  report();
  reportServer.close();
  for (const reader of readers) reader.end();
}
process.once("SIGTERM", () => void stop());
// Ctrl-C reaches the whole group; whoever started the demo ends it in order.
process.on("SIGINT", () => {});
