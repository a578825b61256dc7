/** Reading the fields of a spec: a value, a default, or unknown with a reason. */
import type { Unknown as UnknownField } from "../../model/index.ts";
import { locationOf } from "../evaluate/scope.ts";
import { type At, alternatives, isLit, type Lit, lit, unknown, type Value } from "../evaluate/values.ts";
import type { Literal } from "../ir.ts";

export class Fields {
  readonly defaults: string[] = [];
  readonly unknown: UnknownField[] = [];
  readonly #at: At;

  /** `at` is the place to blame when a value has none of its own. */
  constructor(at: At) {
    this.#at = at;
  }

  /** The raw value of a property: null when it is absent for certain. */
  static raw(spec: Value, key: string, at?: At): { value: Value; at: At } | null {
    if (spec.kind === "choice") {
      const parts = spec.of.map((alternative) => Fields.raw(alternative, key, at));
      if (parts.every((part) => part === null)) return null;
      const of = parts.flatMap((part) => (part === null ? [lit(undefined)] : alternatives(part.value)));
      const where = parts.find((part) => part !== null)?.at ?? spec.why.at;
      return { value: { kind: "choice", of, why: spec.why }, at: where };
    }
    if (spec.kind === "unknown") return { value: spec, at: spec.at };
    if (spec.kind === "literal") return null;
    if (spec.kind !== "record") {
      // What is no object that is known may have any property.
      const where = "at" in spec ? spec.at : at;
      return where === undefined ? null : { value: unknown(reasonOf(spec), where), at: where };
    }
    const entry = spec.contents.props.get(key);
    if (entry === undefined)
      return spec.contents.open === null ? null : { value: spec.contents.open, at: spec.contents.open.at };
    if (!entry.maybe) return { value: entry.value, at: entry.at };
    const absent: Lit = { kind: "literal", value: undefined };
    return {
      value: {
        kind: "choice",
        of: [...alternatives(entry.value), absent],
        why: { kind: "unknown", why: `"${key}" may be absent`, at: entry.at },
      },
      at: entry.at,
    };
  }

  /**
   * A field's value. `parse` gives undefined for what is not a value of this field. `absent` is the default, null
   * when there is none.
   */
  read<T>(
    spec: Value,
    key: string,
    field: string,
    parse: (v: Literal) => T | undefined,
    absent: { is: T } | null,
    why = "it is absent",
  ): T | null {
    const raw = Fields.raw(spec, key, this.#at);
    if (raw === null || isLit(raw.value, undefined)) return this.#default(field, absent, why);
    return this.value(raw.value, raw.at, field, parse, absent);
  }

  #default<T>(field: string, absent: { is: T } | null, why: string): T | null {
    if (absent === null) {
      this.note(field, why, this.#at);
      return null;
    }
    this.defaults.push(field);
    return absent.is;
  }

  /** The value of `v` as this field, when all its alternatives agree. */
  value<T>(
    v: Value,
    at: At,
    field: string,
    parse: (v: Literal) => T | undefined,
    absent: { is: T } | null,
  ): T | null {
    let result: T | undefined;
    let first = true;
    for (const alternative of alternatives(v)) {
      let parsed: T | undefined;
      if (alternative.kind === "literal") {
        parsed = alternative.value === undefined && absent !== null ? absent.is : parse(alternative.value);
        if (parsed === undefined && v.kind === "literal") {
          this.note(field, `${JSON.stringify(alternative.value)} is not a valid ${field}`, at);
          return null;
        }
      }
      if (parsed === undefined || (!first && parsed !== result)) {
        this.because(field, v.kind === "choice" && alternative.kind !== "unknown" ? v.why : alternative, at);
        return null;
      }
      result = parsed;
      first = false;
    }
    return result ?? null;
  }

  note(field: string, reason: string, at: At): void {
    this.unknown.push({ field, reason, location: locationOf(at) });
  }

  /** Notes that a field is unknown because of this value. */
  because(field: string, v: Value, at: At): void {
    this.note(field, reasonOf(v), v.kind === "unknown" ? v.at : at);
  }
}

/** Why a value is not known. */
export function reasonOf(v: Value): string {
  switch (v.kind) {
    case "unknown":
      return v.why;
    case "text":
    case "choice":
      return v.why.why;
    case "symbol":
      if (v.why !== undefined) return v.why;
      return v.root === "arg" ? `argument ${Number(v.name) + 1} of init` : `field "${v.name}" of the process`;
    case "external":
      return `computed at run time: ${[v.pkg, ...v.path].filter((part) => part !== "").join(".")}`;
    case "function":
      return v.func.name === null ? "a function without a name" : `the function ${v.func.name}`;
    case "class":
      return v.class.name === null ? "a class without a name" : `the class ${v.class.name}`;
    case "record":
      return "an object";
    case "list":
      return "a list";
    default:
      return "not a plain value";
  }
}

export const asText = (v: Literal): string | undefined => (typeof v === "string" ? v : undefined);
export const asBoolean = (v: Literal): boolean | undefined => (typeof v === "boolean" ? v : undefined);
export const asNumber = (v: Literal): number | undefined =>
  typeof v === "number" && Number.isFinite(v) ? v : undefined;
/** One of OTP's words, in the spelling of the dialect. */
export function oneOf<T extends string>(words: readonly T[], spellings?: ReadonlyMap<string, string>) {
  return (v: Literal): T | undefined => {
    if (typeof v !== "string") return undefined;
    const word = spellings?.get(v) ?? v;
    return words.find((w) => w === word);
  };
}
export const STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"] as const;
export const RESTARTS = ["permanent", "transient", "temporary"] as const;
export const AUTO_SHUTDOWNS = ["never", "any_significant", "all_significant"] as const;
export const TYPES = ["worker", "supervisor"] as const;
export const asShutdown = (v: Literal): number | "brutal_kill" | "infinity" | undefined =>
  v === "brutal_kill" || v === "infinity" ? v : v === Number.POSITIVE_INFINITY ? "infinity" : asNumber(v);
