export { type ApiServer, type ApiServerOptions, createApiServer } from "./api-server/api-server.ts";
export type { KubernetesObject, ObjectMeta } from "./api-server/resource.ts";
export type { ApiRequest } from "./api-server/routes.ts";
export { TestClock } from "./test-clock.ts";
