/**
 * The life of one Dubbo2 connection, seen from either side, as a pure function.
 *
 * ```
 *              greeted                 readonly
 *   greeting ----------> open <=====================> readonly       (client: what the peer said; server: what it said)
 *      |                   |        writeable            |
 *      |                   '------------. .--------------'
 *      |                          close v v
 *      |                            closing ---- idle ----> ended
 *      '--------------------------------- lost (from any state) --------> lost
 * ```
 */
export type PeerState =
  | "greeting" // client only: the heartbeat that proves a Dubbo2 peer is not answered yet
  | "open" // calls may begin
  | "readonly" // no new calls; running ones finish
  | "closing" // closes when the last call has ended
  | "ended" // our side has closed
  | "lost"; // nothing goes or comes any more

export type PeerEvent =
  | "greeted" // the peer spoke Dubbo2
  | "readonly" // event R
  | "writeable" // event W
  | "close" // our side wants to go
  | "idle" // the last call has ended
  | "lost"; // the socket is gone

export function nextPeerState(state: PeerState, event: PeerEvent): PeerState {
  if (state === "lost" || event === "lost") return "lost";
  switch (state) {
    case "greeting":
      if (event === "greeted") return "open";
      return event === "close" ? "closing" : state;
    case "open":
      if (event === "readonly") return "readonly";
      return event === "close" ? "closing" : state;
    case "readonly":
      if (event === "writeable") return "open";
      return event === "close" ? "closing" : state;
    case "closing":
      return event === "idle" ? "ended" : state;
    case "ended":
      return state;
    default:
      return state satisfies never;
  }
}
