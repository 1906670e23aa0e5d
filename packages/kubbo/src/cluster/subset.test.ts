import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../model/endpoint.ts";
import { subset } from "./subset.ts";

const all = Array.from({ length: 400 }, (_, index) => ({ key: `pod-${index}` }) as Endpoint);

test("a small set is used whole", () => {
  const few = all.slice(0, 20);
  assert.equal(subset(few, 20, "seed"), few);
});

test("every endpoint has its share of clients, and one that goes moves few connections", () => {
  const load = new Map<string, number>();
  let moved = 0;
  for (let client = 0; client < 500; client++) {
    const before = subset(all, 20, `client-${client}`);
    const after = new Set(subset(all.slice(1), 20, `client-${client}`).map(({ key }) => key));
    for (const { key } of before) {
      load.set(key, (load.get(key) ?? 0) + 1);
      if (!after.has(key)) moved++;
    }
  }
  const counts = [...load.values()];
  assert.equal(load.size, 400);
  assert.ok(
    Math.min(...counts) >= 8 && Math.max(...counts) <= 45,
    `${Math.min(...counts)}..${Math.max(...counts)} around 25`,
  );
  assert.equal(moved, load.get("pod-0"), "only the connections of the one that went");
});
