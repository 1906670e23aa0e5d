import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLdd } from "./shared-library.ts";

const output = `	linux-vdso.so.1 (0x00007ffd0b5e6000)
	libdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f0c1a5f2000)
	libstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f0c1a3d8000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f0c1a5ff000)
`;

test("libraries and the loader are found, the kernel's own is not a file", () => {
  assert.deepEqual(parseLdd(output), [
    "/lib/x86_64-linux-gnu/libdl.so.2",
    "/lib/x86_64-linux-gnu/libstdc++.so.6",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
});

test("a library that is not there is an error, or left out on request", () => {
  const missing = `${output}\tlibX11.so.6 => not found\n`;
  assert.throws(() => parseLdd(missing), /libX11\.so\.6/);
  assert.equal(parseLdd(missing, "ignore").length, 3);
});
