// Builds dist/ of what is published: node scripts/run.mjs scripts/build.ts
//
// Declarations come from tsc, file by file. The code of every subpath is one file, and what subpaths share lies in
// chunks/: a file costs its reader more than its content does (docs/adr/0008).

import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const project = "packages/kubbo";

/** Packages that a user need not have. A declaration that imports their types must not fail without them. */
const optionalPeers = ["@bufbuild/protobuf", "@kubernetes/client-node"];

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly "kubbo-source": string }>>;
}

function declarations(): void {
  const { status } = spawnSync("node_modules/.bin/tsc", ["-p", `${project}/tsconfig.json`], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  // Without the package its types become `any` there. TypeScript drops this comment when it stands in the source.
  for (const file of globSync(`${project}/dist/**/*.d.ts`)) {
    const text = readFileSync(file, "utf8");
    const marked = optionalPeers.reduce(
      (all, peer) => all.replaceAll(new RegExp(`^(import [^;]* from "${peer}";)$`, "gm"), "// @ts-ignore\n$1"),
      text,
    );
    if (marked !== text) writeFileSync(file, marked);
  }
}

async function code(): Promise<void> {
  const { exports } = JSON.parse(readFileSync(`${project}/package.json`, "utf8")) as Manifest;
  const sources = Object.values(exports).flatMap((each) => (typeof each === "string" ? [] : [each["kubbo-source"]]));
  await build({
    absWorkingDir: `${process.cwd()}/${project}`,
    entryPoints: sources,
    outbase: "src",
    outdir: "dist",
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node22.12",
    packages: "external",
    sourcemap: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

rmSync(`${project}/dist`, { recursive: true, force: true });
declarations();
await code();
for (const file of ["LICENSE", "README.md"]) copyFileSync(file, `${project}/${file}`);
