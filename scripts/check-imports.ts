// The import direction of docs/adr/0001: arrows point down only, and never in a circle.
//
//   node scripts/run.mjs scripts/check-imports.ts
//
// Reads the import lines of packages/kubbo/src as text; prints the path of every one that points up, sideways or round.

import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Which folders of src/ a folder may import from, besides itself. `index` stands for the files beside the folders. */
const below: Record<string, readonly string[]> = {
  util: [],
  model: ["util"],
  wire: ["model", "util"],
  codec: ["wire", "model", "util"],
  transport: ["wire", "model", "util"],
  protocol: ["codec", "transport", "wire", "model", "util"],
  discovery: ["transport", "wire", "model", "util"],
  security: ["transport", "wire", "model", "util"],
  cluster: ["model", "util"],
  telemetry: ["model", "util"],
  java: ["codec", "model", "util"],
  protobuf: ["codec", "model", "util"],
  client: ["cluster", "discovery", "protocol", "security", "java", "codec", "transport", "wire", "model", "util"],
  server: ["protocol", "security", "java", "codec", "transport", "wire", "model", "util"],
  testing: ["discovery", "protocol", "transport", "wire", "model", "util"],
};

const root = "packages/kubbo/src";

interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

function folderOf(file: string): string {
  const [first = "", second] = relative(root, file).split("/");
  return second === undefined ? "index" : first;
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const lines = readFileSync(file, "utf8").split("\n");
  for (const [index, text] of lines.entries()) {
    const match = /(?:\bfrom\s+|\bimport\s*\(?\s*)"(\.[^"]+)"/.exec(text);
    if (match?.[1]) found.push({ from: file, to: join(dirname(file), match[1]), line: index + 1 });
  }
  return found;
}

/** The first circle that a walk along the imports meets, as a path that begins and ends with the same file. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): readonly string[] | undefined {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  }
  for (const file of graph.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}

const files = globSync(`${root}/**/*.ts`).filter((file) => !file.endsWith(".test.ts"));
const complaints: string[] = [];
const graph = new Map<string, readonly string[]>();

for (const file of files) {
  const imports = importsOf(file);
  graph.set(
    file,
    imports.map((each) => each.to),
  );
  const here = folderOf(file);
  if (here === "index") continue;
  const allowed = below[here];
  if (!allowed) {
    complaints.push(`${file}: the folder ${here}/ is not in the table of scripts/check-imports.ts`);
    continue;
  }
  for (const each of imports) {
    const there = folderOf(each.to);
    if (there !== here && !allowed.includes(there)) {
      complaints.push(
        `${each.from}:${each.line}: ${here}/ may not import ${there}/ (${relative(root, each.to)}); ` +
          `it may import ${allowed.join(", ") || "nothing"}`,
      );
    }
  }
}

const circle = findCircle(graph);
if (circle) complaints.push(`circle: ${circle.map((file) => relative(root, file)).join(" -> ")}`);

for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
console.log(`imports: ${files.length} files, all arrows point down`);
