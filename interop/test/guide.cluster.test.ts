// The manifests of the guide, applied as printed but for the image and the namespaces.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { connectCluster } from "../../test-cluster/src/cluster.ts";
import { quickstartImage } from "../src/images.ts";

const guide = readFileSync("docs/guide/kubernetes.md", "utf8");
const [provider = "", role = "", ...more] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

interface Slices {
  readonly items: readonly {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly ports: readonly { readonly name: string; readonly appProtocol?: string }[];
    readonly endpoints: readonly { readonly conditions: { readonly ready: boolean } }[];
  }[];
}

test("the guide's provider becomes ready, and its slices say how to find it", { timeout: 120_000 }, async () => {
  assert.deepEqual(more, []);
  const cluster = await connectCluster();
  const image = await cluster.loadImage(await quickstartImage());
  await using namespace = await cluster.createNamespace("guide");
  const printed = "        image: greeter\n";
  assert.ok(provider.includes(printed));
  const manifest = provider.replace(printed, `        image: ${image}\n        imagePullPolicy: Never\n`);
  await cluster.apply(manifest, { namespace: namespace.name });
  await cluster.waitForRollout(namespace.name, "deployment/greeter");
  const { items } = await cluster.get<Slices>(["endpointslices", "-n", namespace.name]);
  assert.equal(items.length, 1);
  assert.equal(items[0]?.metadata.labels["kubbo.dev/application"], "greeter");
  assert.deepEqual(
    items[0]?.ports.map(({ name, appProtocol }) => [name, appProtocol]),
    [["tri", "kubernetes.io/h2c"]],
  );
  assert.deepEqual(
    items[0]?.endpoints.map(({ conditions }) => conditions.ready),
    [true, true],
  );
});

test("the guide's Role lets the consumer's ServiceAccount read slices, and nothing else", async () => {
  const cluster = await connectCluster();
  await using shop = await cluster.createNamespace("guide-shop");
  await using web = await cluster.createNamespace("guide-web");
  await cluster.apply(
    role
      .replaceAll("namespace: shop", `namespace: ${shop.name}`)
      .replaceAll("namespace: web", `namespace: ${web.name}`),
  );
  const may = async (verb: string, resource: string) => {
    const as = `--as=system:serviceaccount:${web.name}:frontend`;
    try {
      return (await cluster.kubectl(["auth", "can-i", verb, resource, as, "-n", shop.name])).trim();
    } catch {
      return "no"; // can-i says so with its exit code
    }
  };
  assert.equal(await may("watch", "endpointslices.discovery.k8s.io"), "yes");
  assert.equal(await may("patch", "endpointslices.discovery.k8s.io"), "no");
  assert.equal(await may("list", "pods"), "no");
});
