import type { Application } from "../../model/index.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Value } from "../evaluate/values.ts";
import type { ApplicationDraft } from "./unresolved-definitions.ts";

/** `names` has the names of all applications by the place of their definition. */
export function buildApplication(
  draft: ApplicationDraft,
  key: string,
  names: ReadonlyMap<string, string>,
  keyOf: (code: string) => string | null,
): Application {
  const unknown = [...draft.unknown];
  const dependencies: string[] = [];
  const wanted = draft.dependencies;
  const note = (reason: string, location: Application["location"]): void => {
    unknown.push({ field: "applications", reason, location });
  };
  if (wanted !== null && wanted.kind === "list") {
    for (const item of wanted.contents.items) {
      const name = applicationName(item.value, names);
      if (name !== null) dependencies.push(name);
      else note("an application that is not known", locationOf(item.at));
    }
    if (wanted.contents.open !== null) note(wanted.contents.open.why, locationOf(wanted.contents.open.at));
  } else if (wanted !== null && !(wanted.kind === "literal" && wanted.value === undefined)) {
    note(wanted.kind === "unknown" ? wanted.why : "computed at run time", locationOf(draft.at));
  }
  const code = draft.start?.key ?? null;
  const supervisor = code === null ? null : keyOf(code);
  if (draft.start !== null && supervisor === null && !unknown.some(({ field }) => field === "start")) {
    const reason = `${draft.start.symbol} is no supervisor that the analysis knows`;
    unknown.push({ field: "start", reason, location: locationOf(draft.at) });
  }
  return {
    key,
    name: draft.name,
    dependencies,
    supervisor,
    location: locationOf(draft.at),
    unknown,
  };
}

function applicationName(v: Value, names: ReadonlyMap<string, string>): string | null {
  if (v.kind === "literal" && typeof v.value === "string") return v.value;
  if (v.kind !== "term" || v.tag !== "app") return null;
  const key = v.data.key;
  const name = v.data.name;
  const defined = key?.kind === "literal" ? names.get(String(key.value)) : undefined;
  return defined ?? (name?.kind === "literal" && typeof name.value === "string" ? name.value : null);
}
