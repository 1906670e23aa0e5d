import type { Clock, Timer } from "../../util/clock.ts";

/** While calls run: silence before the peer is asked, and before it counts as lost, in ms. */
const busy = { askMs: 20_000, lostMs: 30_000 } as const;

/** Without calls: Dubbo's `heartbeat`. A Java provider closes what was silent for 180 s. */
const idleAskMs = 60_000;

/** How often it is looked at, in ms. */
const tickMs = 5_000;

export interface Heartbeats {
  /** Anything came from the peer. */
  heard(): void;
  stop(): void;
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  active(): number;
  /** Sends a heartbeat. */
  ask(): void;
  /** The peer has not said a word, though it was asked. */
  lost(silentMs: number): void;
}

/**
 * Finds connections that are dead without a word, and keeps idle ones alive.
 *
 * Source: org.apache.dubbo.remoting.exchange.support.header.HeartbeatTimerTask, 3.3, for the idle interval.
 */
export function startHeartbeats({ clock, active, ask, lost }: HeartbeatOptions): Heartbeats {
  let heardAt = clock.now();
  let askedAt = 0;
  let timer: Timer;
  function tick(): void {
    const now = clock.now();
    const silentMs = now - heardAt;
    const hasCalls = active() > 0;
    if (hasCalls && askedAt > heardAt && silentMs >= busy.lostMs) {
      lost(silentMs);
      return;
    }
    if (silentMs >= (hasCalls ? busy.askMs : idleAskMs) && askedAt <= heardAt) {
      askedAt = now;
      ask();
    }
    wait();
  }
  function wait(): void {
    timer = clock.setTimer(tick, tickMs, { unref: true });
  }
  wait();
  return {
    heard() {
      heardAt = clock.now();
    },
    stop: () => timer.cancel(),
  };
}
