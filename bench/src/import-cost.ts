import { execFileSync } from "node:child_process";
import { type Estimate, estimate, ratio } from "./ratio.ts";
import { estimateText, figure, type Report } from "./report.ts";
import type { RoundOptions } from "./rounds.ts";
import { installedVersion } from "./version.ts";

/** What is imported in a fresh process. */
interface Row {
  readonly name: string;
  readonly specifier: string;
}

interface Cost {
  readonly ms: number;
  readonly bytes: number;
}

const rows: readonly Row[] = [
  { name: "@grpc/grpc-js", specifier: "@grpc/grpc-js" },
  { name: "kubbo", specifier: "kubbo" },
  { name: "kubbo/hessian2", specifier: "kubbo/hessian2" },
  { name: "kubbo/java", specifier: "kubbo/java" },
  { name: "kubbo/protobuf", specifier: "kubbo/protobuf" },
  { name: "@bufbuild/protobuf", specifier: "@bufbuild/protobuf" },
];

/** Runs in the process that imports; net and tls are there before, since nobody does without them. */
const program = `
await Promise.all(["node:net", "node:tls", "node:buffer"].map((name) => import(name)));
const memory = () => { gc(); const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
const before = memory();
const startedAt = performance.now();
const module = await import(process.env.SPECIFIER);
const ms = performance.now() - startedAt;
console.log(JSON.stringify({ ms, bytes: memory() - before, names: Object.keys(module).length }));
`;

function cost({ specifier }: Row): Cost {
  // Without the condition under which this repository runs its own sources: the built files, as users have them.
  const output = execFileSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", program], {
    cwd: "bench",
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", SPECIFIER: specifier },
  });
  return JSON.parse(output) as Cost;
}

/** What an import costs in time and memory, each in a process of its own. Needs the built files: npm run build. */
export async function importCost({ rounds = 15, onRound }: RoundOptions): Promise<Report> {
  const costs = new Map(rows.map(({ name }) => [name, [] as Cost[]]));
  for (const row of rows) cost(row); // files into the cache of the system
  for (let round = 0; round < rounds; round++) {
    onRound?.(round + 1, rounds);
    for (const row of rows) costs.get(row.name)?.push(cost(row));
  }
  const of = (name: string, what: keyof Cost) => (costs.get(name) ?? []).map((each) => each[what]);
  const share = (name: string, what: keyof Cost): Estimate => ratio(of(name, what), of("@grpc/grpc-js", what));
  const aims = (name: string, atMost: number) =>
    (["ms", "bytes"] as const).map((what) => ({ what: `${name}, ${what}`, ratio: share(name, what), atMost }));
  return {
    title: "What an import costs",
    intro:
      "Fresh processes in turns, the built files, `node:net` and `node:tls` loaded before. Memory is `heapUsed` + `external`\n" +
      "after a collection. Shares are of importing `@grpc/grpc-js`.",
    versions: {
      "@grpc/grpc-js": installedVersion("@grpc/grpc-js"),
      "@bufbuild/protobuf": installedVersion("@bufbuild/protobuf"),
    },
    tables: [
      {
        title: "Imports",
        rows: [
          ["import", "ms", "share", "KiB", "share"],
          ...rows.map(({ name }) => [
            `\`${name}\``,
            figure(estimate(of(name, "ms")).median),
            estimateText(share(name, "ms")),
            figure(estimate(of(name, "bytes")).median / 1024),
            estimateText(share(name, "bytes")),
          ]),
        ],
      },
    ],
    aims: [...aims("kubbo/hessian2", 0.15), ...aims("kubbo", 0.35)],
  };
}
