// A provider: opens its ports and does nothing else. One process per pod.
import { createServer } from "kubbo";
import { Greeter } from "../quickstart/gen/greeter_pb.ts";

const { HOSTNAME = "provider", VERSION = "v1", DRAIN_DELAY_MS = "1000" } = process.env;

const server = createServer({ drain: { delayMs: Number(DRAIN_DELAY_MS) } });
server.provide(Greeter, {
  sayHello: ({ name }) => ({ text: `Hello, ${name}! (${VERSION})`, from: HOSTNAME }),
});
await server.listen();
