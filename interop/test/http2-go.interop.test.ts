// Go's HTTP/2 as a peer of ours, both ways: net/http and x/net, and HPACK over many random lists.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { seededRandom } from "../../packages/kubbo/src/util/random.ts";
import { HpackDecoder } from "../../packages/kubbo/src/wire/hpack/decoder.ts";
import { HpackEncoder } from "../../packages/kubbo/src/wire/hpack/encoder.ts";
import { nodeToOurServer, ourClientToNode } from "../../packages/kubbo/test/hpack-exchange.ts";
import { echoServer, exchange, open } from "../../packages/kubbo/test/http2-echo.ts";
import { randomHeaderList } from "../../packages/kubbo/test/random-header-list.ts";
import { buildGoProgram, http2Peer } from "../src/go-tools.ts";
import { runCommand } from "../src/run-command.ts";

const lists = 100_000;

test(`${lists} random header lists pass between our HPACK and Go's, both ways, while table sizes change`, async () => {
  const program = await buildGoProgram(http2Peer);
  const random = seededRandom(11);
  const child = spawn(program, ["hpack"], { stdio: ["pipe", "pipe", "inherit"] });
  const encoder = new HpackEncoder({ maxTableBytes: 4096 });
  const decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 1 << 20 });
  const waiting: string[][] = [];
  const reading = (async () => {
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const list = waiting.shift();
      const { fields, block, error } = JSON.parse(line) as { fields: string[]; block: string; error?: string };
      assert.equal(error, undefined, `list ${seen}`);
      assert.deepEqual(
        fields.map((field) => Buffer.from(field, "base64").toString("latin1")),
        list,
        `list ${seen}: ours to Go`,
      );
      const bytes = Buffer.from(block, "base64");
      assert.deepEqual(decoder.decode(bytes, 0, bytes.length).list, list, `list ${seen}: Go's to us`);
      seen++;
    }
    return seen;
  })();
  reading.catch(() => child.kill());
  for (let i = 0; i < lists; i++) {
    const table = random() < 0.01 ? Math.floor(random() * 4097) : undefined;
    if (table !== undefined) encoder.allow(table);
    const list = randomHeaderList(random);
    const length = encoder.encode(list);
    waiting.push(list);
    const question = { block: encoder.bytes.toString("base64", 0, length), ...(table !== undefined && { table }) };
    if (!child.stdin.write(`${JSON.stringify(question)}\n`)) {
      await new Promise((resolve) => child.stdin.once("drain", resolve));
    }
  }
  child.stdin.end();
  assert.equal(await reading, lists);
});

test("20,000 random header lists pass between node:http2 and us, both ways", async () => {
  await ourClientToNode(21, 10_000);
  await nodeToOurServer(22, 10_000);
});

test("Go's client gets large bodies and trailers from our server, 200 calls at once", async () => {
  const program = await buildGoProgram(http2Peer);
  await using echo = await echoServer();
  const { code, output } = await runCommand(program, ["call", `127.0.0.1:${echo.port}`, "200"], { timeoutMs: 90_000 });
  assert.equal(code, 0, output);
  assert.equal(output.trim(), "ok");
});

test("our client gets the same from Go's net/http", async (t) => {
  const program = await buildGoProgram(http2Peer);
  const child = spawn(program, ["serve"], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  const [line] = await new Promise<Buffer[]>((resolve) => child.stdout.once("data", (...data) => resolve(data)));
  const session = await open(Number(String(line)));
  const calls = Array.from({ length: 200 }, async (_, i) => {
    const body = Buffer.alloc(i % 50 === 0 ? 3_000_000 : i * 41, i & 0xff);
    const answer = await exchange(session, body);
    assert.ok(answer.body.equals(body), `call ${i}`);
    assert.deepEqual(answer.trailers, ["x-body", String(body.length)]);
  });
  await Promise.all(calls);
  await session.close();
});
