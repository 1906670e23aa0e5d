import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../src/codec/hessian2/encode.ts";
import { brokenMessage, codecs, decodeBroken, isOurs, openings } from "./hessian2-fuzz.ts";

const seed = 20_241_122;
const count = 20_000;

test(`${count} broken messages are decoded or refused: seed ${seed}`, () => {
  let decoded = 0;
  for (let i = 0; i < count; i++) decoded += decodeBroken(brokenMessage(seed, i), i);
  // Otherwise the changes break everything and nothing is tested.
  assert.ok(decoded > count / 20, `${decoded} were decoded`);
});

test("a message of nothing but openings neither hangs nor takes memory", () => {
  for (const opening of openings) {
    const bytes = new Uint8Array(200_000).fill(opening);
    for (const codec of [{ decode }, ...codecs]) {
      try {
        codec.decode(bytes);
      } catch (error) {
        assert.ok(isOurs(error), `0x${opening.toString(16)}: ${(error as Error).stack}`);
      }
    }
  }
});

test("what is nested too deeply is refused, whatever is nested", () => {
  const text = (value: string): number[] =>
    value.length < 32 ? [value.length, ...Buffer.from(value)] : [0x30, value.length, ...Buffer.from(value)];
  const classes: readonly (readonly [name: string, field: string])[] = [
    ["com.acme.shop.Everything", "next"],
    ["com.acme.shop.Everything", "unknown"],
    ["com.acme.shop.Everything", "items"],
    ["com.acme.shop.Color", "unknown"],
    ["com.acme.shop.ShopException", "cause"],
    ["com.acme.shop.ShopException", "unknown"],
    ["com.acme.Unknown", "cause"],
    ["java.math.BigDecimal", "unknown"],
    ["com.alibaba.com.caucho.hessian.io.EnumSetHandler", "objects"],
    ["com.alibaba.com.caucho.hessian.io.EnumSetHandler", "unknown"],
  ];
  for (const [name, field] of classes) {
    const definition = [0x43, ...text(name), 0x91, ...text(field)];
    const bytes = Uint8Array.from([...definition, ...Array<number>(100_000).fill(0x60)]);
    for (const codec of [{ decode }, ...codecs]) {
      assert.throws(
        () => codec.decode(bytes),
        (error) => isOurs(error),
        `${name}.${field}`,
      );
    }
  }
});
