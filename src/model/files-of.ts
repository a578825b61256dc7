/** Which files a model is about. */
import type { Finding } from "./finding.ts";
import type { TreeModel } from "./model.ts";

/** Every file that a model and its findings name. */
export function filesOf(model: TreeModel, findings: readonly Finding[]): Set<string> {
  const files = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === "file" && typeof inner === "string") files.add(inner);
      else visit(inner);
    }
  };
  visit([model, findings]);
  return files;
}
