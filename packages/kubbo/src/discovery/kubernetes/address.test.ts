import assert from "node:assert/strict";
import { test } from "node:test";
import { refusedAddress, refusedPort } from "./address.ts";

const rows: [address: string, why: string | undefined][] = [
  ["10.0.0.1", undefined],
  ["192.168.1.1", undefined],
  ["fd00::1", undefined],
  ["2001:db8::a", undefined],
  ["127.0.0.1", "a loopback address"],
  ["127.8.8.8", "a loopback address"],
  ["::1", "a loopback address"],
  ["0.0.0.0", "an unspecified address"],
  ["::", "an unspecified address"],
  ["169.254.169.254", "a link-local address"],
  ["fe80::1", "a link-local address"],
  ["239.1.1.1", "a multicast address"],
  ["ff02::1", "a multicast address"],
  ["255.255.255.255", "a broadcast or reserved address"],
  ["240.0.0.1", "a broadcast or reserved address"],
  ["::ffff:a00:1", "an IPv4 address inside IPv6"],
  ["FD00::1", "not in canonical form (fd00::1)"],
  ["fd00:0:0::1", "not in canonical form (fd00::1)"],
  ["::ffff:10.0.0.1", "not in canonical form (::ffff:a00:1)"],
  ["010.0.0.1", "not an IP address"],
  ["fe80::1%eth0", "not an IP address"],
  ["example.com", "not an IP address"],
  ["", "not an IP address"],
];

for (const [address, why] of rows) {
  test(`the address "${address}" is ${why === undefined ? "taken" : `refused: ${why}`}`, () => {
    assert.equal(refusedAddress(address, false), why);
  });
}

test("loopback is taken where it is allowed", () => {
  assert.equal(refusedAddress("127.0.0.1", true), undefined);
  assert.equal(refusedAddress("::1", true), undefined);
  assert.equal(refusedAddress("0.0.0.0", true), "an unspecified address");
});

test("ports outside of 1 to 65535 are refused, and none at all", () => {
  for (const port of [1, 80, 65535]) assert.equal(refusedPort(port), undefined);
  for (const port of [0, -5, 70000, 1.5, Number.NaN, undefined]) assert.notEqual(refusedPort(port), undefined);
});
