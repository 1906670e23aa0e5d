// Builds dist/ of what is published.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

rmSync("packages/kubbo/dist", { recursive: true, force: true });
const { status } = spawnSync("node_modules/.bin/tsc", ["-p", "packages/kubbo/tsconfig.json"], { stdio: "inherit" });
process.exit(status ?? 1);
