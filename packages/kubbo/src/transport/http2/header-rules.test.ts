import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHeaders, type HeaderKind } from "./header-rules.ts";

const request = [":method", "POST", ":scheme", "http", ":path", "/", ":authority", "x"];

const good: [name: string, kind: HeaderKind, list: string[]][] = [
  ["a request", "request", [...request, "te", "trailers", "content-length", "5"]],
  ["a request without :authority", "request", request.slice(0, 6)],
  ["CONNECT", "request", [":method", "CONNECT", ":authority", "x:1"]],
  ["a response", "response", [":status", "200", "x", "latin1 \u00e9"]],
  ["empty trailers", "trailers", []],
  ["an empty value", "trailers", ["x", ""]],
];
for (const [name, kind, list] of good) {
  test(`${name} is well formed`, () => {
    assert.equal(checkHeaders(list, kind).wrong, undefined);
  });
}

const bad: [kind: HeaderKind, list: string[], wrong: RegExp][] = [
  ["request", request.slice(2), /without its pseudo headers/],
  ["request", [...request, ":path", "/"], /:path twice/],
  ["request", ["x", "y", ...request], /:method after other headers/],
  ["request", [...request, ":status", "200"], /pseudo header ":status" in a request/],
  ["request", [...request, ":other", "x"], /pseudo header ":other"/],
  ["request", [...request.slice(0, 5), "", ...request.slice(6)], /empty :path/],
  ["request", [":method", "CONNECT", ":path", "/"], /without its pseudo headers/],
  ["request", [...request, "Upper", "x"], /the name "Upper"/],
  ["request", [...request, "", "x"], /the name ""/],
  ["request", [...request, "two words", "x"], /the name/],
  ["request", [...request, "x", "a\nb"], /a value of "x"/],
  ["request", [...request, "x", " a"], /a value of "x"/],
  ["request", [...request, "x", "a\0"], /a value of "x"/],
  ["request", [...request, "connection", "close"], /the header connection/],
  ["request", [...request, "transfer-encoding", "chunked"], /the header transfer-encoding/],
  ["request", [...request, "te", "gzip"], /te: gzip/],
  ["request", [...request, "content-length", "-1"], /content-length/],
  ["request", [...request, "content-length", "1", "content-length", "2"], /content-length/],
  ["response", ["x", "y"], /without :status/],
  ["response", [":status", "20"], /a status that is not one/],
  ["response", [":status", "200", ":path", "/"], /":path" in a response/],
  ["trailers", [":status", "200"], /":status" in a trailers/],
];
for (const [kind, list, wrong] of bad) {
  test(`a ${kind} list ${JSON.stringify(list.slice(-4))} is refused`, () => {
    assert.match(checkHeaders(list, kind).wrong ?? "", wrong);
  });
}

test("the announced length and the status are told", () => {
  assert.equal(checkHeaders([...request, "content-length", "42"], "request").contentLength, 42);
  assert.equal(checkHeaders(request, "request").contentLength, -1);
  assert.equal(checkHeaders([":status", "404"], "response").status, 404);
});
