// Dubbo2 against three versions of Dubbo Java and dubbo-go, both ways: what docs/interop.md says.
//
//   KUBBO_WRITE=1 npm run test:interop -- dubbo2     writes the page; without it the test fails when it would differ

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Client, createClient, createServer, type Server } from "kubbo";
import { createAuthority } from "../../test-cluster/src/pki/certificate.ts";
import { Types } from "../src/contracts/types.ts";
import { Wire } from "../src/contracts/wire.ts";
import {
  type DubboVersion,
  dubboVersions,
  runDiscoveryConsumer,
  runDubbo2Consumer,
  startDubbo2Provider,
} from "../src/dubbo2-peers.ts";
import { dubboGoVersion, runGoConsumer, startGoProvider } from "../src/go-peers.ts";
import { loopbackUrl } from "../src/index.ts";
import type { CaseResult } from "../src/java-consumer.ts";
import { type Cell, type Column, matrixTable } from "../src/matrix-page.ts";
import { type WireCall, wireCalls, wrongOf } from "../src/wire-calls.ts";
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

test("a Java consumer finds Kubbo by application-level discovery, from a static pod annotation", {
  timeout: 400_000,
}, async () => {
  const port = server.inspect().listening.dubbo ?? 0;
  const cases = await runDiscoveryConsumer({
    application: "orders",
    // As loopbackUrl: Java dials 127.0.0.1 elsewhere.
    address: `2130706433:${port}`,
    annotation: JSON.stringify({
      "dubbo.metadata.revision": "static",
      "dubbo.metadata-service.url-params": JSON.stringify({ port: `${port}`, protocol: "dubbo", version: "1.0.0" }),
    }),
  });
  assert.deepEqual(
    cases.map(({ name, ok, wrong }) => [name, ok, wrong]),
    [["discovery.text", true, undefined]],
  );
});

test("TLS: a Java consumer with ssl-enabled calls Kubbo, and Kubbo a Java provider", { timeout: 400_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "kubbo-tls-"));
  const authority = createAuthority("interop", new Date());
  // Java checks the name that it dials: the address as a number, see loopbackUrl.
  const { certificate: cert, key } = authority.issue({
    subject: { commonName: "orders" },
    usage: "server",
    hosts: ["2130706433", "127.0.0.1", "localhost"],
  });
  await Promise.all(
    Object.entries({ ca: authority.certificate, cert, key }).map(([name, text]) =>
      writeFile(join(folder, `${name}.pem`), text),
    ),
  );
  await using secure = createServer({
    listen: { tri: "off", dubbo: "127.0.0.1:0", probes: "off" },
    signals: false,
    tls: { dubbo: { cert, key } },
  });
  secure.provide(Types, typesService);
  secure.provide(Wire, wireService(), { group: "g", version: "1.0.0" });
  const { dubbo = 0 } = await secure.listen();
  const tls = { tlsFolder: folder };
  const cases = await runDubbo2Consumer("3.3.6", `${loopbackUrl("dubbo", dubbo)}?ssl-enabled=true`, tls);
  assert.ok(cases.length >= 100);
  assert.deepEqual(
    cases.filter(({ ok }) => !ok),
    [],
  );

  await using provider = await startDubbo2Provider("3.3.6", tls);
  const trust = { ca: authority.certificate, serverName: "localhost" };
  const client = createClient({ tls: { dubbo: trust } });
  const target = `static:///127.0.0.1:${provider.port}`;
  assert.equal(
    await client.refer(Wire, { target, group: "g", version: "1.0.0", timeoutMs: 5000 }).text("secret"),
    "secret",
  );
  await client.close();
  const clear = createClient();
  const refused = clear.refer(Wire, { target, group: "g", version: "1.0.0", waitForReady: false, timeoutMs: 5000 });
  await assert.rejects(refused.text("clear"));
  clear.destroy();
  await rm(folder, { recursive: true });
});

/** What is asked of a dubbo-go provider; the same as its consumer asks. */
function goCalls(client: Client, target: string): readonly WireCall[] {
  const wire = client.refer(Wire, { target, group: "g", version: "1.0.0", timeoutMs: 5000 });
  const item = { sku: "a", count: 2, tags: ["x"] };
  return [
    { name: "wire.text", run: async () => assert.equal(await wire.text("grüß 你"), "grüß 你") },
    { name: "wire.bytes", run: async () => assert.equal((await wire.bytes(70_000)).length, 70_000) },
    {
      name: "wire.next",
      run: async () => {
        const { sku, count, tags } = await wire.next(item);
        assert.deepEqual([sku, count, tags], ["a", 3, ["x"]]);
      },
    },
    { name: "wire.exception", run: () => assert.rejects(wire.fail("plain", "because"), /because/) },
    { name: "wire.afterException", run: async () => assert.equal(await wire.text("after"), "after") },
  ];
}

const goColumns: Column[] = [];

test("dubbo-go and Kubbo call one another over Dubbo2", { timeout: 400_000 }, async () => {
  const cases = await runGoConsumer(`127.0.0.1:${server.inspect().listening.dubbo}`);
  const seen = cases.map(({ name, ok, wrong }) => [name, ok ? undefined : (wrong ?? "")] as const);
  await using provider = await startGoProvider();
  const client = createClient();
  const own: (readonly [string, string | undefined])[] = [];
  for (const call of goCalls(client, `static:///127.0.0.1:${provider.port}`))
    own.push([call.name, await wrongOf(call)]);
  await client.close();
  for (const [title, rows] of [
    [`dubbo-go ${dubboGoVersion} calls Kubbo`, seen],
    [`Kubbo calls dubbo-go ${dubboGoVersion}`, own],
  ] as const) {
    goColumns.push({ title, cells: new Map(rows.map(([name, wrong]) => [name, { wrong, peersFail: false }])) });
    assert.deepEqual(
      rows.filter(([, wrong]) => wrong !== undefined),
      [],
      title,
    );
    assert.equal(rows.length, 5);
  }
});

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
    "Checked by tests beside the table, with 3.3.6: application-level discovery from a static pod annotation (Dubbo asks Kubbo's",
    "metadata service what it provides), and TLS with `ssl-enabled=true` both ways. A Java consumer speaks TLS only with a",
    "certificate of its own in its SslConfig, and needs `-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE`: it",
    "does not tell Netty 4.2 the name that it dials.",
    "",
    "## dubbo-go",
    "",
    ...matrixTable(goColumns),
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
