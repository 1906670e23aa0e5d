import type { Report } from "./report.ts";
import type { Stage } from "./stage.ts";

/** A part of the play. `run` resolves when what it shows has happened. */
export interface Act {
  readonly title: string;
  readonly tell: string;
  run(stage: Stage, watch: Watch): Promise<void>;
}

/** What the acts wait for. */
export interface Watch {
  /** Resolves when a report fits; rejects when that takes too long. */
  until(what: string, fits: (report: Report) => boolean): Promise<Report>;
  /** Lets the load go on for a while, to be seen. */
  look(ms: number): Promise<void>;
}

/** As many endpoints as wanted, all usable, no others. */
const settled = (count: number) => (report: Report) =>
  report.endpoints.length === count && report.endpoints.every(({ ready, connected }) => ready && connected);

/** Each endpoint has answered. */
const allAnswered = (report: Report) => report.endpoints.every(({ pod }) => (report.answers[pod] ?? 0) > 0);

export const acts: readonly Act[] = [
  {
    title: "start",
    tell: "Three providers open their ports. The consumer lists and watches EndpointSlices, and connects.",
    async run(_stage, watch) {
      await watch.until("three endpoints answer", (report) => settled(3)(report) && allAnswered(report));
      await watch.look(2000);
    },
  },
  {
    title: "scale up",
    tell: "Five instead of three: the new ones get calls as soon as they are ready and connected.",
    async run(stage, watch) {
      await stage.scale(5);
      await watch.until("five endpoints answer", (report) => settled(5)(report) && allAnswered(report));
      await watch.look(2000);
    },
  },
  {
    title: "rolling update",
    tell: "Each provider is replaced. The old one: not ready, serves on, says goodbye on every connection, finishes.",
    async run(stage, watch) {
      await stage.rollingUpdate("v2");
      await watch.until("five endpoints answer", (report) => settled(5)(report) && allAnswered(report));
      await watch.look(1000);
    },
  },
  {
    title: "kill -9",
    tell: "One provider dies without a word. Its calls are made again elsewhere, since sayHello is idempotent.",
    async run(stage, watch) {
      const pod = await stage.kill();
      await watch.until(
        "its connection is gone",
        ({ endpoints }) => !endpoints.some((each) => each.pod === pod && each.connected),
      );
      await watch.until("it is back", settled(5));
      await watch.look(1000);
    },
  },
  {
    title: "API server down",
    tell: "The API server goes. Calls go on with the endpoints that are known; one provider dies meanwhile.",
    async run(stage, watch) {
      await stage.apiDown();
      await watch.until("the set is stale", ({ state }) => state === "stale");
      await watch.look(1000);
      const pod = await stage.kill();
      await watch.until(
        "its connection is gone",
        ({ endpoints }) => !endpoints.some((each) => each.pod === pod && each.connected),
      );
      await watch.look(2000);
    },
  },
  {
    title: "API server up",
    tell: "It is back: the watch goes on where it was, and the set is right again.",
    async run(stage, watch) {
      await stage.apiUp();
      await watch.until("the set is right", (report) => report.state === "synced" && settled(5)(report));
      await watch.look(1500);
    },
  },
];
