/**
 * Every `RpcError.reason` with what it means. Stable: programs decide by these words.
 *
 * docs/reference/errors.md is made from this table.
 */
export const reasons = {
  // What the program said.
  "bad-argument": "A value does not fit the contract; the message names its path.",
  "bad-contract": "The contract cannot be used as it is; the message says which part and why.",
  "bad-interface": "The text is not an interface name.",
  "bad-option": "An option has a wrong value; the message gives its full path, the value and what is accepted.",
  "bad-request": "The provider could not find or decode what was asked for (Dubbo2 status 40); the method has not run.",
  "bad-service-key": "A group or version has characters that Dubbo reserves.",
  "bad-target": "The target does not parse; the message shows the part that does not and the forms that do.",
  closed: "The client, server or connection was closed before or during the call.",
  detached: "The reference belongs to a client that was closed.",
  "filter-misuse": "A filter called next() twice.",
  "missing-peer": "An optional package that this feature needs is not installed; the message names it.",

  // Finding endpoints.
  "api-unreachable": "The Kubernetes API server cannot be reached; the message has the cause.",
  "bad-cluster": "The cluster's configuration (kubeconfig, service account) cannot be used.",
  forbidden: "The API server refused the list or watch; the message prints the Role and RoleBinding to apply.",
  "no-cluster": "No cluster is configured and the process does not run in a pod.",
  "no-endpoint": "The set of endpoints is known and has none that may be called.",
  "no-port": "The Service has endpoints, but none has the wanted port.",
  "not-synced": "The set of endpoints was not known before the deadline.",
  "port-conflict":
    "The Service has several ports that fit equally well, or a port whose name and appProtocol disagree.",
  unauthenticated: "The API server did not accept the credentials.",

  // Connections.
  "connect-failed": "The endpoint could not be dialled; the message has the cause.",
  "connection-draining": "The connection takes no new calls: the peer is going away.",
  "connection-lost": "The connection broke while the call was running.",
  "not-a-peer":
    "Something answers at the address that does not speak the protocol; the message says what it seems to be.",
  "not-connected": "Every wanted endpoint was tried and none is connected.",

  // The call itself.
  "bad-message": "Bytes from the peer do not decode; the message has the offset and what was expected.",
  cancelled: "The caller cancelled.",
  deadline: "The deadline passed.",
  drain: "The server is shutting down and did not begin to work on the call.",
  exception: "The provider's code threw.",
  "java-exception": "The provider threw a Java exception; see the error's javaClass and fields.",
  limit: "A size or count is beyond a limit; the message names the limit and the option that sets it.",
  "no-method": "The provider has the service but not the method.",
  "no-service": "The provider does not have the service in this group and version.",
  overload: "A queue or the provider is full.",
  status: "The peer answered with an error status; code and message are the peer's.",
  unknown: "Something else was thrown; see `cause`.",
  unsupported: "The peer asked for something that this version does not do; the message names it.",
} as const;

export type Reason = keyof typeof reasons;
