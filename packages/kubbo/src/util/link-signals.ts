/** A signal that follows others, and what lets go of them. */
export interface LinkedSignal {
  readonly signal: AbortSignal | undefined;
  /** Takes the listeners off again. Call it when the work is done, or a long-lived signal keeps it in memory. */
  release(): void;
}

const nothing = () => {};

/**
 * One signal for two: aborted when the first of them is, with its reason. With one, that one; with none, none.
 *
 * Not `AbortSignal.any`: with a long-lived signal it kept memory per call on older lines of Node
 * (nodejs/node issue 54614); listeners that are removed by hand do not.
 */
export function linkSignals(a: AbortSignal | undefined, b: AbortSignal | undefined): LinkedSignal {
  if (!a || !b || a === b) return { signal: a ?? b, release: nothing };
  const linked = new AbortController();
  const follow = (signal: AbortSignal) => {
    const onAbort = () => linked.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
    return () => signal.removeEventListener("abort", onAbort);
  };
  const releases = [follow(a), follow(b)];
  return {
    signal: linked.signal,
    release() {
      for (const release of releases) release();
    },
  };
}
