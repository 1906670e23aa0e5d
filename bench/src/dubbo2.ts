import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { runDubbo2Bench, startDubbo2Provider } from "../../interop/src/dubbo2-peers.ts";
import { loopbackUrl } from "../../interop/src/index.ts";
import { type Aim, estimate, ratio } from "./ratio.ts";
import { estimateText, figure, type Report, type Table } from "./report.ts";
import type { RoundOptions } from "./rounds.ts";

/** What one client did in one round. */
interface Measure {
  readonly callsPerSecond: number;
  /** CPU time of the client process per call, in microseconds; undefined: not measured. */
  readonly clientCpuUs: number | undefined;
}

interface Row {
  readonly title: string;
  measure(concurrency: number): Promise<Measure>;
}

const concurrencies = [1, 64, 256] as const;
const script = (name: string) => fileURLToPath(new URL(`dubbo2/${name}.ts`, import.meta.url));
const node = ["--conditions=kubbo-source"];

/** Runs a script to its first line of JSON. */
async function firstLine(name: string, args: readonly string[]) {
  const child = spawn(process.execPath, [...node, script(name), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, value: JSON.parse(line) as Readonly<Record<string, number>> };
  }
  throw new Error(`${name} ended without a word`);
}

async function nodeRow(title: string, client: string, port: number): Promise<Row> {
  return {
    title,
    async measure(concurrency) {
      const { value } = await firstLine("client", [client, String(port), String(concurrency)]);
      const { calls = 0, ms = 1, cpuMs = 0 } = value;
      return { callsPerSecond: (calls / ms) * 1000, clientCpuUs: (cpuMs / calls) * 1000 };
    },
  };
}

const rawTitle = "raw `node:net`";
const kubboTitle = "Kubbo to Kubbo";
const javaTitle = "Java to Java";
const javaVersion = "3.3.6";

/** Dubbo2: unary echo of 100 bytes on one connection, client and server in processes of their own, rows in turns. */
export async function dubbo2({ rounds = 15, onRound }: RoundOptions): Promise<Report> {
  const raw = await firstLine("server", ["raw"]);
  const kubbo = await firstLine("server", ["kubbo"]);
  await using java = await startDubbo2Provider(javaVersion);
  const rows: Row[] = [
    await nodeRow(rawTitle, "raw", raw.value["port"] ?? 0),
    await nodeRow(kubboTitle, "kubbo", kubbo.value["port"] ?? 0),
    await nodeRow("Kubbo to Java", "kubbo", java.port),
    {
      title: javaTitle,
      measure: async (concurrency) => ({
        callsPerSecond: await runDubbo2Bench(javaVersion, loopbackUrl("dubbo", java.port), concurrency),
        clientCpuUs: undefined,
      }),
    },
  ];
  const tables: Table[] = [];
  const aims: Aim[] = [];
  for (const [at, concurrency] of concurrencies.entries()) {
    const measured = new Map(rows.map(({ title }) => [title, [] as Measure[]]));
    for (let round = 0; round < rounds; round++) {
      onRound?.(at * rounds + round + 1, concurrencies.length * rounds);
      for (const row of rows) measured.get(row.title)?.push(await row.measure(concurrency));
    }
    const rate = (title: string) => (measured.get(title) ?? []).map(({ callsPerSecond }) => callsPerSecond);
    tables.push({
      title: `100 bytes there and back, ${concurrency} at once`,
      rows: [
        ["", "calls per second", "/ raw", "client CPU µs"],
        ...rows.map(({ title }) => {
          const cpu = (measured.get(title) ?? []).flatMap(({ clientCpuUs }) => clientCpuUs ?? []);
          return [
            title,
            figure(estimate(rate(title)).median),
            estimateText(ratio(rate(title), rate(rawTitle))),
            cpu.length === 0 ? "" : figure(estimate(cpu).median),
          ];
        }),
      ],
    });
    if (concurrency !== 64) continue;
    aims.push(
      { what: "64 at once: Kubbo / raw net", ratio: ratio(rate(kubboTitle), rate(rawTitle)), atLeast: 0.4 },
      { what: "64 at once: Kubbo / Java to Java", ratio: ratio(rate(kubboTitle), rate(javaTitle)), atLeast: 20 },
    );
  }
  raw.child.kill();
  kubbo.child.kill();
  return {
    title: "Dubbo2 and its peers",
    intro:
      "Unary echo of 100 bytes by the public API, with a deadline and a filter on either side. Each round of a row is a\n" +
      "client process of its own: 1.5 s of warm-up and 1 s measured (Java 2 s and 2 s), one connection. `raw node:net` sends\n" +
      "back what came, uncopied.",
    versions: { "Dubbo Java": javaVersion },
    tables,
    aims,
  };
}
