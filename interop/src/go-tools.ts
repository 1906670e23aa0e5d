// Builds the Go programs of the tests: pinned by the go.sum of their modules, kept in the user's cache.

import { createHash } from "node:crypto";
import { accessSync, constants, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedFolder, cacheRoot, type Log } from "./cached-folder.ts";
import { runCommand } from "./run-command.ts";

/** A module of `interop/go` and the package in it, or among what it requires, that is the program. */
export interface GoProgram {
  readonly module: string;
  readonly package: string;
}

export const h2spec: GoProgram = { module: "h2spec", package: "github.com/summerwind/h2spec/cmd/h2spec" };
export const http2Peer: GoProgram = { module: "http2-peer", package: "." };
export const grpcPeer: GoProgram = { module: "grpc-peer", package: "." };
export const dubboPeer: GoProgram = { module: "dubbo-peer", package: "." };

const buildTimeoutMs = 600_000;

/** A machine without Go; the message says what to install. */
export class MissingGo extends Error {
  constructor() {
    super(
      "The Go peers need Go 1.26 or later (1.21 fetches it), which is not on PATH. Install:\n" +
        "  Go, from https://go.dev/dl or by the system (Debian, Ubuntu: apt-get install golang)",
    );
    this.name = "MissingGo";
  }
}

function findGo(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const path of folders.map((folder) => join(folder, "go"))) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // the next one
    }
  }
  throw new MissingGo();
}

/** Hash of all files of a module. */
async function sourcesHash(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of globSync("**/*.*", { cwd: folder }).sort()) {
    hash.update(`${file}\0`).update(await readFile(join(folder, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** The path of the program; built when it is not in the cache. Errors: MissingGo; what the build says. */
export async function buildGoProgram(
  { module, package: name }: GoProgram,
  log: Log = (line) => console.error(line),
): Promise<string> {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "go", module);
  const version = await sourcesHash(folder);
  const options = { root: join(cacheRoot(process.env), `go-${module}`), version, timeoutMs: buildTimeoutMs, log };
  const built = await cachedFolder(options, async (into) => {
    log(`building ${name} (Go)`);
    const { code, output } = await runCommand(
      findGo(),
      ["build", "-C", folder, "-mod=readonly", "-trimpath", "-o", join(into, module), name],
      { timeoutMs: buildTimeoutMs, env: { ...process.env, GOFLAGS: "-buildvcs=false", CGO_ENABLED: "0" } },
    );
    if (code !== 0) throw new Error(`go build ${name} failed (${code}):\n${output}`);
  });
  return join(built, module);
}
