// nghttp and h2load, of nghttp2, as clients of our server over h2c and TLS.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { echoServer } from "../../packages/kubbo/test/http2-echo.ts";
import { selfSigned } from "../../packages/kubbo/test/self-signed.ts";
import { type DebianProgram, findOrInstall, h2load, nghttp } from "../src/debian-tools.ts";
import { runCommand } from "../src/run-command.ts";

async function run(program: DebianProgram, ...args: readonly string[]): Promise<string> {
  const { code, output } = await runCommand(await findOrInstall(program), args, { timeoutMs: 60_000 });
  assert.equal(code, 0, output.slice(-4000));
  return output;
}

/** All requests of h2load were answered with 2xx; the bytes of the bodies are what was asked for. */
function assertLoad(output: string, requests: number, bodyBytes: number): void {
  const n = requests;
  const told = `requests: ${n} total, ${n} started, ${n} done, ${n} succeeded, 0 failed, 0 errored, 0 timeout`;
  assert.ok(output.includes(told), output);
  assert.ok(output.includes(`status codes: ${n} 2xx, 0 3xx, 0 4xx, 0 5xx`), output);
  const data = /headers \(space savings [^)]*\), \S+ \((\d+)\) data/.exec(output)?.[1];
  assert.equal(Number(data), n * bodyBytes, output);
}

for (const secure of [false, true]) {
  const over = secure ? "TLS" : "h2c";
  const scheme = secure ? "https" : "http";
  const start = () => echoServer(secure ? { tls: selfSigned() } : {});

  test(`h2load gets 20,000 answers over ${over}, 100 streams on each of 8 connections`, async (t) => {
    await using echo = await start();
    const url = `${scheme}://127.0.0.1:${echo.port}/big/100`;
    const output = await run(h2load, "-n", "20000", "-c", "8", "-m", "100", url);
    assertLoad(output, 20_000, 100);
    t.diagnostic(`${over}: ${/finished in .*/.exec(output)?.[0]}`);
  });

  test(`h2load sends and gets bodies through small windows over ${over}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "kubbo-h2load-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const body = Buffer.alloc(100_000, "h2load ");
    writeFileSync(join(folder, "body"), body);
    await using echo = await start();
    const url = `${scheme}://127.0.0.1:${echo.port}/echo`;
    const windows = ["-w", "13", "-W", "16", "--header-table-size", "0"];
    const output = await run(h2load, "-n", "400", "-c", "4", "-m", "20", ...windows, "-d", join(folder, "body"), url);
    assertLoad(output, 400, body.length);
  });

  test(`nghttp sends 5 MB with padding and a trailer over ${over} and gets them back`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "kubbo-nghttp-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const body = Array.from({ length: 500_000 }, (_, i) => String(i).padStart(9, "0")).join("\n");
    const file = join(folder, "body");
    writeFileSync(file, body);
    await using echo = await start();
    const url = `${scheme}://127.0.0.1:${echo.port}/echo`;
    // Small windows, and a header table that goes to 0 and back within the first SETTINGS.
    const settings = ["-w", "14", "-W", "15", "-c", "0", "-c", "4096"];
    const common = ["--no-verify-peer", "-b", "200", "--trailer", "x-tail: nghttp", "-d", file, ...settings];

    assert.ok((await run(nghttp, ...common, url)) === body, "the body came back as it went");

    const streams = 10;
    const output = await run(nghttp, ...common, "-v", "-n", "-m", String(streams), url);
    const count = (pattern: RegExp) => output.match(pattern)?.length ?? 0;
    assert.equal(count(/recv \(stream_id=\d+\) :status: 200/g), streams);
    assert.equal(count(new RegExp(`recv \\(stream_id=\\d+\\) x-body: ${body.length}`, "g")), streams);
    assert.equal(count(/recv \(stream_id=\d+\) x-tail: nghttp/g), streams);
    const lengths = [...output.matchAll(/recv DATA frame <length=(\d+)/g)].map(([, length]) => Number(length));
    assert.equal(
      lengths.reduce((sum, length) => sum + length, 0),
      streams * body.length,
    );
    assert.equal(count(/(recv RST_STREAM|recv GOAWAY)/g), 0);
  });
}
