import { createServer } from "kubbo";
import { Greeter } from "./gen/greeter_pb.ts"; // generated from greeter.proto by protoc-gen-es

const server = createServer(); // ports from options or KUBBO_LISTEN_* variables; nothing is registered anywhere
server.provide(Greeter, {
  sayHello: ({ name }) => ({ text: `Hello, ${name}!`, from: process.env["HOSTNAME"] ?? `process ${process.pid}` }),
});
console.log("listening on", await server.listen()); // SIGTERM drains
