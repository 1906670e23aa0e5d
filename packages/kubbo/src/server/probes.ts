import type { AddressInfo } from "node:net";
import type { ServerState } from "../model/events.ts";
import type { ListenAddress } from "./options.ts";

/**
 * What each probe answers in each state. Liveness never depends on anything but that this process answers.
 */
export const probeTable: Readonly<Record<ServerState, Readonly<Record<"/startup" | "/ready" | "/live", 200 | 503>>>> = {
  starting: { "/startup": 503, "/ready": 503, "/live": 200 },
  ready: { "/startup": 200, "/ready": 200, "/live": 200 },
  draining: { "/startup": 200, "/ready": 503, "/live": 200 },
  closed: { "/startup": 200, "/ready": 503, "/live": 200 },
};

export interface Probes {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers Kubernetes' HTTP probes; the body is the state, for people. */
export async function openProbes(at: ListenAddress, state: () => ServerState): Promise<Probes> {
  // Not before it is needed: a client has no use for it, and it is the largest part of what importing kubbo would cost.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    const now = state();
    const answers: Readonly<Record<string, number>> = probeTable[now];
    const status = Object.hasOwn(answers, path) ? answers[path] : 404;
    const text = status === 404 ? "probes: /startup, /ready, /live" : now;
    // A probe is a request of its own; a connection kept alive would only hold up the end.
    response.writeHead(status ?? 404, { "content-type": "text/plain", connection: "close" }).end(`${text}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: at.port, host: at.host }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", () => {}); // accept() failing for want of descriptors must not end the process
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
