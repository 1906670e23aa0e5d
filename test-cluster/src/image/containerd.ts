import { run } from "../host/command.ts";
import { pollUntil } from "../host/deadline.ts";
import type { NodePlan } from "../plan.ts";
import { type Image, ociArchive } from "./image.ts";

/** containerd's name space of everything that belongs to Kubernetes. */
const kubernetes = "k8s.io";

export interface NodeCommandOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Control group for the command. */
  readonly group?: string | undefined;
}

/** Runs containerd's own client against the containerd of a node. Returns its output. */
export async function ctr(
  node: NodePlan,
  args: readonly string[],
  options: NodeCommandOptions & { readonly input?: AsyncIterable<Uint8Array> } = {},
): Promise<string> {
  return (await run("ctr", ["--address", node.containerdSocket, "--namespace", kubernetes, ...args], options)).stdout;
}

/** True when the kubelet of the node can use the image. */
export async function hasImage(node: NodePlan, reference: string, options: NodeCommandOptions = {}): Promise<boolean> {
  const table = await ctr(node, ["images", "ls", `name==${reference}`], options);
  // The label is containerd's sign that its Kubernetes part has taken note of the image, shortly after the import.
  return table.includes("io.cri-containerd.image=managed");
}

/** Brings an image to a node, unless it is there: its reference stands for its content. */
export async function importImage(
  node: NodePlan,
  image: Image,
  options: NodeCommandOptions & { readonly snapshotter: string },
): Promise<void> {
  const { signal, timeoutMs = 120_000, snapshotter, group } = options;
  if (await hasImage(node, image.reference, { signal, group })) return;
  const stored = new Set((await ctr(node, ["content", "ls", "--quiet"], { signal, group })).split("\n"));
  const input = ociArchive(image, (digest) => stored.has(digest));
  await ctr(node, ["images", "import", "--snapshotter", snapshotter, "-"], { input, signal, timeoutMs, group });
  await pollUntil(
    `image ${image.reference} on ${node.name}`,
    async () => ((await hasImage(node, image.reference, { signal, group })) ? true : undefined),
    { timeoutMs: 10_000, signal, everyMs: 20 },
  );
}
