import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { createClient } from "kubbo";
import { decode } from "kubbo/hessian2";
import { codecOf, int, javaInterface, method, string } from "kubbo/java";
import { defaultLimits } from "../src/codec/hessian2/limits.ts";
import { readResponse } from "../src/protocol/dubbo2/response.ts";
import { metadataInfo } from "../src/server/metadata/info.ts";
import { MetadataInfoType, MetadataService } from "../src/server/metadata/v1.ts";
import { metadataMessage } from "../src/server/metadata/v2.ts";
import { testServer } from "./echo.ts";

// What a Java consumer on its kubernetes:// registry asks an instance for. The vectors are the smallest answers with which
// one found and called a provider that was not written in Java.
const vectors = JSON.parse(readFileSync(new URL("../vectors/minimal-provider.json", import.meta.url), "utf8")) as {
  readonly dubbo: { readonly getMetadataInfoResponseBody: string };
  readonly tri: { readonly metadataInfoV2Message: string };
};

const Greeter = javaInterface("com.acme.shop.Greeter", {
  add: method([int, int], int),
  hello: method([string], string),
});
const greeter = { add: (a: number, b: number) => a + b, hello: (name: string) => name };

const server = testServer({ application: "shop-provider" });
const client = createClient({ timeoutMs: 5000 });
let port = 0;
before(async () => {
  server.provide(Greeter, greeter, { version: "1.0.0", group: "g1" });
  port = (await server.listen()).dubbo ?? 0;
});
after(async () => {
  await client.close();
  await server.close();
});

const metadata = (group = "shop-provider") =>
  client.refer(MetadataService, { target: `static:///127.0.0.1:${port}`, group, version: "1.0.0" });

const noParams = { group: null, params: new Map() };

test("the answer of the smallest provider that Java accepted is read", () => {
  const body = Buffer.from(vectors.dubbo.getMetadataInfoResponseBody, "hex");
  const getMetadataInfo = MetadataService.methods.get("getMetadataInfo");
  assert.ok(getMetadataInfo);
  const { outcome } = readResponse(body, getMetadataInfo, defaultLimits);
  assert.deepEqual(outcome, {
    t: "value",
    value: {
      app: "shop-provider",
      revision: "abc",
      services: new Map([
        [
          "com.acme.shop.Greeter:1.0.0:dubbo",
          {
            ...noParams,
            name: "com.acme.shop.Greeter",
            version: "1.0.0",
            protocol: "dubbo",
            port: 20899,
            path: "com.acme.shop.Greeter",
          },
        ],
      ]),
    },
  });
});

test("the message for Triple is, byte for byte, the smallest one that Java accepted", () => {
  const service = { ...noParams, name: "com.acme.shop.Greeter", version: "1.0.0", path: "com.acme.shop.Greeter" };
  const info = {
    app: "shop-provider",
    revision: "rev2",
    services: new Map([["com.acme.shop.Greeter:1.0.0:tri", { ...service, protocol: "tri" as const, port: 50061 }]]),
  };
  assert.equal(Buffer.from(metadataMessage(info)).toString("hex"), vectors.tri.metadataInfoV2Message);
});

test("a server says what it provides, in whatever group it is asked and under the revision that was asked for", async () => {
  const info = await metadata().getMetadataInfo("of-the-annotation");
  assert.equal(info?.app, "shop-provider");
  assert.equal(info?.revision, "of-the-annotation");
  assert.deepEqual([...(info?.services.keys() ?? [])], ["g1/com.acme.shop.Greeter:1.0.0:dubbo"]);
  const service = info?.services.get("g1/com.acme.shop.Greeter:1.0.0:dubbo");
  assert.equal(service?.port, port);
  assert.equal(service?.params.get("methods"), "add,hello");
  assert.equal(service?.params.get("prefer.serialization"), "hessian2");
  assert.match((await metadata("any").getMetadataInfo(null))?.revision ?? "", /^[0-9a-f]{32}$/);
  assert.equal(await metadata().serviceName(), "shop-provider");
  assert.equal(await metadata().version(), "1.0.0");
  const urls = await metadata()["getExportedURLs(java.lang.String)"]("com.acme.shop.Greeter");
  assert.equal(urls.size, 1);
  assert.match([...urls][0] ?? "", /^dubbo:\/\/0\.0\.0\.0:\d+\/com\.acme\.shop\.Greeter\?application=shop-provider&/);
});

test("the metadata service is none of the services that users see", () => {
  assert.deepEqual(server.inspect().services, ["g1/com.acme.shop.Greeter:1.0.0"]);
});

test("the revision is Java's: equal for equal services, another one for others, 0 for none", () => {
  const provided = (name: string) => ({
    service: { interface: name },
    contract: Greeter,
    protocol: "dubbo" as const,
    port: 20880,
  });
  const { revision } = metadataInfo("a", [provided("x.A"), provided("x.B")]);
  assert.equal(metadataInfo("a", [provided("x.B"), provided("x.A")]).revision, revision);
  assert.notEqual(metadataInfo("a", [provided("x.A")]).revision, revision);
  assert.equal(metadataInfo("a", []).revision, "0");
});

test("what Java gets is of Java's classes", () => {
  const bytes = codecOf(MetadataInfoType).encode({ app: "a", revision: "r", services: new Map() });
  assert.match(JSON.stringify(Buffer.from(bytes).toString("latin1")), /org\.apache\.dubbo\.metadata\.MetadataInfo/);
  assert.ok(decode(bytes));
});
