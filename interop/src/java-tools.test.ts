import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findJavaTools, MissingJavaTools, versionOf } from "./java-tools.ts";

async function folderWith(...paths: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "kubbo-tools-"));
  for (const path of paths) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), "");
    await chmod(join(folder, path), 0o755);
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

test("a machine without Java and Maven is told what to install", () => {
  assert.throws(
    () => findJavaTools(["java", "javac", "mvn"], { PATH: "" }),
    (error) => {
      assert.ok(error instanceof MissingJavaTools);
      assert.deepEqual(error.missing, ["java", "javac", "mvn"]);
      assert.match(error.message, /apt-get install openjdk-17-jdk-headless/);
      assert.match(error.message, /apt-get install maven/);
      return true;
    },
  );
});

test("only the missing tool is named", async () => {
  await using tools = await folderWith("java", "mvn");
  assert.throws(() => findJavaTools(["java", "javac", "mvn"], { PATH: tools.folder }), { missing: ["javac"] });
});

test("the Java of JAVA_HOME comes before that of PATH, Maven is looked for on PATH", async () => {
  await using tools = await folderWith("path/java", "path/mvn", "home/bin/java", "home/bin/mvn");
  const found = findJavaTools(["java", "mvn"], {
    PATH: join(tools.folder, "path"),
    JAVA_HOME: join(tools.folder, "home"),
  });
  assert.deepEqual(found, { java: join(tools.folder, "home/bin/java"), mvn: join(tools.folder, "path/mvn") });
});

for (const [output, version] of [
  ["javac 17.0.15\n", "17.0.15"],
  ["Picked up JAVA_TOOL_OPTIONS: -Xmx1g\njavac 21\n", "21"],
  ["javac 25-ea", "25-ea"],
  ["javac 1.8.0_402", "8.0_402"],
  ["command not found", undefined],
] as const) {
  test(`"${output.trim().replace("\n", " / ")}" is ${version === undefined ? "no version" : `Java ${version}`}`, () => {
    assert.equal(versionOf(output), version);
  });
}
