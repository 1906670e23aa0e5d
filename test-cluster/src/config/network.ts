import type { NodePlan, Plan } from "../plan.ts";
import { prefixLengths } from "../plan.ts";

/**
 * The shell script that wires a node, run in its network namespace, the first node's first. The first has a bridge that
 * carries the node network, the second is joined to it by a veth pair. Each knows the other's pods by a route.
 *
 *     node-a   br0 10.200.0.1 ──── to-node-b ═══ eth0 10.200.0.2   node-b
 *              cni0 10.201.0.1                   cni0 10.201.1.1
 */
export function networkScript(plan: Plan, node: NodePlan): string {
  const [first, second] = plan.nodes;
  const other = node === first ? second : first;
  const port = `to-${second.name}`;
  return [
    "set -e",
    "ip link set lo up",
    ...Object.entries(sysctls(plan.dualStack)).map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`),
    ...(node === first
      ? [
          `ip link add ${node.device} type bridge`,
          `ip link add ${port} type veth peer name ${second.device} netns ${second.netns}`,
          `ip link set ${port} master ${node.device} up`,
        ]
      : []),
    ...node.addresses.map(
      (address, family) => `ip address add ${address}/${prefixLengths.node[family]} dev ${node.device}`,
    ),
    `ip link set ${node.device} up`,
    ...other.podCidrs.map((range, family) => `ip route add ${range} via ${other.addresses[family]}`),
    // A process of the node itself that speaks to a Service needs a route before the rules translate the address.
    ...plan.serviceCidrs.map((range) => `ip route add ${range} dev ${node.device}`),
  ].join("\n");
}

function sysctls(dualStack: boolean): Readonly<Record<string, number>> {
  return {
    "ipv4/ip_forward": 1,
    // Packets from a pod on the same bridge must pass the rules that translate a Service's address back.
    "bridge/bridge-nf-call-iptables": 1,
    ...(dualStack && {
      "ipv6/conf/all/forwarding": 1,
      // Looking for duplicates of an address takes a second in which it cannot be used.
      "ipv6/conf/all/accept_dad": 0,
      "ipv6/conf/default/accept_dad": 0,
      "bridge/bridge-nf-call-ip6tables": 1,
    }),
  };
}
