/** Names a pod, and a container in it when it has several. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly container?: string;
}

/** Pods by label. */
export interface PodSelector {
  readonly namespace: string;
  /** Label selector: `app=greeter`. */
  readonly selector: string;
}

/** The part of a pod, as the API server has it, that tests look at. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly name: string }[] };
  readonly status: {
    readonly phase: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: "True" | "False" | "Unknown";
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly containerID?: string;
      readonly restartCount: number;
      readonly ready: boolean;
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly terminated?: { readonly reason?: string; readonly exitCode: number };
      };
    }[];
  };
}

/** Ready and not on its way out. */
export function isPodReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return status.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
}

/** One line on how a pod is, with the reason when it waits. */
export function describePod({ metadata, status, spec }: Pod): string {
  const containers = (status.containerStatuses ?? []).map(({ name, ready, restartCount, state }) => {
    const why = state?.waiting?.message ?? state?.waiting?.reason ?? state?.terminated?.reason;
    const restarts = restartCount > 0 ? `, ${restartCount} restarts` : "";
    return `${name} ${ready ? "ready" : (why ?? "not ready")}${restarts}`;
  });
  const leaving = metadata.deletionTimestamp === undefined ? "" : ", terminating";
  return `${metadata.name} on ${spec.nodeName ?? "no node"}: ${status.phase}${leaving}; ${containers.join("; ")}`;
}
