/**
 * Every environment variable that this library reads. docs/reference/environment.md is made from this table.
 *
 * No name ends in `_PORT` or contains `_SERVICE_`: Kubernetes injects such names for Services (service links).
 */
export const environmentVariables = {
  KUBBO_CONTEXT: "Context of the kubeconfig to use outside of a cluster.",
  KUBECONFIG: "Kubeconfig file to use outside of a cluster, as for kubectl.",
  KUBBO_NAMESPACES:
    "Namespaces to look for declared Services in, in this order, separated by commas. Default: the own.",
  KUBBO_LISTEN_TRI: "`[host:]port` or `off` for Triple. Default 50051.",
  KUBBO_LISTEN_DUBBO: "`[host:]port` or `off` for Dubbo2. Default 20880.",
  KUBBO_LISTEN_PROBES: "`[host:]port` or `off` for the probes. Default 8081.",
  KUBBO_LABEL_PREFIX: "Domain of the labels that declare Services, instead of `kubbo.dev`.",
} as const;

export type EnvironmentVariable = keyof typeof environmentVariables;

/** The variables as a plain object: `process.env`, or what a test gives. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The value of a variable; undefined if it is unset, empty, or what Kubernetes injects for a Service of that name
 * (`tcp://…`).
 */
export function environmentValue(name: EnvironmentVariable, environment: Environment): string | undefined {
  const value = environment[name];
  return value === undefined || value === "" || value.startsWith("tcp://") ? undefined : value;
}

/** Names with our prefix that mean nothing to us, each with the nearest name that does. */
export function unknownVariables(
  environment: Environment,
): readonly { readonly name: string; readonly nearest: string }[] {
  const known = Object.keys(environmentVariables);
  return Object.keys(environment)
    .filter((name) => name.startsWith("KUBBO_") && !known.includes(name) && !isServiceLink(name, environment))
    .map((name) => {
      const nearest = known
        .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
        .reduce((best, each) => (each.distance < best.distance ? each : best)).candidate;
      return { name, nearest };
    });
}

/** What the kubelet injects for Services named `kubbo…`: KUBBO_PORT, KUBBO_SERVICE_HOST, KUBBO_PORT_80_TCP, … */
function isServiceLink(name: string, environment: Environment): boolean {
  return /_SERVICE_(HOST|PORT)|_PORT(_|$)/.test(name) || environment[name]?.startsWith("tcp://") === true;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
