import { ConnectionFault } from "./connection-fault.ts";
import type { Http2Limits } from "./limits.ts";
import { http2Error } from "./session.ts";

/** A header block that is under way; stream 0: none is. */
export interface BlockUnderWay {
  readonly streamId: number;
  readonly sinceMs: number;
}

/**
 * What a connection waits for, and for how long: the peer's first words, the rest of a header block, room in the socket,
 * any sign of life. One look per tick; no timer of its own.
 */
export class ConnectionWatch {
  /** Set when bytes come. */
  heard = true;
  settingsSeen = false;
  settingsAcknowledged = false;
  readonly #limits: Http2Limits;
  readonly #bornMs: number;
  #heardMs: number;
  /** A PING is on its way that asks whether the peer is there. */
  #probing = false;
  /** -1: the socket takes what it is given. */
  #fullSinceMs = -1;
  #takenBefore = 0;

  constructor(limits: Http2Limits, nowMs: number) {
    this.#limits = limits;
    this.#bornMs = nowMs;
    this.#heardMs = nowMs;
  }

  setFull(full: boolean, nowMs: number): void {
    this.#fullSinceMs = full ? nowMs : -1;
  }

  /** Why the connection must end, or that the peer should be asked whether it is there. */
  tick(nowMs: number, block: BlockUnderWay): ConnectionFault | "ping" | undefined {
    const { answerTimeoutMs, stallTimeoutMs, quietMs } = this.#limits;
    if (this.heard) {
      this.heard = false;
      this.#heardMs = nowMs;
      this.#probing = false;
    }
    if (nowMs - this.#bornMs > answerTimeoutMs && !(this.settingsSeen && this.settingsAcknowledged)) {
      const what = this.settingsSeen ? "acknowledgement of SETTINGS" : "SETTINGS";
      return new ConnectionFault(http2Error.settingsTimeout, `no ${what} within ${answerTimeoutMs} ms`);
    }
    if (block.streamId !== 0 && nowMs - block.sinceMs > answerTimeoutMs) {
      return new ConnectionFault(http2Error.enhanceYourCalm, `a header block took more than ${answerTimeoutMs} ms`);
    }
    if (this.#fullSinceMs >= 0 && nowMs - this.#fullSinceMs > stallTimeoutMs) {
      return new ConnectionFault(http2Error.enhanceYourCalm, `nothing was read for ${stallTimeoutMs} ms`);
    }
    const quiet = nowMs - this.#heardMs;
    if (!this.#probing) {
      this.#probing = quiet > quietMs;
      return this.#probing ? "ping" : undefined;
    }
    if (quiet <= 2 * quietMs) return undefined;
    return new ConnectionFault(http2Error.noError, `no answer to a PING within ${quietMs} ms`);
  }

  /** Whether nothing was sent since the last time. @param taken bytes that were sent, ever */
  isIdle(taken: number): boolean {
    const idle = taken === this.#takenBefore;
    this.#takenBefore = taken;
    return idle;
  }
}
