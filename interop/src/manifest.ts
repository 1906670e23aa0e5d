import type { Load } from "./load.ts";

// What is deployed in the cluster's tests, as functions of the images.

/** The one Role that a consumer needs. */
export function discoveryRole(namespace: string, account: string, accountNamespace = namespace): readonly object[] {
  const group = "rbac.authorization.k8s.io";
  return [
    {
      apiVersion: `${group}/v1`,
      kind: "Role",
      metadata: { name: "kubbo-discovery", namespace },
      rules: [{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: { name: `kubbo-discovery-${account}`, namespace },
      roleRef: { apiGroup: group, kind: "Role", name: "kubbo-discovery" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: accountNamespace }],
    },
  ];
}

export function serviceAccount(name: string): object {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } };
}

/** As Pod Security "restricted" wants it. */
const podSecurity = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } };
const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

const ports = [
  { name: "tri", port: 50051, appProtocol: "kubernetes.io/h2c" },
  { name: "dubbo", port: 20880, appProtocol: "kubbo.dev/dubbo" },
];

export interface ProviderOptions {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly memory?: string;
  /** What the readiness probe asks, and on which port. */
  readonly probe: { readonly path: string; readonly port: number };
}

/** A provider: ServiceAccount without any right and without a token, Service, Deployment. */
export function provider(options: ProviderOptions): readonly object[] {
  const { name, image, replicas, labels = {}, environment = {}, memory = "256Mi", probe } = options;
  return [
    { ...serviceAccount(name), automountServiceAccountToken: false },
    { apiVersion: "v1", kind: "Service", metadata: { name, labels }, spec: { selector: { app: name }, ports } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: {
        replicas,
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            serviceAccountName: name,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 30,
            securityContext: podSecurity,
            containers: [
              {
                name: "provider",
                image,
                imagePullPolicy: "Never",
                env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
                ports: [
                  { name: "tri", containerPort: 50051 },
                  { name: "dubbo", containerPort: 20880 },
                ],
                readinessProbe: { httpGet: probe, periodSeconds: 1 },
                resources: { requests: { cpu: "50m", memory }, limits: { memory } },
                securityContext: containerSecurity,
              },
            ],
          },
        },
      },
    },
  ];
}

export interface ConsumerOptions {
  readonly name: string;
  readonly image: string;
  readonly loads: readonly Load[];
}

/** A consumer: ServiceAccount and one pod. Its rights are given apart. */
export function consumer({ name, image, loads }: ConsumerOptions): readonly object[] {
  return [
    serviceAccount(name),
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, labels: { app: name } },
      spec: {
        serviceAccountName: name,
        enableServiceLinks: false,
        securityContext: podSecurity,
        containers: [
          {
            name: "consumer",
            image,
            imagePullPolicy: "Never",
            args: ["src/consumer.ts"],
            env: [{ name: "LOADS", value: JSON.stringify(loads) }],
            resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } },
            securityContext: containerSecurity,
          },
        ],
      },
    },
  ];
}

export interface JavaConsumerPodOptions {
  readonly name: string;
  readonly image: string;
  /** `matrix` or `load`. */
  readonly mode: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A Java consumer that runs to its end. */
export function javaConsumer({ name, image, mode, environment }: JavaConsumerPodOptions): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity,
      containers: [
        {
          name: "consumer",
          image,
          imagePullPolicy: "Never",
          args: [mode],
          env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
          resources: { requests: { cpu: "100m", memory: "320Mi" }, limits: { memory: "320Mi" } },
          securityContext: containerSecurity,
        },
      ],
    },
  };
}
