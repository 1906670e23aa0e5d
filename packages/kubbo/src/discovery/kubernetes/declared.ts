import type { DeclaredTarget } from "../../model/target.ts";
import { applicationLabel, matchesServes, parseServes, previewLabel, servesLabel } from "./serves-label.ts";
import { type Slice, sliceLabels } from "./slice.ts";

/** The authors of slices that Kubernetes' own controllers wrote. */
const ownAuthors: readonly (string | undefined)[] = [
  "endpointslice-controller.k8s.io",
  "endpointslicemirroring-controller.k8s.io",
];

/** The key of the label by which the target is declared. */
export function declaredLabel(target: DeclaredTarget, prefix: string | undefined): string {
  return target.application === undefined ? servesLabel(target.service.interface, prefix) : applicationLabel(prefix);
}

/** The label selector that finds whoever declares the target. */
export function declaredSelector(target: DeclaredTarget, prefix: string | undefined): string {
  const label = declaredLabel(target, prefix);
  return target.application === undefined ? label : `${label}=${target.application}`;
}

/**
 * Those of the slices that count for a declared target: written by Kubernetes' own controllers (unless foreign ones are
 * wanted), not a preview, and declaring the group and version where they declare an interface.
 */
export function declaredSlices(
  slices: Iterable<Slice>,
  target: DeclaredTarget,
  prefix: string | undefined,
): { readonly slices: readonly Slice[]; readonly notes: readonly string[] } {
  const label = servesLabel(target.service.interface, prefix);
  const notes = new Set<string>();
  const fitting: Slice[] = [];
  for (const slice of slices) {
    const author = slice.labels[sliceLabels.managedBy];
    const where = `Service ${slice.namespace}/${slice.service}`;
    if (!target.foreignSlices && !ownAuthors.includes(author)) {
      notes.add(`${where}: slices written by "${author ?? "nobody"}" do not count without foreignSlices.`);
      continue;
    }
    if (slice.labels[previewLabel(prefix)] === "true") {
      notes.add(`${where}: a preview is reached by an explicit target only.`);
      continue;
    }
    if (target.application === undefined) {
      const serves = parseServes(slice.labels[label] ?? "");
      if (serves.t === "invalid") notes.add(`${where}: the label ${label}: ${serves.value} does not parse.`);
      else if (!matchesServes(serves, target.service)) {
        notes.add(`${where} declares ${target.service.interface} as ${slice.labels[label]}, which does not fit.`);
      } else fitting.push(slice);
      continue;
    }
    fitting.push(slice);
  }
  return { slices: fitting, notes: [...notes] };
}
