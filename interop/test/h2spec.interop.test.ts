// h2spec against our server: the sections generic, http2 (RFC 7540) and hpack, over h2c and TLS.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createHttpServer } from "../../packages/kubbo/src/transport/http2/server.ts";
import type { HttpRequestHandler } from "../../packages/kubbo/src/transport/http2/session.ts";
import { selfSigned } from "../../packages/kubbo/test/self-signed.ts";
import { buildGoProgram, h2spec } from "../src/go-tools.ts";
import { runCommand } from "../src/run-command.ts";

/**
 * Answers with a body, which several cases wait for, and after a while, so that streams are open at the same time
 * where the limit of concurrent streams is looked at.
 */
const handler: HttpRequestHandler = (stream) => ({
  onHead() {},
  onData() {},
  onEnd() {
    setTimeout(() => {
      stream.respond([":status", "200", "content-type", "text/plain"], false);
      stream.end(Buffer.from("answer"));
    }, 20);
  },
  onReset() {},
});

/**
 * Cases that are expected to fail, with both RFCs. None so far: where RFC 9113 is milder than 7540 (priorities), the
 * server still does what 7540 asks for.
 */
const exceptions: readonly string[] = [];

for (const secure of [false, true]) {
  test(`h2spec finds nothing wrong with the server over ${secure ? "TLS" : "h2c"}`, async (t) => {
    const program = await buildGoProgram(h2spec);
    const server = createHttpServer({
      handler,
      // h2spec takes 16 KiB, the smallest value, for the longest frame of any server when it makes one too long.
      limits: { maxFrameBytes: 16_384, maxConcurrentStreams: 100 },
      ...(secure && { tls: selfSigned() }),
    });
    t.after(() => server.destroy());
    const { port } = await server.listen(0, "127.0.0.1");
    const args = ["--host", "127.0.0.1", "--port", String(port), "--timeout", "5", ...(secure ? ["-t", "-k"] : [])];
    const { output } = await runCommand(program, [...args, "generic", "http2", "hpack"], { timeoutMs: 300_000 });
    const summary = /(\d+) tests, (\d+) passed, (\d+) skipped, (\d+) failed/.exec(output);
    assert.ok(summary, output);
    t.diagnostic(summary[0]);
    const failed = [...output.matchAll(/× \d+: (.*)/g)].map(([, name]) => name);
    assert.deepEqual(
      failed.filter((name) => !exceptions.includes(name ?? "")),
      [],
      output.slice(output.indexOf("Failures:")),
    );
    assert.ok(Number(summary[2]) >= 130, summary[0]);
  });
}
