import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import grpc from "@grpc/grpc-js";
import { createClient, RpcError } from "kubbo";
import { echo, testServer } from "./echo.ts";
import {
  type EchoRequest,
  EchoRequestSchema,
  type EchoResponse,
  EchoResponseSchema,
  EchoService,
} from "./gen/kubbo/test/v1/echo_pb.ts";

const definition: grpc.MethodDefinition<EchoRequest, EchoResponse> = {
  path: "/kubbo.test.v1.EchoService/Echo",
  requestStream: false,
  responseStream: false,
  requestSerialize: (message) => Buffer.from(toBinary(EchoRequestSchema, message)),
  requestDeserialize: (bytes) => fromBinary(EchoRequestSchema, bytes),
  responseSerialize: (message) => Buffer.from(toBinary(EchoResponseSchema, message)),
  responseDeserialize: (bytes) => fromBinary(EchoResponseSchema, bytes),
};

test("a grpc-js client calls a provider: messages, metadata, status", async () => {
  await using server = testServer();
  server.provide(EchoService, echo);
  const { tri } = await server.listen();
  const client = new grpc.Client(`127.0.0.1:${tri}`, grpc.credentials.createInsecure());
  function call(request: EchoRequest, metadata = new grpc.Metadata(), path = definition.path) {
    return new Promise<{ answer: EchoResponse; trailers: grpc.Metadata | undefined }>((resolve, reject) => {
      let answer: EchoResponse | undefined;
      let failed: grpc.ServiceError | null = null;
      client
        .makeUnaryRequest(
          path,
          definition.requestSerialize,
          definition.responseDeserialize,
          request,
          metadata,
          (error, value) => {
            failed = error;
            answer = value;
          },
        )
        .on("status", (status) =>
          answer && !failed ? resolve({ answer, trailers: status.metadata }) : reject(failed),
        );
    });
  }
  const metadata = new grpc.Metadata();
  metadata.set("x-who", "grpc-js");
  metadata.set("x-bytes-bin", Buffer.from([0, 255]));
  const { answer, trailers } = await call(create(EchoRequestSchema, { text: "hi", number: 7n }), metadata);
  assert.equal(`${answer.text} ${answer.number}`, "hi 7");
  assert.deepEqual(trailers?.get("x-who"), ["grpc-js"]);
  assert.deepEqual(trailers?.get("x-bytes-bin"), [Buffer.from([0, 255])]);
  await assert.rejects(call(create(EchoRequestSchema, { text: "!broken 5 %" })), {
    code: grpc.status.UNKNOWN,
    details: "broken 5 %",
  });
  await assert.rejects(call(create(EchoRequestSchema), undefined, "/kubbo.test.v1.EchoService/Nothing"), {
    code: grpc.status.UNIMPLEMENTED,
    details: /has no method Nothing; it has Echo, Slow, Read/,
  });
  await assert.rejects(call(create(EchoRequestSchema), undefined, "/nobody.Here/Echo"), {
    code: grpc.status.UNIMPLEMENTED,
    details: /nobody\.Here is not provided here/,
  });
  client.close();
});

test("a consumer calls a grpc-js server: messages, metadata, status, deadline", async () => {
  const server = new grpc.Server();
  server.addService(
    { echo: definition },
    {
      echo(call: grpc.ServerUnaryCall<EchoRequest, EchoResponse>, callback: grpc.sendUnaryData<EchoResponse>) {
        const { text, number } = call.request;
        if (text === "slow") return;
        if (text.startsWith("!")) {
          callback({ code: grpc.status.FAILED_PRECONDITION, details: text.slice(1) });
          return;
        }
        const trailers = new grpc.Metadata();
        trailers.set("x-who", `${call.metadata.get("x-who")}`);
        callback(null, create(EchoResponseSchema, { text, number }), trailers);
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const client = createClient();
  const reference = client.refer(EchoService, { target: `static:///127.0.0.1:${port}`, timeoutMs: 5000 });
  let who: unknown;
  const options = {
    attachments: { "x-who": "kubbo" },
    onResponse: ({ trailers }: { readonly trailers: Readonly<Record<string, unknown>> }) => {
      who = trailers["x-who"];
    },
  };
  const answer = await reference.with(options).echo({ text: "hi", number: -1n });
  assert.equal(`${answer.text} ${answer.number}`, "hi -1");
  assert.equal(who, "kubbo");
  const isError = (code: string, says: RegExp) => (error: unknown) => {
    assert.ok(RpcError.is(error));
    assert.equal(error.code, code);
    assert.match(error.message, says);
    return true;
  };
  await assert.rejects(
    reference.echo({ text: "!out of stock: 5 %" }),
    isError("FAILED_PRECONDITION", /^out of stock: 5 %$/),
  );
  await assert.rejects(reference.with({ timeoutMs: 50 }).echo({ text: "slow" }), isError("DEADLINE_EXCEEDED", /./));
  await assert.rejects(reference.read({}), isError("UNIMPLEMENTED", /./));
  await client.close();
  server.forceShutdown();
});
