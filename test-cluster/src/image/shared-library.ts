import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../host/command.ts";
import { ClusterError } from "../host/error.ts";
import type { TarEntry } from "./tar.ts";

/**
 * Paths of the shared libraries in the output of ldd, the loader among them. With `missing: "ignore"` libraries that
 * are not on this machine are left out (parts of a Java runtime that need a screen).
 */
export function parseLdd(output: string, missing: "fail" | "ignore" = "fail"): readonly string[] {
  return output.split("\n").flatMap((line) => {
    if (/=> not found/.test(line)) {
      if (missing === "ignore") return [];
      throw new ClusterError(`a shared library is missing on this machine: ${line.trim()}`);
    }
    const path = /=> (\/\S+) \(0x/.exec(line)?.[1] ?? /^\s*(\/\S+) \(0x/.exec(line)?.[1];
    return path === undefined ? [] : [path];
  });
}

/** Modules that the C library loads by itself when it looks up a name; no program names them. Newer ones need none. */
const nameServiceModules = ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"];

/** Archive entries of all libraries that the programs need, with those for looking up names, at their own paths. */
export async function sharedLibraries(
  programs: readonly string[],
  missing: "fail" | "ignore" = "fail",
): Promise<readonly TarEntry[]> {
  const found = new Set<string>();
  for (const program of programs) {
    const { stdout } = await run("ldd", [program]);
    for (const path of parseLdd(stdout, missing)) found.add(path);
  }
  const libc = [...found].find((path) => /\/libc\.so\.6$/.test(path));
  if (!libc)
    throw new ClusterError(`${programs[0]} does not use glibc, which is all that images can be made with here`);
  for (const module of nameServiceModules) {
    const path = join(dirname(libc), module);
    if (existsSync(path)) found.add(path);
  }
  // Libraries that lie below a program belong to it and are copied with it.
  const own = programs.map((program) => `${dirname(program)}/`);
  return [...found]
    .filter((path) => !own.some((directory) => path.startsWith(directory)))
    .map((path) => {
      const real = realpathSync(path);
      return { t: "file", path: path.slice(1), mode: 0o755, content: { from: real, bytes: statSync(real).size } };
    });
}
