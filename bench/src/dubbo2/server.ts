// A server of the bench: `server.ts raw | kubbo` prints its port.

import type { AddressInfo } from "node:net";
import { createServer as createNet } from "node:net";
import { createServer } from "kubbo";
import { Wire } from "../../../interop/src/contracts/wire.ts";
import { wireService } from "../../../interop/src/wire-service.ts";

if (process.argv[2] === "raw") {
  const server = createNet({ noDelay: true }, (socket) => {
    // The limit: each message is cut out and answered by itself; the answers of a chunk leave together.
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      socket.cork();
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
        const length = 4 + bytes.readUInt32BE(0);
        socket.write(bytes.subarray(0, length));
        bytes = bytes.subarray(length);
      }
      rest = bytes;
      socket.uncork();
    });
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
} else {
  const server = createServer({ listen: { tri: "off", dubbo: "127.0.0.1:0", probes: "off" } });
  server.use((call, next) => next(call));
  server.provide(Wire, wireService(), { group: "g", version: "1.0.0" });
  console.log(JSON.stringify({ port: (await server.listen()).dubbo }));
}
