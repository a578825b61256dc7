/** Those whose end a process is told of: the ones that it links to or monitors, and how its code knows them again. */
import type { EndKind, Location } from "../../model/index.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { locationOf } from "../evaluate/scope.ts";
import { type At, alternatives, lit, record, unknown, type Value } from "../evaluate/values.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";

const MOST_PEERS = 6;
/** The name of somebody of whom nothing is known. */
const UNKNOWN = "?";

/** A process whose end a message tells of. */
export interface Peer {
  event: "EXIT" | "DOWN";
  /** Where it was linked to or monitored; null for others. */
  of: At | null;
  name: string;
}

export class Peers {
  readonly #code: ProcessCode;
  readonly #draft: ProcessDraft;
  readonly #known = new Map<string, Peer>();

  constructor(code: ProcessCode, draft: ProcessDraft) {
    this.#code = code;
    this.#draft = draft;
  }

  /** Those that its callbacks link to or monitor on any occasion, and others. */
  all(): Peer[] {
    for (const use of this.#draft.uses) {
      if (use.kind === "link" || use.kind === "monitor") this.note(use.kind, use.target, use.at);
    }
    for (const start of this.#draft.starts)
      if (start.linked && start.under === null)
        this.note(
          "link",
          { kind: "term", tag: "proc", data: { site: lit(start.site ?? "") }, at: start.at },
          start.at,
        );
    return [...this.#known.values(), { event: "EXIT", of: null, name: UNKNOWN }];
  }

  note(kind: "link" | "monitor", target: Value, at: At): void {
    const key = `${kind} ${at.module.file}:${at.start}`;
    if (this.#known.size >= MOST_PEERS || this.#known.has(key)) return;
    this.#known.set(key, { event: kind === "link" ? "EXIT" : "DOWN", of: at, name: this.#nameOf(target) });
  }

  /** The links to and the monitors of somebody, or the monitor with this reference. */
  withName(v: Value): { kind: "link" | "monitor"; of: Location }[] {
    const name = this.#nameOf(v);
    return [...this.#known.values()].flatMap(({ event, of, name: peer }) => {
      const kind = event === "EXIT" ? "link" : "monitor";
      return of !== null && name === (kind === "link" ? peer : `monitor ${peer}`)
        ? [{ kind, of: locationOf(of) } as const]
        : [];
    });
  }

  /** What a field holds that holds one process, or the reference of one monitor: it is compared as that. */
  heldBy(field: string, at: At): Value | null {
    const held = this.#held(field);
    return held === null ? null : told(this.#nameOf(held), at, "held", field, this.#code.key);
  }

  /** The message that tells of somebody's end. */
  telling(peer: Peer, end: EndKind): Record<string, Value> {
    const { at } = this.#code;
    const reason = end === "error" ? record(new Map(), at, unknown("why it has failed", at)) : lit(end);
    const who = told(peer.name, at);
    return peer.event === "EXIT"
      ? { type: lit("EXIT"), from: who, reason }
      : { type: lit("DOWN"), pid: who, ref: told(`monitor ${peer.name}`, at), reason };
  }

  #nameOf(v: Value, depth = 0): string {
    if (depth > 8) return UNKNOWN;
    if (v.kind === "literal") return JSON.stringify(v.value) ?? "undefined";
    if (v.kind === "term") {
      if (v.tag === "held" && v.data.name?.kind === "literal") return String(v.data.name.value);
      if (v.tag === "lookup" && v.data.target !== undefined) return this.#nameOf(v.data.target, depth + 1);
      if (v.tag === "name" && v.data.name !== undefined) return this.#nameOf(v.data.name, depth + 1);
      if (v.tag === "monitor" && v.data.target !== undefined)
        return `monitor ${this.#nameOf(v.data.target, depth + 1)}`;
      return `${v.tag} ${v.at.module.file}:${v.at.start}`;
    }
    if (v.kind === "symbol" && v.root === "field" && v.path.length === 0) {
      const held = this.#held(String(v.name));
      if (held !== null) return this.#nameOf(held, depth + 1);
    }
    if (v.kind === "symbol") return `${v.root} ${v.name} ${v.path.join(".")}`;
    return UNKNOWN;
  }

  /** The only process, or monitor's reference, that a field ever holds. */
  #held(field: string): Value | null {
    let held = this.#heldBy.get(field);
    if (held === undefined) {
      held = this.#findHeld(field);
      this.#heldBy.set(field, held);
    }
    return held;
  }

  readonly #heldBy = new Map<string, Value | null>();

  #findHeld(field: string): Value | null {
    const values = (this.#draft.fields.get(field) ?? [])
      .flatMap(alternatives)
      .filter((v) => !(v.kind === "literal" && (v.value === null || v.value === undefined)));
    const terms = values.filter(
      (v) =>
        (v.kind === "term" && (v.tag === "proc" || v.tag === "lookup" || v.tag === "monitor")) ||
        (v.kind === "symbol" && v.root === "arg"),
    );
    if (terms.length === 0 || terms.length < values.length) return null;
    const names = new Set(terms.map((v) => this.#nameOf(v, 4)));
    return names.size === 1 ? terms[0]! : null;
  }
}

/** Who a message tells of, or a field holds: equal when the names are. */
function told(name: string, at: At, tag = "peer", field?: string, of?: string): Value {
  return {
    kind: "term",
    tag,
    data: { name: lit(name), ...(field === undefined ? {} : { field: lit(field), of: lit(of) }) },
    at,
  };
}
