// One end of a connection in a process of its own; started by peer-process.ts, spoken to by messages.

import type { SelfSigned } from "../../../packages/kubbo/test/self-signed.ts";
import { type Carrier, type Client, type Exchange, repeat } from "./exchange.ts";
import { kubboCarrier } from "./kubbo-carrier.ts";
import { nodeCarrier } from "./node-carrier.ts";
import { rawCarrier } from "./raw-carrier.ts";

export type CarrierName = "kubbo" | "node:http2" | "node:http2, tuned" | "raw net";

const carriers: Readonly<Record<CarrierName, Carrier>> = {
  kubbo: kubboCarrier,
  "node:http2": nodeCarrier(false),
  "node:http2, tuned": nodeCarrier(true),
  "raw net": rawCarrier,
};

export type Order =
  | { readonly t: "serve"; readonly carrier: CarrierName; readonly tls: SelfSigned | undefined }
  | {
      readonly t: "connect";
      readonly carrier: CarrierName;
      readonly tls: SelfSigned | undefined;
      readonly port: number;
    }
  | { readonly t: "run"; readonly exchange: Exchange; readonly count: number }
  | { readonly t: "cpu" };

let client: Client | undefined;

/** The port, the CPU time used so far in microseconds, or 0. */
async function obey(order: Order): Promise<number> {
  switch (order.t) {
    case "serve":
      return carriers[order.carrier].serve(order.tls);
    case "connect":
      client = await carriers[order.carrier].connect(order.port, order.tls);
      return 0;
    case "run":
      if (client) await repeat(client, order.exchange, order.count);
      return 0;
    case "cpu": {
      const { user, system } = process.cpuUsage();
      return user + system;
    }
    default:
      return order satisfies never;
  }
}

process.on("message", (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
