// A provider as a process of its own, for tests of what a process does with signals. Prints its ports as JSON.
import { createServer } from "kubbo";
import { echo } from "../echo.ts";
import { EchoService } from "../gen/kubbo/test/v1/echo_pb.ts";

const server = createServer({
  listen: { tri: "127.0.0.1:0", probes: "127.0.0.1:0" },
  drain: { delayMs: Number(process.argv[2] ?? 0) },
});
server.provide(EchoService, echo);
server.onClosed(() => console.log("closed"));
// What keeps the process alive unless it is ended.
if (process.argv[3] === "kept") setInterval(() => {}, 1000);
console.log(JSON.stringify(await server.listen()));
