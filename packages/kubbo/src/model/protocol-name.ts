/** The protocols by Dubbo's own names: Triple (gRPC over HTTP/2) and Dubbo2 (TCP). */
export type ProtocolName = "tri" | "dubbo";
