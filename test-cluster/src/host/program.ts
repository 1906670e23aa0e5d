import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Where programs are looked for: PATH, and where Debian and Go put programs that a user's PATH often leaves out. */
function searchPath(): readonly string[] {
  const path = (process.env["PATH"] ?? "").split(":").filter(Boolean);
  return [...path, "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/go/bin"];
}

/** Absolute path of a program, or undefined. */
export function findProgram(name: string, directories: readonly string[] = searchPath()): string | undefined {
  return directories
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Where distributions put the CNI plugins. */
export const cniDirectories: readonly string[] = ["/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"];

/** The directory of the CNI plugins, or undefined. */
export function findCniDirectory(): string | undefined {
  return cniDirectories.find((directory) => findProgram("bridge", [directory]) !== undefined);
}
