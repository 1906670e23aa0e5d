import assert from "node:assert/strict";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { createClient, RpcError } from "kubbo";
import { echo, testServer } from "./echo.ts";
import { EchoService } from "./gen/kubbo/test/v1/echo_pb.ts";

/** A server that answers the first bytes of every connection with these, or not at all. */
function rawServer(answer: (socket: Socket) => void) {
  return createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => answer(socket));
  });
}

const peers: [what: string, server: () => ReturnType<typeof createServer>, says: RegExp][] = [
  [
    "an HTTP/1 server",
    () => createHttp((_, response) => response.end("hello")),
    /an HTTP\/1 server \("HTTP\/1\.1 400 Bad Request"\)/,
  ],
  // What OpenSSL answers to bytes that are not a ClientHello: a fatal alert.
  ["a TLS server", () => rawServer((socket) => socket.end(Buffer.from("15030100020246", "hex"))), /a TLS server/],
  ["a Dubbo2 server", () => rawServer((socket) => socket.end(Buffer.from("dabb0214", "hex"))), /a Dubbo2 server/],
  [
    "a text protocol",
    () => rawServer((socket) => socket.end("-ERR unknown command\r\n")),
    /a text protocol \("-ERR unknown command"\)/,
  ],
  ["random bytes", () => rawServer((socket) => socket.end(Buffer.from("8f03a7e1d9", "hex"))), /first bytes 8f03a7e1d9/],
  ["a server that hangs up", () => rawServer((socket) => socket.end()), /closes the connection without a word/],
];

for (const [what, make, says] of peers) {
  test(`a Triple call to ${what} is an error that says what answers there`, async (t) => {
    const server = make();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    await using client = createClient();
    const reference = client.refer(EchoService, {
      target: `static:///127.0.0.1:${port}`,
      timeoutMs: 5000,
      waitForReady: false,
    });
    await assert.rejects(reference.echo({}), (error) => {
      assert.ok(RpcError.is(error), String(error));
      assert.equal(`${error.code} ${error.reason}`, "UNAVAILABLE not-a-peer", error.message);
      assert.match(error.message, says);
      assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} does not speak HTTP/2`));
      return true;
    });
  });
}

test("a call to a server that says nothing ends at its deadline, with the address", async (t) => {
  const server = createServer((socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = createClient({ connectTimeoutMs: 100 });
  t.after(() => client.destroy());
  const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${port}`, timeoutMs: 400 });
  await assert.rejects(reference.echo({}), (error) => {
    assert.ok(RpcError.is(error));
    assert.equal(error.code, "DEADLINE_EXCEEDED");
    assert.match(
      error.message,
      new RegExp(`127\\.0\\.0\\.1:${port} does not speak HTTP/2: .*takes connections and says nothing`),
    );
    return true;
  });
});

const garbage: [what: string, bytes: Buffer][] = [
  ["an HTTP/1 request", Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")],
  ["a TLS ClientHello", Buffer.from("16030100c8010000c40303", "hex")],
  ["a Dubbo2 request", Buffer.concat([Buffer.from("dabbc20000000000000000010000000100", "hex")])],
  ["random bytes", Buffer.from("8f03a7e1d98f03a7e1d98f03a7e1d98f03a7e1d98f03a7e1d98f03a7e1d9", "hex")],
  [
    "a preface and then an oversized frame",
    Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.from("ffffff000000000000", "hex")]),
  ],
];

for (const [what, bytes] of garbage) {
  test(`${what} on the Triple port ends that connection and nothing else`, async () => {
    await using server = testServer();
    server.provide(EchoService, echo);
    const { tri = 0 } = await server.listen();
    await using client = createClient();
    const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${tri}`, timeoutMs: 5000 });
    await reference.echo({});
    await new Promise<void>((resolve, reject) => {
      const socket = connect(tri, "127.0.0.1", () => socket.write(bytes));
      socket.resume();
      socket.once("close", () => resolve());
      socket.once("error", () => {}); // a reset is an end as well
      setTimeout(() => reject(new Error("the connection was not ended")), 5000).unref();
    });
    assert.equal((await reference.echo({ text: "still there" })).text, "still there");
  });
}
