import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { version } from "../src/util/version.ts";

// What users install: the packed tarball in empty folders, by import and by require, on every Node that is supported.

const root = fileURLToPath(new URL("../../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "kubbo-package-"));
const bare = join(scratch, "bare");
const full = join(scratch, "full");
const manifest = JSON.parse(readFileSync(join(root, "packages/kubbo/package.json"), "utf8"));
const subpaths = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== "./package.json")
  .map((subpath) => join("kubbo", subpath));

function run(command: string, args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", ...environment },
  });
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${error ?? ""}\n${stdout}\n${stderr}`);
  return stdout;
}

/** An empty project with the tarball and these packages, as `npm install` puts them. */
function project(folder: string, tarball: string, packages: readonly string[]): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...packages], folder);
}

before(() => {
  run(process.execPath, ["--conditions=kubbo-source", "scripts/build.ts"], root);
  run("npm", ["pack", "-w", "packages/kubbo", "--pack-destination", scratch], root);
  const tarball = join(scratch, `kubbo-${version}.tgz`);
  project(bare, tarball, ["@types/node@22"]);
  project(full, tarball, [`@bufbuild/protobuf@${manifest.devDependencies["@bufbuild/protobuf"]}`, "@types/node@22"]);
});
after(() => rmSync(scratch, { recursive: true }));

/** This Node; in CI the oldest and the newest supported ones as well, from the npm package `node`, kept in a cache. */
const nodes: [name: string, binary: () => string][] = [
  [`Node ${process.versions.node}`, () => process.execPath],
  ...(process.env["CI"]
    ? ["22.12.0", "26"].map((each): [string, () => string] => [`Node ${each}`, () => fetched(each)])
    : []),
];

function fetched(nodeVersion: string): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kubbo", "node", nodeVersion);
  const binary = join(cache, "node_modules", "node", "bin", "node");
  if (!existsSync(binary)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
    run("npm", ["install", "--no-audit", "--no-fund", `node@${nodeVersion}`], cache);
  }
  return binary;
}

test("the tarball holds what runs, its types and maps, and nothing else", () => {
  const installed = join(bare, "node_modules", "kubbo");
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
  const strange = files.filter(
    (file) => /\./.test(file) && !/^(dist\/.*\.(js|js\.map|d\.ts)|package\.json|README\.md|LICENSE)$/.test(file),
  );
  assert.deepEqual(strange, []);
  assert.ok(!files.some((file) => file.includes(".test.")));
  assert.equal(manifest.version, version);
});

for (const [name, binary] of nodes) {
  test(`every subpath loads by import and by require, and both give the same RpcError: ${name}`, () => {
    writeFileSync(
      join(full, "both.mjs"),
      `
      import assert from "node:assert";
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      for (const subpath of ${JSON.stringify(subpaths)}) {
        const imported = await import(subpath);
        const required = require(subpath);
        assert.deepStrictEqual(Object.keys(required).filter((key) => key !== "__esModule").sort(), Object.keys(imported).sort());
        for (const key of Object.keys(imported)) assert.strictEqual(required[key], imported[key], subpath + " " + key);
      }
      assert.strictEqual(require("kubbo").RpcError, (await import("kubbo")).RpcError);
      `,
    );
    writeFileSync(join(full, "only.cjs"), `for (const subpath of ${JSON.stringify(subpaths)}) require(subpath);`);
    run(binary(), ["both.mjs"], full);
    run(binary(), ["only.cjs"], full);
  });

  test(`an installed provider and consumer call each other, under ESM and CommonJS: ${name}`, () => {
    const gen = join(full, "gen");
    cpSync(join(root, "examples/quickstart/gen"), gen, { recursive: true });
    run(
      join(root, "node_modules/.bin/tsc"),
      ["--module", "nodenext", "--target", "es2022", "--skipLibCheck", "--types", "node", join(gen, "greeter_pb.ts")],
      full,
    );
    const body = `
      async function main() {
        const server = createServer({ listen: { tri: "127.0.0.1:0", probes: "off" } });
        server.provide(Greeter, { sayHello: ({ name }) => ({ text: "Hello, " + name }) });
        const { tri } = await server.listen();
        const client = createClient();
        const { text } = await client.refer(Greeter, { target: "static:///127.0.0.1:" + tri }).sayHello({ name: "you" });
        console.log(text);
        await client.close();
        await server.close();
      }
      main();`;
    writeFileSync(
      join(full, "call.mjs"),
      `import { createClient, createServer } from "kubbo"; import { Greeter } from "./gen/greeter_pb.js";${body}`,
    );
    writeFileSync(
      join(full, "call.cjs"),
      `const { createClient, createServer } = require("kubbo"); const { Greeter } = require("./gen/greeter_pb.js");${body}`,
    );
    for (const file of ["call.mjs", "call.cjs"]) assert.equal(run(binary(), [file], full), "Hello, you\n");
  });
}

test("without the optional peers the library loads, and says what a protobuf contract or a kubeconfig needs", () => {
  writeFileSync(
    join(bare, "bare.mjs"),
    `
    import { createClient, createServer } from "kubbo";
    const service = { kind: "service", typeName: "a.B", methods: [] };
    try { createServer().provide(service, {}); } catch (error) { console.log(error.reason + ": " + error.message); }
    const client = createClient({ cluster: { context: "x" }, timeoutMs: 2000 });
    const contract = { interface: "a.B", exceptions: [], methods: new Map([["m", { name: "m", path: "m", kind: "unary", request: { format: "protobuf" } }]]) };
    await client.refer(contract, { target: "kubernetes:///b" }).m({}).catch((error) => console.log(error.reason + ": " + error.message));
    await client.close();
    `,
  );
  const output = run(process.execPath, ["bare.mjs"], bare);
  assert.match(output, /missing-peer: .*npm install @bufbuild\/protobuf/);
  assert.match(output, /missing-peer: .*npm install @kubernetes\/client-node/);
});

const typed = `
import { createClient, createServer, RpcError } from "kubbo";
import { createApiServer } from "kubbo/testing";
const client = createClient({ timeoutMs: 100 });
export const closed: Promise<void> = client.close();
export const is: boolean = RpcError.is(new Error("x"));
export { createApiServer, createServer };
`;

test("the types compile without skipLibCheck, with and without the optional peers", () => {
  writeFileSync(join(bare, "user.ts"), typed);
  writeFileSync(
    join(full, "user.ts"),
    `${typed}
import { Greeter } from "./gen/greeter_pb.ts";
import { protobuf } from "kubbo/protobuf";
const greeter = client.refer(Greeter, { providedBy: "greeter" });
export const text: Promise<string> = greeter.sayHello({ name: "x" }).then((reply) => reply.text);
// @ts-expect-error a field that the message does not have
export const wrong = greeter.sayHello({ nme: "x" });
// @ts-expect-error a field of the wrong type
export const wrongType = greeter.with({ timeoutMs: 5 }).sayHello({ name: 1 });
export const contract = protobuf(Greeter);
`,
  );
  cpSync(join(root, "examples/quickstart/gen"), join(full, "gen"), { recursive: true });
  for (const folder of [bare, full]) {
    run(
      join(root, "node_modules/.bin/tsc"),
      [
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "es2022",
        "--lib",
        "es2023,esnext.disposable",
        "--types",
        "node",
        "--allowImportingTsExtensions",
        "user.ts",
      ],
      folder,
    );
  }
});
