import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterDescriptor, parseDescriptor } from "./descriptor.ts";

const descriptors: [types: readonly string[], descriptor: string][] = [
  [
    ["long", "[Ljava.lang.String;", "java.util.Map", "java.util.List"],
    "J[Ljava/lang/String;Ljava/util/Map;Ljava/util/List;",
  ],
  [["boolean", "byte", "char", "short", "int", "long", "float", "double"], "ZBCSIJFD"],
  [["[[I", "com.acme.Outer$Inner"], "[[ILcom/acme/Outer$Inner;"],
  [[], ""],
];
for (const [types, descriptor] of descriptors) {
  test(`(${types.join(", ")}) is ${descriptor || "nothing"} on Dubbo2`, () => {
    assert.equal(parameterDescriptor(types), descriptor);
    assert.deepEqual(parseDescriptor(descriptor), types);
  });
}

test("what is no descriptor is none", () => {
  for (const text of ["X", "L;", "Ljava/lang/String", "[", "IJ["]) assert.equal(parseDescriptor(text), undefined);
});
