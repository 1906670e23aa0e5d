import { createServer, type ProviderOf, type Server, type ServerOptions } from "kubbo";
import type { EchoService } from "./gen/kubbo/test/v1/echo_pb.ts";

/** What the tests' provider does: gives back what it gets. `text` with a leading "!" throws. */
export const echo: ProviderOf<typeof EchoService> = {
  echo(request, context) {
    if (request.text.startsWith("!")) throw new Error(request.text.slice(1));
    for (const [key, value] of Object.entries(context.attachments)) {
      if (key.startsWith("x-")) context.responseAttachments[key] = value;
    }
    return { text: request.text, number: request.number, data: request.data };
  },
  slow(request, context) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve({ text: `${request.ms} ms` }), request.ms);
      context.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(context.signal.reason);
      });
    });
  },
  read(request) {
    return { text: request.text };
  },
};

/** A server on free ports of loopback that owns no signals. */
export function testServer(options: ServerOptions = {}): Server {
  return createServer({
    listen: { tri: "127.0.0.1:0", dubbo: "127.0.0.1:0", probes: "off" },
    signals: false,
    ...options,
  });
}
