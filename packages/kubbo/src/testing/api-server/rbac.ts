import { type KubernetesObject, type Resource, resources } from "./resource.ts";
import type { Store } from "./store.ts";

/** What somebody wants to do. */
export interface AccessRequest {
  readonly user: string;
  readonly verb: string;
  readonly resource: Resource;
  readonly namespace: string;
}

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
}

interface Subject {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/**
 * Whether Roles and RoleBindings of the namespace allow it: rules are compared as texts, `*` is any.
 *
 * Source: rbac.authorization.k8s.io/v1, without ClusterRoles, groups and resourceNames.
 */
export function isAllowed(store: Store, request: AccessRequest): boolean {
  const { namespace } = request;
  return store.list(resourceNamed("rolebindings"), namespace).some((binding) => {
    const subjects = (binding["subjects"] as readonly Subject[] | undefined) ?? [];
    if (!subjects.some((subject) => userOf(subject) === request.user)) return false;
    const roleName = (binding["roleRef"] as { readonly name?: string } | undefined)?.name ?? "";
    const role = store.get(resourceNamed("roles"), namespace, roleName);
    return role !== undefined && rulesOf(role).some((rule) => allows(rule, request));
  });
}

function resourceNamed(plural: string): Resource {
  return resources.find((each) => each.plural === plural) as Resource;
}

function userOf({ kind, name = "", namespace = "" }: Subject): string {
  return kind === "ServiceAccount" ? serviceAccountUser(namespace, name) : name;
}

/** The user name of a ServiceAccount. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

function rulesOf(role: KubernetesObject): readonly Rule[] {
  return (role["rules"] as readonly Rule[] | undefined) ?? [];
}

function allows(rule: Rule, { verb, resource }: AccessRequest): boolean {
  const has = (list: readonly string[] = [], value: string) => list.includes(value) || list.includes("*");
  return has(rule.verbs, verb) && has(rule.apiGroups, resource.group) && has(rule.resources, resource.plural);
}

/** How the API server words a refusal. */
export function refusalText({ user, verb, resource, namespace }: AccessRequest): string {
  const full = resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
  return (
    `${full} is forbidden: User "${user}" cannot ${verb} resource "${resource.plural}" ` +
    `in API group "${resource.group}" in the namespace "${namespace}"`
  );
}
