import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));

function start(file: string, environment: Readonly<Record<string, string>>) {
  return spawn(process.execPath, ["--conditions=kubbo-source", `${folder}${file}`], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

async function callsOnce(port: number): Promise<string> {
  const consumer = start("consumer.ts", { GREETER: `static:///127.0.0.1:${port}` });
  const [[output], [code]] = await Promise.all([once(consumer.stdout, "data"), once(consumer, "exit")]);
  assert.equal(code, 0);
  return String(output);
}

test("the README prints the programs of this folder as they are", () => {
  const readme = readFileSync(`${folder}../../README.md`, "utf8");
  for (const file of ["provider.ts", "consumer.ts", "proto/greeter.proto"]) {
    assert.ok(readme.includes(readFileSync(`${folder}${file}`, "utf8").trimEnd()), `the README does not print ${file}`);
  }
});

test("provider and consumer run as printed, and the provider still serves a minute later", async (t) => {
  const [port, probes] = [await freePort(), await freePort()];
  const provider = start("provider.ts", {
    KUBBO_LISTEN_TRI: `127.0.0.1:${port}`,
    KUBBO_LISTEN_PROBES: `127.0.0.1:${probes}`,
    HOSTNAME: "greeter-0",
  });
  t.after(() => provider.kill("SIGKILL"));
  const [line] = await once(provider.stdout, "data");
  assert.match(String(line), new RegExp(`tri: ${port}`));
  assert.equal(await callsOnce(port), "Hello, Kubernetes! (from greeter-0)\n");
  // Nothing but its sockets keeps it alive; real time is what this is about.
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  assert.equal(await callsOnce(port), "Hello, Kubernetes! (from greeter-0)\n");
  provider.kill("SIGTERM");
  const [code] = await once(provider, "exit");
  assert.equal(code, 0);
});
