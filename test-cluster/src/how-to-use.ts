import type { ClusterRecord } from "./lifecycle/record.ts";

/** What a person does with a cluster that is up. */
export function howToUse({ plan, kubectl }: ClusterRecord): string {
  return `
  export KUBECONFIG=${plan.paths.kubeconfig}
  alias kubectl=${kubectl}

  kubectl get nodes
  npm run test:cluster          the tests that use it
  npm run cluster:status        how it is; logs are in ${plan.paths.logs}
  npm run cluster:down          end it`;
}
