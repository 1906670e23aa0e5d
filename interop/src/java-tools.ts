// Finds the programs that build and run the Java peers, and says what to install when one is missing.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "./run-command.ts";

export type JavaTool = "java" | "javac" | "jlink" | "mvn";
export type JavaTools<T extends JavaTool = JavaTool> = { readonly [K in T]: string };
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the peers are compiled for. */
const javaMajor = 17;

const remedies: { readonly [K in JavaTool]: string } = {
  java: "a Java runtime (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless)",
  javac: "a JDK, a runtime alone has no compiler (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless)",
  jlink: "a JDK with its jmods folder (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless)",
  mvn: "Maven 3.6.3 or later (Debian, Ubuntu: apt-get install maven)",
};

/** A machine without the tools for Java peers; the message says what to install. */
export class MissingJavaTools extends Error {
  readonly missing: readonly JavaTool[];

  constructor(missing: readonly JavaTool[], seen: string) {
    super(
      `The Java peers need ${missing.join(", ")}: ${seen}. Install:\n` +
        [...new Set(missing.map((tool) => `  ${remedies[tool]}`))].join("\n"),
    );
    this.name = "MissingJavaTools";
    this.missing = missing;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a program: in JAVA_HOME/bin for those of Java, else on PATH. */
function findTool(tool: JavaTool, env: Environment): string | undefined {
  const home = env["JAVA_HOME"];
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  if (home && tool !== "mvn") folders.unshift(join(home, "bin"));
  return folders.map((folder) => join(folder, tool)).find(isExecutable);
}

/** The paths of all tools asked for. Throws MissingJavaTools when one is missing. */
export function findJavaTools<T extends JavaTool>(tools: readonly T[], env: Environment = process.env): JavaTools<T> {
  const paths = tools.map((tool) => [tool, findTool(tool, env)] as const);
  const missing = paths.filter(([, path]) => path === undefined).map(([tool]) => tool);
  if (missing.length > 0) throw new MissingJavaTools(missing, "not in JAVA_HOME/bin and not on PATH");
  return Object.fromEntries(paths) as JavaTools<T>;
}

/** Like "17.0.15"; throws MissingJavaTools when the compiler is older than the peers need. */
export async function javacVersion(javac: string): Promise<string> {
  const { output } = await runCommand(javac, ["-version"], { timeoutMs: 30_000 });
  const version = versionOf(output);
  if (version === undefined || Number.parseInt(version, 10) < javaMajor) {
    throw new MissingJavaTools(["javac"], `${javac} says "${output.trim()}", version ${javaMajor} or later is needed`);
  }
  return version;
}

/** Of what `javac -version` prints; undefined for anything else. "1.8.0_402" is Java 8. */
export function versionOf(output: string): string | undefined {
  return /^javac (?:1\.)?(\d[\w.+-]*)/m.exec(output)?.[1];
}
