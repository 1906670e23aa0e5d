/** What one connection may take, and how long things may last. All in bytes or ms. */
export interface Http2Limits {
  /** Longest header list taken. A list beyond it is refused (431), a block of twice that ends the connection. */
  readonly maxHeaderBytes: number;
  /** Streams that the peer may have open. */
  readonly maxConcurrentStreams: number;
  /** Requests that may wait because the peer allows no more streams. */
  readonly maxWaitingRequests: number;
  /** Longest frame taken. */
  readonly maxFrameBytes: number;
  /** Receive windows: where they begin and how far they grow. */
  readonly streamWindowBytes: number;
  readonly maxStreamWindowBytes: number;
  readonly connectionWindowBytes: number;
  readonly maxConnectionWindowBytes: number;
  /** Time for the peer's first SETTINGS, for its acknowledgement of ours, and for a header block to be completed. */
  readonly answerTimeoutMs: number;
  /** How long bytes may wait that the peer does not take, be it by its socket or by its window. */
  readonly stallTimeoutMs: number;
  /** Silence after which the peer is asked whether it is there (PING); it is lost if it says nothing for as long again. */
  readonly quietMs: number;
  /** A connection without streams for so long is told to go away. */
  readonly idleMs: number;
}

/** The header limit is Dubbo Java's. Windows cost nothing until a program pauses a stream and they fill. */
export const defaultLimits: Http2Limits = Object.freeze({
  maxHeaderBytes: 32 * 1024,
  maxConcurrentStreams: 1000,
  maxWaitingRequests: 10_000,
  maxFrameBytes: 64 * 1024,
  streamWindowBytes: 1 << 20,
  maxStreamWindowBytes: 1 << 22,
  connectionWindowBytes: 1 << 22,
  maxConnectionWindowBytes: 1 << 24,
  answerTimeoutMs: 10_000,
  stallTimeoutMs: 5 * 60_000,
  quietMs: 60_000,
  idleMs: 30 * 60_000,
});
