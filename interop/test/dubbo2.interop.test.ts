// Dubbo2 against three versions of Dubbo Java and dubbo-go, both ways: what docs/interop.md says.
//
//   KUBBO_WRITE=1 npm run test:interop -- dubbo2     writes the page; without it the test fails when it would differ

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createClient, createServer, type Server } from "kubbo";
import { Types } from "../src/contracts/types.ts";
import { Wire } from "../src/contracts/wire.ts";
import { type DubboVersion, dubboVersions, runDubbo2Consumer, startDubbo2Provider } from "../src/dubbo2-peers.ts";
import { loopbackUrl } from "../src/index.ts";
import type { CaseResult } from "../src/java-consumer.ts";
import { type Cell, type Column, matrixTable } from "../src/matrix-page.ts";
import { wireCalls, wrongOf } from "../src/wire-calls.ts";
import { typesService, wireService } from "../src/wire-service.ts";

const page = fileURLToPath(new URL("../../docs/interop.md", import.meta.url));

let server: Server;
let url = "";
before(async () => {
  server = createServer({ listen: { tri: "off", dubbo: "127.0.0.1:0", probes: "off" }, signals: false });
  server.provide(Types, typesService);
  server.provide(Wire, wireService(), { group: "g", version: "1.0.0" });
  url = loopbackUrl("dubbo", (await server.listen()).dubbo ?? 0);
});
after(() => server.destroy());

const toKubbo: Column[] = [];
const fromKubbo: Column[] = [];

const failed = (cases: readonly CaseResult[]) => new Set(cases.filter(({ ok }) => !ok).map(({ name }) => name));

async function columnsOf(version: DubboVersion) {
  const asConsumer = await runDubbo2Consumer(version, url);
  await using provider = await startDubbo2Provider(version);
  const javaFails = failed(await runDubbo2Consumer(version, loopbackUrl("dubbo", provider.port)));
  const cell = (name: string, wrong: string | undefined): [string, Cell] => [
    name,
    { wrong, peersFail: javaFails.has(name) },
  ];
  toKubbo.push({
    title: `${version} calls Kubbo`,
    cells: new Map(asConsumer.map(({ name, ok, wrong }) => cell(name, ok ? undefined : (wrong ?? "")))),
  });
  const client = createClient({ application: "interop" });
  const cells = new Map<string, Cell>();
  for (const call of wireCalls(client, `static:///127.0.0.1:${provider.port}`)) {
    cells.set(...cell(call.name, await wrongOf(call)));
  }
  await client.close();
  fromKubbo.push({ title: `Kubbo calls ${version}`, cells });
  return { asConsumer, cells };
}

for (const version of dubboVersions) {
  test(`Dubbo Java ${version} and Kubbo call one another over Dubbo2`, { timeout: 400_000 }, async (t) => {
    const { asConsumer, cells } = await columnsOf(version);
    assert.ok(asConsumer.length >= 100, `${asConsumer.length} cases`);
    assert.ok(cells.size >= 98, `${cells.size} calls`);
    t.diagnostic(`${version}: ${asConsumer.length} cases of a Java consumer, ${cells.size} calls of a Java provider`);
    const wrong = [...(toKubbo.at(-1)?.cells ?? []), ...(fromKubbo.at(-1)?.cells ?? [])].filter(
      ([, each]) => each.wrong !== undefined && !each.peersFail,
    );
    assert.deepEqual(wrong, [], "what Java can do with Java, it can do with Kubbo");
  });
}

test("docs/interop.md says what was seen", () => {
  const text = [
    "# Interop",
    "",
    "<!-- Written by KUBBO_WRITE=1 npm run test:interop -- dubbo2 -->",
    "",
    "Dubbo2 between Kubbo and real peers, both ways, one row per method of `Types` (a method for each type) and `Wire` (what",
    "is asked of the protocol) in `interop/dubbo2`. *Java itself*: the same row between two Dubbo Java peers of that version;",
    "where it fails there, a peer need not do better. The Java peers run on Java 17, older versions with `--add-opens`, and",
    "list their classes in `security/serialize.allowlist`.",
    "",
    "## Dubbo Java",
    "",
    ...matrixTable([...toKubbo, ...fromKubbo]),
    "",
    "## What is not there",
    "",
    "Each is answered with an error that says so: callback arguments, bodies in another serialization than Hessian2 (Java sends",
    "no answer at all), generic calls in the modes `nativejava` and `protobuf-json`, streams.",
    "",
  ].join("\n");
  if (process.env["KUBBO_WRITE"]) writeFileSync(page, text);
  assert.equal(readFileSync(page, "utf8"), text, "run KUBBO_WRITE=1 npm run test:interop -- dubbo2");
});
