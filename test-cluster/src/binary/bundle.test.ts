import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bundles, cacheKey, locateBinaries } from "./bundle.ts";

test("the cache's key changes with the Go sources, the sums and the flags, and with nothing else", () => {
  const bundle = bundles[0];
  assert.ok(bundle);
  const folder = mkdtempSync(join(tmpdir(), "kubbo-bundle-"));
  try {
    cpSync(bundle.folder, folder, { recursive: true });
    const copy = { ...bundle, folder };
    const before = cacheKey(bundle);
    assert.equal(cacheKey(copy), before);
    writeFileSync(join(folder, "README.md"), "text");
    assert.equal(cacheKey(copy), before);
    assert.notEqual(cacheKey({ ...copy, ldflags: "" }), before);
    writeFileSync(join(folder, "go.sum"), "sum");
    const withSum = cacheKey(copy);
    assert.notEqual(withSum, before);
    writeFileSync(join(folder, "other.go"), "package main");
    assert.notEqual(cacheKey(copy), withSum);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every program of the cluster is in a bundle", () => {
  const binaries = locateBinaries("/cache");
  for (const program of ["etcd", "etcdctl", "coredns", "kube-apiserver", "kubelet", "kubectl", "pause"]) {
    assert.match(binaries.path(program), new RegExp(`^/cache/bin/[^/]+/${program}$`));
  }
  assert.throws(() => binaries.path("docker"), /docker/);
});
