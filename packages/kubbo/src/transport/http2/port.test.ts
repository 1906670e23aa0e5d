import assert from "node:assert/strict";
import { createServer as createHttp1, get, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";
import { connect } from "node:net";
import { test } from "node:test";
import { echoServer, exchange, open } from "../../../test/http2-echo.ts";
import { selfSigned } from "../../../test/self-signed.ts";
import { clientPreface } from "./frame.ts";
import { protocolOf } from "./port.ts";

const rows: [bytes: string, protocol: string | undefined][] = [
  ["P", undefined],
  ["PRI", undefined],
  ["PRI ", "http2"],
  [clientPreface.toString("latin1"), "http2"],
  ["PRX", undefined],
  ["PUT / HTT", undefined],
  ["PUT / HTTP/1.0\r\n", "http1"],
  ["GET /a?b HTTP/1.1\r\nhost: x", "http1"],
  ["GET / HTTP/2.0\r\n", "garbage"],
  ["INVALID CONNECTION PREFACE\r\n", "garbage"],
  ["A".repeat(8192), "garbage"],
  ["\x16\x03\x01", "garbage"],
  ["\xda\xbb\xc2", "garbage"],
  ["get /", "garbage"],
];
for (const [bytes, protocol] of rows) {
  test(`${JSON.stringify(bytes.slice(0, 40))} begins ${protocol ?? "something that is not clear yet"}`, () => {
    assert.equal(protocolOf(Buffer.from(bytes, "latin1")), protocol);
  });
}

async function text(response: IncomingMessage): Promise<string> {
  let all = "";
  for await (const chunk of response) all += chunk;
  return all;
}

const http1 = createHttp1((request, response) => {
  void text(request).then((body) => response.end(`${request.method} ${request.url} ${body}`));
});

test("one port serves HTTP/2, and HTTP/1 by node:http, whatever the pieces that the first bytes come in", async () => {
  await using echo = await echoServer({ onHttp1: (socket) => void http1.emit("connection", socket) });
  const session = await open(echo.port);
  assert.equal((await exchange(session, Buffer.from("two"))).body.toString(), "two");
  const response = await new Promise<IncomingMessage>((resolve) => get({ port: echo.port, path: "/one" }, resolve));
  assert.equal(await text(response), "GET /one ");
  const socket = connect(echo.port, "127.0.0.1");
  for (const char of "POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi") {
    socket.write(char);
    await new Promise((resolve) => setImmediate(resolve));
  }
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  assert.match(answer, /^HTTP\/1\.1 200 OK[\s\S]*POST \/slow hi/);
  await session.close();
});

test("without a server for it HTTP/1 gets an answer that says what the port speaks", async () => {
  await using echo = await echoServer();
  const response = await new Promise<IncomingMessage>((resolve) => get({ port: echo.port }, resolve));
  assert.equal(response.statusCode, 505);
  assert.match(await text(response), /speaks HTTP\/2/);
});

test("over TLS the protocol is chosen by ALPN, and by the first bytes without it", async () => {
  const tls = selfSigned();
  await using echo = await echoServer({ tls, onHttp1: (socket) => void http1.emit("connection", socket) });
  const session = await open(echo.port, { tls: { ca: tls.cert } });
  assert.equal((await exchange(session, Buffer.alloc(300_000, 1))).body.length, 300_000);
  for (const ALPNProtocols of [["http/1.1"], undefined]) {
    const response = await new Promise<IncomingMessage>((resolve) =>
      getSecure(
        { port: echo.port, path: "/secure", ca: tls.cert, agent: false, ...(ALPNProtocols && { ALPNProtocols }) },
        resolve,
      ),
    );
    assert.equal(await text(response), "GET /secure ");
  }
  await session.close();
});

test("a client that does not trust the certificate says so", async () => {
  await using echo = await echoServer({ tls: selfSigned() });
  await assert.rejects(open(echo.port, { tls: {} }), { reason: "connect-failed", unprocessed: true });
});
