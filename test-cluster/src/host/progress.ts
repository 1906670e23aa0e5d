import { seconds } from "./deadline.ts";

/** Tells a person how far a long work is. */
export interface Progress {
  /** A line that stays. */
  line(text: string): void;
  /**
   * Shows `name`, the time it takes and the newest detail while `work` runs, and how it ended. On a terminal one line
   * is rewritten; elsewhere there is a line at the start, one every 10 s, and one at the end.
   */
  step<T>(name: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T>;
}

/** What of a stream the progress needs; process.stdout fits. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const plainEveryMs = 10_000;
const terminalEveryMs = 200;

export function createProgress(out: Terminal, now: () => number = () => performance.now()): Progress {
  const line = (text: string) => void out.write(`${text}\n`);
  return {
    line,
    async step(name, work) {
      const started = now();
      let detail = "";
      const text = () => `${name} … ${seconds(now() - started)}${detail ? `, ${detail}` : ""}`;
      const show = () => {
        if (out.isTTY) out.write(`\r\x1b[K${text().slice(0, (out.columns ?? 80) - 1)}`);
        else line(text());
      };
      const timer = setInterval(show, out.isTTY ? terminalEveryMs : plainEveryMs);
      const finish = (end: string) => {
        clearInterval(timer);
        line(`${out.isTTY ? "\r\x1b[K" : ""}${name}: ${end} after ${seconds(now() - started)}`);
      };
      if (out.isTTY) show();
      try {
        const result = await work((newest) => {
          detail = newest;
        });
        finish("done");
        return result;
      } catch (error) {
        finish("failed");
        throw error;
      }
    },
  };
}

/** For callers that show nothing. */
export const silent: Progress = { line: () => {}, step: (_, work) => work(() => {}) };
