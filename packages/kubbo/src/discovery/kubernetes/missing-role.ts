import { RpcError } from "../../model/rpc-error.ts";
import type { ApiError } from "./api-error.ts";

/** How the API server names a service account. */
const accountPattern = /system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)/;

/**
 * The error of a consumer that may not read endpoint slices: who, what, where, and the Role and RoleBinding that give the
 * right, to be applied as they are printed. The process goes on by itself once they are there.
 *
 * @param verb what was refused: list or watch
 */
export function forbiddenError(refusal: ApiError, verb: "list" | "watch", namespace: string): RpcError {
  const account = accountPattern.exec(refusal.message);
  const user = /User "([^"]+)"/.exec(refusal.message)?.[1] ?? "this user";
  const who = account ? `the ServiceAccount ${account[2]} of namespace ${account[1]}` : `the user ${user}`;
  const subject = account
    ? `{kind: ServiceAccount, name: ${account[2]}, namespace: ${account[1]}}`
    : `{kind: User, name: ${JSON.stringify(user)}, apiGroup: rbac.authorization.k8s.io}`;
  const name = account ? `kubbo-discovery-${account[1]}-${account[2]}` : "kubbo-discovery";
  const manifest = [
    "apiVersion: rbac.authorization.k8s.io/v1",
    "kind: Role",
    `metadata: {name: kubbo-discovery, namespace: ${namespace}}`,
    'rules: [{apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"]}]',
    "---",
    "apiVersion: rbac.authorization.k8s.io/v1",
    "kind: RoleBinding",
    `metadata: {name: ${name}, namespace: ${namespace}}`,
    "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: kubbo-discovery}",
    `subjects: [${subject}]`,
  ].join("\n");
  return new RpcError(
    "PERMISSION_DENIED",
    "forbidden",
    `${who} may not ${verb} endpointslices (discovery.k8s.io) in namespace ${namespace}. ` +
      `Apply this, and the process goes on by itself:\n\n${manifest}\n`,
    {
      facts: {
        user: account?.[0] ?? user,
        ...(account && { serviceAccount: account[2], serviceAccountNamespace: account[1] }),
        verb,
        resource: "endpointslices",
        namespace,
        manifest,
      },
      cause: refusal,
    },
  );
}
