// The TypeScript twin of dev.kubbo.interop.Provider: OrderService on Dubbo2 and EchoService on Triple. Runs in pods and as
// a process of its own; prints one JSON line when it is ready.
import { createServer } from "kubbo";
import { EchoService } from "../gen/dev/kubbo/interop/v1/echo_pb.ts";
import { OrderService } from "./contracts/order-service.ts";
import { echoService } from "./echo-service.ts";
import { host, orderService } from "./order-service.ts";

const server = createServer();
server.use(async (call, next) => {
  const reply = await next(call);
  return { ...reply, trailers: reply.trailers.then((trailers) => ({ ...trailers, "kubbo-host": host })) };
});
server.provide(OrderService, orderService);
server.provide(EchoService, echoService);
console.log(JSON.stringify({ event: "ready", host, ...(await server.listen()) }));
