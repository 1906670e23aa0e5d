import assert from "node:assert/strict";
import { test } from "node:test";
import { choosePort, type PortWish } from "./port.ts";
import type { SlicePort } from "./slice.ts";

function ports(...texts: string[]): SlicePort[] {
  return texts.map((text) => {
    const [name = "", port = "1", appProtocol, protocol = "TCP"] = text.split(" ");
    return {
      name: name === "-" ? "" : name,
      port: Number(port),
      appProtocol: appProtocol === "-" ? undefined : appProtocol,
      protocol,
    };
  });
}

const tri: PortWish = { port: undefined, protocols: ["tri"] };
const dubbo: PortWish = { port: undefined, protocols: ["dubbo"] };
const either: PortWish = { port: undefined, protocols: ["dubbo", "tri"] };
const any: PortWish = { port: undefined, protocols: [] };

const rows: [what: string, from: SlicePort[], wish: PortWish, result: string][] = [
  ["the name says it", ports("http 80", "metrics 9090", "tri 50051"), tri, "tri tri"],
  ["the name says it", ports("http 80", "metrics 9090", "dubbo 20880"), dubbo, "dubbo dubbo"],
  ["grpc is Triple", ports("grpc 50051"), tri, "grpc tri"],
  ["the appProtocol says it", ports("rpc 50051 kubernetes.io/h2c"), tri, "rpc tri"],
  ["the appProtocol says it", ports("rpc 20880 dubbo.apache.org/dubbo"), dubbo, "rpc dubbo"],
  ["the preferred protocol wins", ports("tri 50051", "dubbo 20880"), either, "dubbo dubbo"],
  ["the only candidate is taken", ports("tri 50051", "http 80"), either, "tri tri"],
  ["one unnamed port is for anything", ports("- 50051"), tri, " any"],
  ["different numbers of one name are one port", ports("tri 50051", "tri 50052"), tri, "tri tri"],
  ["UDP does not count", ports("tri 50051 - UDP", "grpc 50051"), tri, "grpc tri"],
  ["an explicit name is taken", ports("http 80", "main 81"), { port: "main", protocols: ["tri"] }, "main any"],
  ["an explicit number is taken", ports("http 80", "main 81"), { port: 81, protocols: ["tri"] }, "#81 any"],
  ["without wishes the only port is taken", ports("postgres 5432"), any, "postgres any"],
];

for (const [what, from, wish, result] of rows) {
  test(`${what}: ${from.map((port) => port.name || "(unnamed)").join(", ")} for ${wish.port ?? (wish.protocols.join("/") || "anything")}`, () => {
    const choice = choosePort(from, wish);
    assert.equal(choice.t, "port", JSON.stringify(choice));
    if (choice.t === "port") assert.equal(`${choice.name ?? `#${choice.number}`} ${choice.protocol ?? "any"}`, result);
  });
}

const refusals: [what: string, from: SlicePort[], wish: PortWish, t: string, says: RegExp][] = [
  [
    "no port fits",
    ports("http 80", "metrics 9090"),
    tri,
    "none",
    /none of its ports speaks tri: it has "http" 80, "metrics" 9090/,
  ],
  ["it has no ports", [], tri, "none", /it has none/],
  ["two fit equally well", ports("tri 1", "grpc 2"), tri, "conflict", /"tri" 1 and "grpc" 2 both speak tri/],
  ["name and appProtocol disagree", ports("tri 1 kubbo.dev/dubbo"), tri, "conflict", /disagree/],
  ["name and appProtocol disagree", ports("dubbo 1 http"), dubbo, "conflict", /disagree/],
  ["the named one is missing", ports("tri 1"), { port: "grpc", protocols: ["tri"] }, "none", /no port grpc/],
  ["a number of the Service is meant", ports("tri 50051"), { port: 80, protocols: ["tri"] }, "none", /container ports/],
  [
    "the named one speaks something else",
    ports("dubbo 1"),
    { port: "dubbo", protocols: ["tri"] },
    "conflict",
    /speaks dubbo, the contract tri/,
  ],
  ["several and no wish", ports("a 1", "b 2"), any, "none", /it has "a" 1, "b" 2/],
];

for (const [what, from, wish, t, says] of refusals) {
  test(`nothing is guessed where ${what}`, () => {
    const choice = choosePort(from, wish);
    assert.equal(choice.t, t);
    if (choice.t !== "port") assert.match(choice.why, says);
  });
}
