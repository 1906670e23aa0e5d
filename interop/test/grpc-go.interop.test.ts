// grpc-go and us on Triple, both ways: the unary methods of EchoService.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { createClient, createServer, RpcError } from "kubbo";
import { EchoService } from "../gen/dev/kubbo/interop/v1/echo_pb.ts";
import { echoService } from "../src/echo-service.ts";
import { buildGoProgram, grpcPeer } from "../src/go-tools.ts";
import { runCommand } from "../src/run-command.ts";

const calls = 300;

test(`a grpc-go client calls a provider: values, metadata, status, deadline, ${calls} calls at once`, async (t) => {
  const program = await buildGoProgram(grpcPeer);
  await using server = createServer({
    listen: { tri: "127.0.0.1:0", dubbo: "off", probes: "off" },
    signals: false,
  });
  server.provide(EchoService, echoService);
  const { tri } = await server.listen();
  const { code, output } = await runCommand(program, ["call", `127.0.0.1:${tri}`, String(calls)], {
    timeoutMs: 90_000,
  });
  assert.equal(code, 0, output);
  assert.equal(output.trim(), "ok");
  t.diagnostic(`${calls + 22} calls of grpc-go against a TypeScript provider`);
});

test("a consumer calls a grpc-go server: values, metadata, status, deadline, many calls at once", async (t) => {
  const child = spawn(await buildGoProgram(grpcPeer), ["serve"], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  const [port] = await once(child.stdout, "data");
  const client = createClient();
  t.after(() => client.close());
  const reference = client.refer(EchoService, {
    target: `static:///127.0.0.1:${Number(String(port))}`,
    timeoutMs: 20_000,
  });

  const request = {
    text: "grüße 你好",
    small: -(2 ** 31),
    big: -(2n ** 63n),
    unsigned: 2n ** 64n - 1n,
    zigzag: -(2n ** 63n),
    fixed: 2 ** 32 - 1,
    ratio: -0.1,
    flag: true,
    data: Buffer.from([0, 255]),
    tags: ["", "x"],
    numbers: [1n, -1n],
    counts: { a: 1n, b: -1n },
    maybe: "",
  };
  const trailers: Record<string, unknown> = {};
  const bytes = new Uint8Array([0, 255, 10]);
  const { request: back, attachments } = await reference
    .with({
      attachments: { "x-who": "kubbo", "x-bytes-bin": bytes },
      onResponse: (response: { readonly trailers: Readonly<Record<string, unknown>> }) => {
        Object.assign(trailers, response.trailers);
      },
    })
    .echo(request);
  for (const [field, value] of Object.entries(request)) {
    assert.deepEqual(back?.[field as keyof typeof request], value, field);
  }
  assert.equal(attachments["x-who"], "kubbo");
  assert.equal(trailers["x-who"], "kubbo");
  assert.deepEqual(new Uint8Array(trailers["x-bytes-bin"] as Uint8Array), bytes);

  const message = "grüße, 5 %\nzwei";
  await assert.rejects(reference.fail({ code: 9, message }), (error) => {
    assert.ok(RpcError.is(error));
    assert.equal(error.code, "FAILED_PRECONDITION");
    assert.equal(error.message, message);
    return true;
  });
  await assert.rejects(reference.with({ timeoutMs: 100 }).sleep({ delayMs: 2000 }), { code: "DEADLINE_EXCEEDED" });

  const sizes = Array.from({ length: calls }, (_, i) => (i % 50 === 0 ? 1_000_000 : i * 7));
  await Promise.all(
    sizes.map(async (size, i) => {
      const data = new Uint8Array(size).fill(i);
      const answer = await reference.echo({ small: i, data });
      assert.equal(answer.request?.small, i);
      assert.ok(Buffer.from(answer.request?.data ?? []).equals(data), `call ${i}`);
    }),
  );
});
