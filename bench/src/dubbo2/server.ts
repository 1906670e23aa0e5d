// A server of the bench: `server.ts raw | kubbo` prints its port.

import type { AddressInfo } from "node:net";
import { createServer as createNet } from "node:net";
import { createServer } from "kubbo";
import { Wire } from "../../../interop/src/contracts/wire.ts";
import { wireService } from "../../../interop/src/wire-service.ts";

if (process.argv[2] === "raw") {
  const server = createNet({ noDelay: true }, (socket) => {
    // The limit: what came goes back, uncopied. A length stands in front of each message, which the client reads.
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
} else {
  const server = createServer({ listen: { tri: "off", dubbo: "127.0.0.1:0", probes: "off" } });
  server.use((call, next) => next(call));
  server.provide(Wire, wireService(), { group: "g", version: "1.0.0" });
  console.log(JSON.stringify({ port: (await server.listen()).dubbo }));
}
