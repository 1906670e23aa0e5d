import { randomBytes } from "node:crypto";
import { ClusterError } from "../host/error.ts";
import type { Kubectl, KubectlOptions } from "./kubectl.ts";

/** A namespace of a test's own, deleted with all that is in it at the end of `await using`. */
export interface TestNamespace {
  readonly name: string;
  /** Deletes it and waits until it is gone. May be called twice. */
  delete(options?: KubectlOptions): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A kubelet that lost the API server for a while may look up to a minute later. */
const deleteTimeoutMs = 150_000;

/** A new namespace whose name begins with `prefix` and is nobody else's. */
export async function createNamespace(
  kubectl: Kubectl,
  prefix: string,
  options: KubectlOptions = {},
): Promise<TestNamespace> {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(prefix)) {
    throw new ClusterError(
      `"${prefix}" cannot begin the name of a namespace: small letters, digits and dashes, up to 41`,
    );
  }
  const name = `${prefix}-${randomBytes(3).toString("hex")}`;
  await kubectl(["create", "namespace", name], options);
  // Pods that are created before it exist are refused, and a bare pod is not tried again.
  await kubectl(["wait", "--for=create", "serviceaccount/default", `--namespace=${name}`, "--timeout=30s"], {
    ...options,
    timeoutMs: 35_000,
  });
  const remove = (deleteOptions: KubectlOptions = {}) => deleteNamespace(kubectl, name, deleteOptions);
  return { name, delete: remove, [Symbol.asyncDispose]: () => remove() };
}

/** Deletes a namespace and waits until it is gone; nothing happens when there is none of this name. */
export async function deleteNamespace(kubectl: Kubectl, name: string, options: KubectlOptions = {}): Promise<void> {
  const timeoutMs = options.timeoutMs ?? deleteTimeoutMs;
  const flags = ["--ignore-not-found", "--wait", `--timeout=${timeoutMs}ms`];
  await kubectl(["delete", "namespace", name, ...flags], { ...options, timeoutMs: timeoutMs + 5000 });
}
