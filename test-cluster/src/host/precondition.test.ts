import assert from "node:assert/strict";
import { test } from "node:test";
import { missingPackages } from "./package.ts";
import { isGoRecent } from "./precondition.ts";

const versions: readonly (readonly [string, boolean])[] = [
  ["go1.19.8", false],
  ["go1.20", false],
  ["go1.21.0", true],
  ["go1.26.8", true],
  ["go2.0", true],
  ["devel go1.27-abc", true],
  ["", false],
];
for (const [version, recent] of versions) {
  test(`"${version}" is ${recent ? "" : "not "}recent enough`, () => assert.equal(isGoRecent(version), recent));
}

test("a package is missing when one of its programs is, and by the package's name", () => {
  assert.deepEqual(
    missingPackages(
      () => true,
      () => true,
    ),
    [],
  );
  assert.deepEqual(
    missingPackages(
      (program) => program !== "ctr" && program !== "socat",
      () => false,
    ),
    ["containerd", "containernetworking-plugins", "socat"],
  );
});
