// Writes the files that are made from others, so that they cannot say something else than their sources do.
//
//   node scripts/run.mjs scripts/generate.ts           writes them
//   node scripts/run.mjs scripts/generate.ts --check   fails if one is not what would be written

import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { environmentVariables } from "../packages/kubbo/src/model/environment.ts";
import { reasons } from "../packages/kubbo/src/model/reason.ts";
import { meanings } from "../packages/kubbo/src/protocol/dubbo2/status.ts";

/** Folders with .proto files, and where their TypeScript goes. */
const protos: Readonly<Record<string, string>> = {
  "packages/kubbo/test/proto": "packages/kubbo/test/gen",
  "examples/quickstart/proto": "examples/quickstart/gen",
  "interop/proto": "interop/gen",
  "bench/proto": "bench/gen",
};

function page(title: string, source: string, intro: readonly string[], rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows;
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `# ${title}`,
    "",
    `<!-- Generated from ${source} by scripts/generate.ts. -->`,
    "",
    ...intro,
    "",
    row(header),
    row(header.map(() => "---")),
    ...body.map(row),
    "",
  ].join("\n");
}

function errorsPage(): string {
  return page(
    "Errors",
    "packages/kubbo/src/model/reason.ts",
    [
      "Every error of this library is an `RpcError`: `code` is a gRPC status code, `reason` one of the words below, `facts`",
      "are values for programs, `unprocessed` says whether it is proven that no provider began to work on the call. The",
      "message says what failed, what was seen and what to do; it may change between releases, the rest does not.",
    ],
    [["reason", "meaning"], ...Object.entries(reasons).map(([reason, meaning]) => [`\`${reason}\``, meaning])],
  );
}

function environmentPage(): string {
  return page(
    "Environment variables",
    "packages/kubbo/src/model/environment.ts",
    [
      "Options given in code go before them. A name that begins with `KUBBO_` and is not in this table is reported as the",
      "event `kubbo:environment:unknown`, with the nearest name that is. Values that begin with `tcp://` are ignored:",
      "Kubernetes injects such for Services.",
    ],
    [
      ["variable", "meaning"],
      ...Object.entries(environmentVariables).map(([name, meaning]) => [`\`${name}\``, meaning]),
    ],
  );
}

/** The table of events stands in a type, so this page is made from its text: the comment, the name, the payload. */
function eventsPage(): string {
  const source = "packages/kubbo/src/model/events.ts";
  const text = readFileSync(source, "utf8");
  const entry = /^ {2}\/\*\* (.+) \*\/\n {2}"(kubbo:[a-z0-9:-]+)": \{([^}]*)\};/gm;
  const rows = [...text.matchAll(entry)].map(([, meaning = "", name = "", payload = ""]) => {
    const fields = payload
      .split(";")
      .map((field) => field.replace("readonly", "").trim())
      .filter((field) => field !== "");
    return [`\`${name}\``, meaning, fields.map((field) => `\`${field.replaceAll("|", "\\|")}\``).join("<br>")];
  });
  const names = text.match(/^ {2}"kubbo:/gm)?.length;
  if (rows.length !== names) throw new Error(`${source} has ${names} events, of which ${rows.length} could be read`);
  return page(
    "Events",
    source,
    [
      "What happens is told on channels of `node:diagnostics_channel`; the library prints nothing by itself. No payload is",
      "built for a channel that nobody listens to. Payloads carry names, counts and times: no arguments, tokens or values of",
      "attachments.",
      "",
      "```ts",
      'import { subscribe } from "node:diagnostics_channel";',
      "",
      'subscribe("kubbo:connection:state", (event) => console.log(event));',
      "```",
    ],
    [["event", "when", "payload"], ...rows],
  );
}

function statusPage(): string {
  return page(
    "Dubbo2 status codes",
    "packages/kubbo/src/protocol/dubbo2/status.ts",
    [
      "What a status of a Java (or other) provider is for a consumer here, and for which reasons a provider here answers it.",
      "Everything else a provider answers with 80. An exception that a method throws is no status: it is a result (20). Status",
      "70 with the text `Not found exported service` is taken for 60: Java says so when the group is wrong.",
    ],
    [
      ["status", "Java's name", "code", "reason", "unprocessed", "answered for"],
      ...Object.entries(meanings).map(([status, { name, code, reason, unprocessed, answers = [] }]) => [
        status,
        `\`${name}\``,
        code,
        `\`${reason}\``,
        unprocessed ? "yes" : "no",
        answers.map((each) => `\`${each}\``).join(", "),
      ]),
    ],
  );
}

function fromProtos(folder: string, out: string): ReadonlyMap<string, string> {
  const scratch = mkdtempSync(join(tmpdir(), "kubbo-generate-"));
  try {
    const template = {
      version: "v2",
      plugins: [
        {
          local: "protoc-gen-es",
          out: scratch,
          opt: ["target=ts", "import_extension=ts", "erasable_syntax=true"],
        },
      ],
    };
    const { status, stderr } = spawnSync(
      "node_modules/.bin/buf",
      ["generate", folder, "--template", JSON.stringify(template)],
      {
        encoding: "utf8",
        env: { ...process.env, PATH: `${process.cwd()}/node_modules/.bin:${process.env["PATH"]}` },
      },
    );
    if (status !== 0) throw new Error(`buf generate ${folder}: ${stderr}`);
    return new Map(
      globSync("**/*.ts", { cwd: scratch }).map((file) => [join(out, file), readFileSync(join(scratch, file), "utf8")]),
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const generated = new Map<string, string>([
  ["docs/reference/errors.md", errorsPage()],
  ["docs/reference/environment.md", environmentPage()],
  ["docs/reference/events.md", eventsPage()],
  ["docs/reference/dubbo2.md", statusPage()],
  ...Object.entries(protos).flatMap(([folder, out]) => [...fromProtos(folder, out)]),
]);

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

const check = process.argv.includes("--check");
let stale = 0;
for (const [file, text] of generated) {
  if (read(file) === text) continue;
  stale++;
  if (check) {
    console.error(`${file} is not what its source says; run: node scripts/run.mjs scripts/generate.ts`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
  }
}
if (check && stale > 0) process.exit(1);
