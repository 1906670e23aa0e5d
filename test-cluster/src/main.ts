// The test cluster's command line.
//
//   npm run cluster:up                       start it, or find it running
//   npm run cluster:up -- --install          and install the Debian packages that it needs
//   npm run cluster:up -- --use-kubeconfig   start nothing: check the cluster that KUBECONFIG names
//   npm run cluster:status                   exit code 0 healthy, 1 degraded, 3 not running
//   npm run cluster:down                     end it and remove all of it but its logs
//
// Exit codes: 0 well, 1 failed, 2 nothing was started because something is missing, 130 interrupted.

import { parseArgs } from "node:util";
import { type Environment, readEnvironment } from "./environment.ts";
import { checkForeign } from "./foreign.ts";
import { ClusterError, messageOf } from "./host/error.ts";
import { createProgress } from "./host/progress.ts";
import { howToUse } from "./how-to-use.ts";
import { down, health, textOf, up } from "./lifecycle/commands.ts";
import { statusTable } from "./lifecycle/status-table.ts";

const usage = "usage: npm run cluster:up|cluster:status|cluster:down [-- --install] [-- --use-kubeconfig]";

/** Runs one command and gives the exit code. */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args);
  const [command] = positionals;
  const environment: Environment = readEnvironment({
    ...process.env,
    ...(values["use-kubeconfig"] && { KUBBO_TEST_CLUSTER: "kubeconfig" }),
  });
  const progress = createProgress(process.stdout);
  const context = { environment, progress, signal };
  if (positionals.length !== 1 || !["up", "down", "status"].includes(command ?? "")) {
    throw new ClusterError(usage, { exitCode: 2 });
  }
  if (environment.foreign) {
    progress.line(
      command === "down" ? "the cluster is not ours: nothing to end" : await checkForeign(environment, signal),
    );
    return 0;
  }
  switch (command) {
    case "up": {
      const record = await up({ ...context, install: values.install });
      progress.line(howToUse(record));
      return 0;
    }
    case "down":
      await down(context);
      return 0;
    default: {
      const { plan, found, busy } = await health(context);
      progress.line(statusTable(plan, found));
      if (busy) progress.line(`\nat work on it now: ${busy}`);
      return { healthy: 0, degraded: 1, stopped: 3 }[found.t];
    }
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        install: { type: "boolean", default: false },
        "use-kubeconfig": { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new ClusterError(`${messageOf(error)}\n${usage}`, { exitCode: 2 });
  }
}

const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    // Asked twice: leave at once. What is there is removed by the next up or down.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new ClusterError(`interrupted by ${name}`, { exitCode: 130 }));
  });
}
// Whoever read the output may have gone; that is no reason to stop half way.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  process.exitCode = await main(process.argv.slice(2), interrupt.signal);
} catch (error) {
  console.error(textOf(error));
  process.exitCode = interrupt.signal.aborted ? 130 : error instanceof ClusterError ? error.exitCode : 1;
}
