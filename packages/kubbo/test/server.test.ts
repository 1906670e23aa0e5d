import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createClient, createServer, type Listening, RpcError } from "kubbo";
import { echo, testServer } from "./echo.ts";
import { EchoService } from "./gen/kubbo/test/v1/echo_pb.ts";
import { until } from "./until.ts";

const probe = async (port: number | undefined, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${response.status} ${(await response.text()).trim()}`;
};

test("probes follow the state of the server", async () => {
  const server = createServer({
    listen: { tri: "127.0.0.1:0", probes: "127.0.0.1:0" },
    signals: false,
    drain: { delayMs: 200 },
  });
  server.provide(EchoService, echo);
  const { probes } = await server.listen();
  assert.equal(await probe(probes, "/startup"), "200 ready");
  assert.equal(await probe(probes, "/ready?x=1"), "200 ready");
  assert.equal(await probe(probes, "/live"), "200 ready");
  assert.match(await probe(probes, "/other"), /^404/);
  const closing = server.close();
  assert.equal(await probe(probes, "/ready"), "503 draining");
  assert.equal(await probe(probes, "/live"), "200 draining");
  await closing;
  await assert.rejects(probe(probes, "/live"));
});

test("a port that is taken is an error at start that names the option, and nothing stays open", async () => {
  await using first = testServer();
  const { tri } = await first.listen();
  const second = createServer({ listen: { tri: `127.0.0.1:${tri}`, probes: "127.0.0.1:0" }, signals: false });
  await assert.rejects(second.listen(), (error) => {
    assert.ok(RpcError.is(error));
    assert.equal(error.reason, "bad-option");
    assert.match(
      error.message,
      new RegExp(`cannot listen on 127\\.0\\.0\\.1:${tri} for tri: .*EADDRINUSE.*KUBBO_LISTEN_TRI`),
    );
    return true;
  });
  assert.equal(second.inspect().state, "closed");
});

test("a service that is provided twice, or not whole, is refused when it is provided", () => {
  const server = testServer();
  server.provide(EchoService, echo);
  assert.throws(() => server.provide(EchoService, echo), /is provided already/);
  const { slow: _, ...partial } = echo;
  assert.throws(() => server.provide(EchoService, partial as typeof echo, { group: "b" }), /lacks slow\(\)/);
  assert.throws(() => server.provide({} as typeof EchoService, echo), /not a contract/);
});

test("a drain serves what is running and what still comes, then ends; clients end last", async () => {
  const order: string[] = [];
  const server = testServer({
    drain: { delayMs: 100 },
    clients: [{ close: async () => void order.push("client closed") }],
  });
  server.provide(EchoService, echo);
  server.onClosed(() => void order.push("hook"));
  const { tri } = await server.listen();
  await using client = createClient();
  const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${tri}`, timeoutMs: 5000 });
  await reference.echo({});
  const running = reference.slow({ ms: 400 }).then(() => order.push("running answered"));
  const closing = server.close();
  assert.equal((await reference.echo({ text: "during the delay" })).text, "during the delay");
  await closing;
  await running;
  assert.deepEqual(order, ["running answered", "client closed", "hook"]);
  assert.equal(server.inspect().connections, 0);
  await server.close();
});

test("calls that outlast the grace period are cut off", async () => {
  const server = testServer({ drain: { graceMs: 50 } });
  server.provide(EchoService, echo);
  const { tri } = await server.listen();
  await using client = createClient();
  const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${tri}`, timeoutMs: 20_000 });
  const running = assert.rejects(
    reference.slow({ ms: 20_000 }),
    (error) => RpcError.is(error) && error.code === "UNAVAILABLE",
  );
  await until("the call runs", () => server.inspect().activeCalls === 1);
  await server.close();
  await running;
});

class Program {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  constructor(...args: string[]) {
    const file = fileURLToPath(new URL("programs/provider.ts", import.meta.url));
    this.process = spawn(process.execPath, ["--conditions=kubbo-source", file, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: this.process.stdout as NodeJS.ReadableStream }).on("line", (line) =>
      this.lines.push(line),
    );
  }
  async listening(): Promise<Listening> {
    await until("the provider listens", () => this.lines.length > 0);
    return JSON.parse(this.lines[0] ?? "{}");
  }
  async ended(): Promise<number | string | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const [code, signal] = await once(this.process, "exit");
    return signal ?? code;
  }
}

test("SIGTERM drains a provider process, which then exits with 0", async () => {
  const program = new Program("100");
  const { tri, probes } = await program.listening();
  await using client = createClient();
  const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${tri}`, timeoutMs: 5000 });
  const running = reference.slow({ ms: 500 });
  await reference.echo({});
  program.process.kill("SIGTERM");
  await until("it is not ready", async () => (await probe(probes, "/ready")) === "503 draining");
  program.process.kill("SIGTERM"); // a second one changes nothing
  assert.equal((await running).text, "500 ms");
  assert.equal(await program.ended(), 0);
  assert.deepEqual(program.lines.slice(1), ["closed"]);
});

test("a process that something keeps alive is ended after the drain; a second SIGINT ends it at once", async () => {
  const kept = new Program("0", "kept");
  await kept.listening();
  kept.process.kill("SIGTERM");
  assert.equal(await kept.ended(), 0);

  const slow = new Program("60000");
  await slow.listening();
  slow.process.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 100));
  slow.process.kill("SIGINT");
  assert.equal(await slow.ended(), 130);
});
