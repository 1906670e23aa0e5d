import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { connect, createServer, type TLSSocket } from "node:tls";
import { addressBytes, createAuthority } from "./certificate.ts";

const now = new Date("2026-05-01T12:00:00Z");
const authority = createAuthority("kubbo test", now);

test("the authority's certificate signs itself and is an authority", () => {
  const root = new X509Certificate(authority.certificate);
  assert.equal(root.ca, true);
  assert.equal(root.subject, "CN=kubbo test");
  assert.ok(root.verify(root.publicKey));
  assert.equal(new Date(root.validFrom).getTime(), now.getTime() - 3_600_000);
});

test("a server certificate names its hosts and is signed by the authority", () => {
  const root = new X509Certificate(authority.certificate);
  const pair = authority.issue({
    subject: { commonName: "kube-apiserver" },
    usage: "server",
    hosts: ["kubernetes.default.svc", "10.96.0.1", "fd00:96::1"],
  });
  const leaf = new X509Certificate(pair.certificate);
  assert.ok(leaf.checkIssued(root));
  assert.ok(leaf.verify(root.publicKey));
  assert.ok(leaf.checkPrivateKey(createPrivateKey(pair.key)));
  assert.equal(leaf.checkHost("kubernetes.default.svc"), "kubernetes.default.svc");
  assert.equal(leaf.checkIP("10.96.0.1"), "10.96.0.1");
  assert.equal(leaf.checkIP("fd00:96::1"), "fd00:96::1");
  assert.equal(leaf.checkIP("10.96.0.2"), undefined);
  assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
});

test("a client certificate carries user and group", () => {
  const pair = authority.issue({
    subject: { commonName: "system:node:node-a", organization: "system:nodes" },
    usage: "client",
  });
  assert.equal(new X509Certificate(pair.certificate).subject, "O=system:nodes\nCN=system:node:node-a");
});

test("OpenSSL accepts both ends in a mutual handshake", async () => {
  const recent = createAuthority("kubbo test", new Date());
  const serverPair = recent.issue({ subject: { commonName: "s" }, usage: "server", hosts: ["localhost", "127.0.0.1"] });
  const clientPair = recent.issue({ subject: { commonName: "c" }, usage: "client" });
  const ca = recent.certificate;
  const server = createServer({
    ca,
    cert: serverPair.certificate,
    key: serverPair.key,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address && typeof address === "object");
  const accepted: Promise<TLSSocket[]> = once(server, "secureConnection");
  const client = connect({
    port: address.port,
    host: "127.0.0.1",
    ca,
    cert: clientPair.certificate,
    key: clientPair.key,
  });
  const [[socket]] = await Promise.all([accepted, once(client, "secureConnect")]);
  assert.equal(client.authorized, true);
  assert.equal(socket?.getPeerCertificate().subject.CN, "c");
  client.destroy();
  socket?.destroy();
  server.close();
});

const addresses: readonly (readonly [string, string])[] = [
  ["10.96.0.1", "0a600001"],
  ["::1", "00000000000000000000000000000001"],
  ["fd00:96::1", "fd000096000000000000000000000001"],
  ["fd00:201:0:1::", "fd000201000000010000000000000000"],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
];
for (const [address, bytes] of addresses) {
  test(`the bytes of ${address}`, () => assert.equal(addressBytes(address).toString("hex"), bytes));
}
