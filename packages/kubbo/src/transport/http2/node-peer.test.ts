import assert from "node:assert/strict";
import { type ClientHttp2Session, connect, createServer, type Http2Server, type IncomingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { nodeToOurServer, ourClientToNode } from "../../../test/hpack-exchange.ts";
import { echoServer, exchange, open } from "../../../test/http2-echo.ts";

interface NodeAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function nodeCall(session: ClientHttp2Session, body: Buffer, headers: object = {}): Promise<NodeAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ":path": "/echo", ...headers });
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    stream.on("response", (list) => {
      head = list;
    });
    stream.on("trailers", (list) => {
      trailers = list;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve({ headers: head, trailers, body: Buffer.concat(chunks) }));
    stream.on("error", reject);
    stream.end(body);
  });
}

async function nodeServer(): Promise<{ server: Http2Server; port: number }> {
  const server = createServer();
  server.on("session", (session) => session.on("error", () => {}));
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    let bytes = 0;
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-body": String(bytes) }));
    stream.pipe(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const large = Buffer.alloc(5_000_000, "large");

test("node:http2's client gets bodies of any size and trailers, on many streams, while settings change", async () => {
  await using echo = await echoServer();
  // Node refuses streams of its own beyond 10 MB of session memory, its default.
  const session = connect(`http://127.0.0.1:${echo.port}`, { maxSessionMemory: 100 });
  const calls = Array.from({ length: 300 }, (_, i) => {
    if (i % 50 === 10) session.settings({ initialWindowSize: 1000 + i * 500, maxFrameSize: 16_384 + i * 100 });
    const body = i % 100 === 0 ? large : Buffer.alloc(i * 37, i & 0xff);
    return nodeCall(session, body).then((answer) => {
      assert.ok(answer.body.equals(body), `call ${i}`);
      assert.equal(answer.headers[":status"], 200);
      assert.equal(answer.trailers["x-body"], String(body.length));
    });
  });
  await Promise.all(calls);
  await new Promise<void>((resolve, reject) => session.ping((error) => (error ? reject(error) : resolve())));
  await new Promise<void>((resolve) => session.close(resolve));
});

test("node:http2's server gets the same from our client", async (t) => {
  const { server, port } = await nodeServer();
  t.after(() => server.close());
  const session = await open(port);
  const calls = Array.from({ length: 300 }, async (_, i) => {
    const body = i % 100 === 0 ? large : Buffer.alloc(i * 37, i & 0xff);
    const answer = await exchange(session, body);
    assert.ok(answer.body.equals(body), `call ${i}`);
    assert.deepEqual(answer.head.slice(0, 2), [":status", "200"]);
    assert.deepEqual(answer.trailers, ["x-body", String(body.length)]);
  });
  await Promise.all(calls);
  assert.ok((await session.ping(5000)) >= 0);
  assert.deepEqual(
    { ...session.inspect(), bytesIn: 0, bytesOut: 0, receiveWindow: 0, sendWindow: 0 },
    {
      peer: `127.0.0.1:${port}`,
      streams: 0,
      waiting: 0,
      sendWindow: 0,
      receiveWindow: 0,
      unsentBytes: 0,
      bytesIn: 0,
      bytesOut: 0,
      draining: false,
    },
  );
  await session.close();
});

test("requests beyond what node:http2 allows at a time wait, in order", async (t) => {
  const server = createServer({ settings: { maxConcurrentStreams: 3 } });
  const paths: string[] = [];
  server.on("stream", (stream, headers) => {
    paths.push(String(headers[":path"]));
    setImmediate(() => stream.respond({ ":status": 200 }, { endStream: true }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const session = await open((server.address() as AddressInfo).port);
  const wanted = Array.from({ length: 50 }, (_, i) => `/${i}`);
  const list = (path: string) => [":method", "GET", ":scheme", "http", ":path", path, ":authority", "x"];
  const calls = wanted.map((path) => exchange(session, undefined, list(path)));
  assert.equal(session.inspect().waiting, 47);
  await Promise.all(calls);
  assert.deepEqual(paths, wanted);
  await session.close();
});

test("a GOAWAY of node:http2 lets running calls finish and no new ones begin", async (t) => {
  const server = createServer();
  let finish = () => {};
  server.on("stream", (stream) => {
    stream.session?.goaway(0);
    finish = () => {
      stream.respond({ ":status": 200 });
      stream.end("done");
    };
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  let closed = () => {};
  const closing = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const draining = new Promise<string>((resolve) => {
    void open((server.address() as AddressInfo).port, { events: { onDraining: resolve, onClosed: closed } }).then(
      async (session) => {
        const running = exchange(session, Buffer.from("x"));
        await draining;
        await assert.rejects(exchange(session, Buffer.from("y")), {
          reason: "connection-draining",
          unprocessed: true,
        });
        finish();
        assert.equal((await running).body.toString(), "done");
      },
    );
  });
  assert.match(await draining, /^GOAWAY 0 from/);
  await closing;
});

test("informational heads of node:http2 are passed over", async (t) => {
  const server = createServer();
  server.on("stream", (stream) => {
    stream.additionalHeaders({ ":status": 103, link: "</style.css>" });
    stream.respond({ ":status": 200 });
    stream.end("body");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const session = await open((server.address() as AddressInfo).port);
  const { head, body } = await exchange(session, undefined);
  assert.equal(head[1], "200");
  assert.equal(body.toString(), "body");
  await session.close();
});

test("200 random header lists pass between node:http2 and us, both ways, while table sizes change", async () => {
  await ourClientToNode(1, 200);
  await nodeToOurServer(2, 200);
});
