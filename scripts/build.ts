// Builds dist/ of what is published: node scripts/run.mjs scripts/build.ts

import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const project = "packages/kubbo";

/** Packages that a user need not have. A declaration that imports their types must not fail without them. */
const optionalPeers = ["@bufbuild/protobuf", "@kubernetes/client-node"];

rmSync(`${project}/dist`, { recursive: true, force: true });
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

for (const file of ["LICENSE", "README.md"]) copyFileSync(file, `${project}/${file}`);
