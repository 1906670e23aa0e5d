// nginx as a peer: a process and a folder of its own, on a free port of loopback.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findOrInstall, nginx } from "./debian-tools.ts";
import { runCommand } from "./run-command.ts";

export interface NginxOptions {
  /** What stands in the block `server` besides `listen`. Files of `files` are served. */
  readonly server: string;
  /** Before it, in the block `http`. */
  readonly http?: string;
  /** Names and contents below the root. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** PEM; absent: clear text, HTTP/2 by prior knowledge. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface Nginx extends AsyncDisposable {
  readonly port: number;
  /** Its error log so far, at the level `info`: there it tells what a client did wrong. */
  log(): string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Since 1.25.1 HTTP/2 is a directive of its own; before, a word behind `listen`. */
async function listenLines(program: string, port: number, secure: boolean): Promise<string> {
  const { output } = await runCommand(program, ["-v"], { timeoutMs: 10_000 });
  const [major = 0, minor = 0, patch = 0] = (/nginx\/([\d.]+)/.exec(output)?.[1] ?? "").split(".").map(Number);
  const isNew = major * 1_000_000 + minor * 1000 + patch >= 1_025_001;
  const ssl = secure ? " ssl" : "";
  return `listen 127.0.0.1:${port}${ssl}${isNew ? "; http2 on;" : " http2;"}`;
}

/** Starts it; resolves when it listens. Errors: MissingProgram; what nginx says of its configuration. */
export async function startNginx({ server, http = "", files = {}, tls }: NginxOptions): Promise<Nginx> {
  const program = await findOrInstall(nginx);
  const folder = mkdtempSync(join(tmpdir(), "kubbo-nginx-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const port = await freePort();
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((of) => `${of}_temp_path ${folder}/${of};`);
  const config = `
    daemon off;
    master_process off;
    pid ${folder}/pid;
    error_log stderr info;
    events { worker_connections 512; }
    http {
      access_log off;
      ${temp.join(" ")}
      default_type application/octet-stream;
      ${http}
      server {
        ${await listenLines(program, port, tls !== undefined)}
        ${tls ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;` : ""}
        root ${folder};
        ${server}
      }
    }`;
  writeFileSync(join(folder, "nginx.conf"), config);
  if (tls) {
    writeFileSync(join(folder, "key.pem"), tls.key, { mode: 0o600 });
    writeFileSync(join(folder, "cert.pem"), tls.cert);
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);

  const args = ["-p", folder, "-e", "stderr", "-c", join(folder, "nginx.conf")];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  const log: string[] = [];
  const listens = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      log.push(line);
      // Told after the sockets are open.
      if (/\[notice\].* OS: /.test(line)) resolve();
    });
  });
  const early = ended.then(() => {
    remove();
    throw new Error(`nginx ended before it listened:\n${log.join("\n")}`);
  });
  early.catch(() => {}); // told below, if it comes first
  await Promise.race([listens, early]);
  return {
    port,
    log: () => log.join("\n"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
      remove();
    },
  };
}
