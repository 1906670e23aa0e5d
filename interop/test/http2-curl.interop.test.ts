// curl as a client: HTTP/2 with prior knowledge and by ALPN, HTTP/1 on the same port.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp1 } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { echoServer } from "../../packages/kubbo/test/http2-echo.ts";
import { selfSigned } from "../../packages/kubbo/test/self-signed.ts";
import { runCommand } from "../src/run-command.ts";

async function curl(...args: readonly string[]): Promise<string> {
  const { code, output } = await runCommand("curl", ["--silent", "--show-error", "--max-time", "30", ...args], {
    timeoutMs: 60_000,
  }).catch((cause: unknown) => {
    throw new Error("curl is needed (Debian, Ubuntu: apt-get install curl)", { cause });
  });
  assert.equal(code, 0, output);
  return output;
}

for (const secure of [false, true]) {
  test(`curl sends 5 MB and gets them back over ${secure ? "TLS" : "h2c"}, and speaks HTTP/1 to the same port`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "kubbo-curl-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const tls = secure ? selfSigned() : undefined;
    const http1 = createHttp1((_, response) => response.end("one"));
    await using echo = await echoServer({
      ...(tls && { tls }),
      onHttp1: (socket) => void http1.emit("connection", socket),
    });
    const file = (name: string) => join(folder, name);
    const body = Buffer.alloc(5_000_000, "curl ");
    writeFileSync(file("body"), body);
    if (tls) writeFileSync(file("ca.pem"), tls.cert);
    const url = `${secure ? "https" : "http"}://127.0.0.1:${echo.port}/echo`;
    const trust = tls ? ["--cacert", file("ca.pem")] : [];
    const two = secure ? "--http2" : "--http2-prior-knowledge";
    const version = ["--output", file("answer"), "--write-out", "%{http_version} %{http_code}"];
    const told = await curl(two, ...trust, ...version, "--data-binary", `@${file("body")}`, url);
    assert.equal(told, "2 200");
    assert.ok(readFileSync(file("answer")).equals(body));
    assert.equal(await curl("--http1.1", ...trust, url), "one");
  });
}
