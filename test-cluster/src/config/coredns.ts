import type { Plan } from "../plan.ts";
import { kubeconfigFile } from "./credentials.ts";

/**
 * CoreDNS on the first node's address, with the TTLs that kubeadm's clusters have. There is no world outside to ask, so
 * every other name does not exist; without that answer a resolver would try again for seconds.
 */
export function corefile(plan: Plan): string {
  return `.:53 {
    bind ${plan.dnsAddress}
    ready ${plan.dnsAddress}:8181
    errors
    cache 30
    kubernetes ${plan.clusterDomain} in-addr.arpa ip6.arpa {
        kubeconfig ${kubeconfigFile(plan, "coredns")}
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`;
}

/** What pods on hosts with network of the host, and the kubelet, resolve names by. */
export function resolvConf(plan: Plan): string {
  return `nameserver ${plan.dnsAddress}\n`;
}
