// A provider in a process of its own, to be killed: `torture-provider.ts <port>` prints the port it has.

import { createServer } from "kubbo";
import { Torture, tortured } from "./torture-service.ts";

const server = createServer({ listen: { tri: "off", dubbo: `127.0.0.1:${process.argv[2]}`, probes: "off" } });
server.provide(Torture, tortured);
console.log((await server.listen()).dubbo);
