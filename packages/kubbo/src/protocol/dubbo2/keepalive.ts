/** When a silent peer is asked, and when it counts as lost. All in ms. */
export interface KeepaliveTimes {
  /** Silence before it is asked while calls run. */
  readonly busyAskMs: number;
  /** Silence before it is asked while nothing runs. */
  readonly idleAskMs: number;
  /** How long it may take to say anything after it was asked. */
  readonly answerMs: number;
  /** The same when a call has just got no answer: there is a reason to be in doubt. */
  readonly doubtMs: number;
}

/** Idle: Dubbo's `heartbeat`. A Java provider closes what was silent for 180 s. */
export const clientTimes: KeepaliveTimes = { busyAskMs: 20_000, idleAskMs: 60_000, answerMs: 10_000, doubtMs: 3_000 };

/**
 * A Java consumer asks by itself after 60 s of silence, so that one that is still silent after 90 s is asked, and is
 * gone after 180 s. Source: `close.timeout`, 3 heartbeats, of org.apache.dubbo.common.utils.UrlUtils, 3.3.
 */
export const serverTimes: KeepaliveTimes = { busyAskMs: 90_000, idleAskMs: 90_000, answerMs: 90_000, doubtMs: 90_000 };

/** How often `check` is to be called, in ms: half of the shortest time above is precise enough. */
export const checkEveryMs = 1_500;

/**
 * Finds connections that are dead without a word and keeps idle ones alive. No timers: who owns it calls `check`.
 *
 * ```
 *   heard ----- silent for busyAskMs, idleAskMs, or in doubt ----> asked ----- silent for answerMs, doubtMs ----> lost
 *     ^                                                              |
 *     '------------------------- anything comes --------------------'
 * ```
 *
 * Source: org.apache.dubbo.remoting.exchange.support.header.HeartbeatTimerTask, 3.3, for the idle interval.
 */
export class Keepalive {
  readonly #times: KeepaliveTimes;
  #heardAtMs: number;
  /** Set if and only if the peer was asked and has not said a word since. */
  #lostAtMs: number | undefined;
  #inDoubt = false;

  constructor(times: KeepaliveTimes, nowMs: number) {
    this.#times = times;
    this.#heardAtMs = nowMs;
  }

  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  /** Anything came. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
    this.#lostAtMs = undefined;
    this.#inDoubt = false;
  }

  /** A call that was sent at `sentAtMs` got no answer in time. Only silence since then is a reason for doubt. */
  doubt(sentAtMs: number): void {
    if (this.#heardAtMs < sentAtMs) this.#inDoubt = true;
  }

  /** What is to be done now; `ask` is given once per silence. */
  check(nowMs: number, busy: boolean): "nothing" | "ask" | "lost" {
    const { busyAskMs, idleAskMs, answerMs, doubtMs } = this.#times;
    if (this.#lostAtMs !== undefined) return nowMs >= this.#lostAtMs ? "lost" : "nothing";
    const silentMs = nowMs - this.#heardAtMs;
    if (!this.#inDoubt && silentMs < (busy ? busyAskMs : idleAskMs)) return "nothing";
    this.#lostAtMs = nowMs + (this.#inDoubt ? doubtMs : answerMs);
    return "ask";
  }
}
