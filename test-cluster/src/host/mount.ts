import { readFileSync } from "node:fs";

export interface Mount {
  readonly path: string;
  readonly type: string;
  /** Options of the file system itself; for cgroup v1 they name the controllers. */
  readonly superOptions: readonly string[];
}

/**
 * Reads the text of /proc/PID/mountinfo, in the order of mounting.
 *
 * Source: proc(5): `36 35 98:0 /root /path options optional… - type source super-options`, with space, tab, newline
 * and backslash written as three octal digits.
 */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [mounted, fileSystem] = line.split(" - ");
    const path = mounted?.split(" ")[4];
    const [type, , superOptions] = fileSystem?.split(" ") ?? [];
    if (path === undefined || type === undefined) return [];
    return [{ path: unescapeOctal(path), type, superOptions: superOptions?.split(",") ?? [] }];
  });
}

function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The mounts that this process sees. */
export function mounts(): readonly Mount[] {
  return parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** Paths mounted at or below a directory, the last mounted first, which is the order to unmount them in. */
export function mountedBelow(directory: string, list: readonly Mount[] = mounts()): readonly string[] {
  return list
    .map((mount) => mount.path)
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .reverse();
}
