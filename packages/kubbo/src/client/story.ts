import { RpcError } from "../model/rpc-error.ts";
import { type ServiceKey, serviceKeyText } from "../model/service-key.ts";
import type { Funnel, Snapshot, SnapshotState } from "../model/snapshot.ts";
import { targetText } from "../model/target.ts";
import type { Failure } from "./directory.ts";

/** How many endpoints' failures a message tells; the others are counted. */
const toldFailures = 3;

/** What there is to say when a call finds no endpoint: the error for a call to `service` at this moment. */
export function noEndpointError(service: ServiceKey, snapshot: Snapshot, failures: readonly Failure[]): RpcError {
  const name = serviceKeyText(service);
  const { funnel, state, error, notes } = snapshot;
  const facts = { service: name, target: targetText(snapshot.target), source: snapshot.source, state, ...funnel };
  const from = `(${facts.target}, ${age(snapshot)})`;
  const said = notes.length > 0 ? ` ${notes.join(" ")}` : "";

  if (state === "syncing") {
    const why = error ? `: ${error.message}` : "";
    return new RpcError(
      "UNAVAILABLE",
      error?.reason ?? "not-synced",
      `the endpoints of ${name} are not known yet ${from}${why}`,
      {
        facts,
        cause: error,
        unprocessed: true,
      },
    );
  }
  if (state === "forbidden") {
    return new RpcError(
      "UNAVAILABLE",
      error?.reason ?? "forbidden",
      `the endpoints of ${name} cannot be read ${from}: ${error?.message ?? "refused"}`,
      {
        facts,
        cause: error,
        unprocessed: true,
      },
    );
  }
  const ready = snapshot.endpoints.filter((endpoint) => endpoint.ready && !endpoint.terminating).length;
  const terminating = snapshot.endpoints.filter((endpoint) => endpoint.terminating).length;
  if (ready === 0) {
    const counts = `${funnel.slices} slices, ${funnel.seen} endpoints seen, ${funnel.port} with the wanted port, ${funnel.ready} ready, ${terminating} terminating`;
    const reason = funnel.seen > 0 && funnel.port === 0 ? "no-port" : "no-endpoint";
    return new RpcError(
      "UNAVAILABLE",
      reason,
      `no ready endpoint for ${name} ${from}: ${counts}.${said} ${nextStep(state, funnel)}`,
      {
        facts,
        unprocessed: true,
      },
    );
  }
  const told = failures.slice(0, toldFailures).map(({ address, error: why }) => `${address}: ${why.message}`);
  const more = failures.length > toldFailures ? ` (and ${failures.length - toldFailures} more)` : "";
  return new RpcError(
    "UNAVAILABLE",
    failures[0]?.error.reason === "not-a-peer" ? "not-a-peer" : "not-connected",
    `none of ${ready} ready endpoints of ${name} is connected ${from}.${said} ` +
      (told.length > 0 ? `${told.join("; ")}${more}` : "The first attempts to connect are under way."),
    { facts, cause: failures[0]?.error, unprocessed: true },
  );
}

/** What to look at, by the step at which the endpoints were lost. */
function nextStep(state: SnapshotState, funnel: Funnel): string {
  if (state === "gone") return "Check that the Service exists, and its labels.";
  if (funnel.seen === 0) return "Check that pods match the Service's selector.";
  if (funnel.port === 0) return "Check the Service's port names and appProtocol.";
  if (funnel.address === 0) return "None of the addresses may be dialled.";
  return "Check the pods' readiness.";
}

function age({ source, state, syncedAt }: Snapshot): string {
  const since = syncedAt === undefined ? "" : `, as of ${new Date(syncedAt).toISOString()}`;
  return `${source}, ${state}${since}`;
}
