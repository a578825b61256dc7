/** Short source-like text of an expression, for reasons: `makeId(...)`, `process.env.SHARDS`. */
import type { Expr } from "../ir.ts";

const LIMIT = 60;

export function excerpt(x: Expr): string {
  const text = show(x, 0);
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`;
}

function show(x: Expr, depth: number): string {
  if (depth > 6) return "…";
  const d = depth + 1;
  switch (x.k) {
    case "lit":
      return typeof x.v === "string" ? JSON.stringify(x.v) : String(x.v);
    case "id":
      return x.n;
    case "this":
    case "super":
      return x.k;
    case "tpl":
      return `\`${x.p.map((part) => (typeof part === "string" ? part : `\${${show(part, d)}}`)).join("")}\``;
    case "obj":
      return x.p.length === 0 ? "{}" : "{...}";
    case "arr":
      return x.p.length === 0 ? "[]" : "[...]";
    case "spread":
      return `...${show(x.x, d)}`;
    case "get":
      return `${show(x.o, d)}${x.q ? "?." : "."}${x.n}`;
    case "idx":
      return `${show(x.o, d)}[${show(x.i, d)}]`;
    case "call":
      return `${show(x.f, d)}(${x.a.length === 0 ? "" : "..."})`;
    case "new":
      return `new ${show(x.f, d)}(${x.a.length === 0 ? "" : "..."})`;
    case "cond":
      return `${show(x.c, d)} ? … : …`;
    case "bin":
      return `${show(x.l, d)} ${x.op} ${show(x.r, d)}`;
    case "un":
      return `${x.op}${/[a-z]$/.test(x.op) ? " " : ""}${show(x.x, d)}`;
    case "asg":
      return x.op === "delete" ? "delete …" : `… ${x.op} ${show(x.v, d)}`;
    case "fn":
      return x.f.n === null ? "function" : `function ${x.f.n}`;
    case "cls":
      return `class ${x.c.n ?? ""}`.trim();
    case "await":
      return `await ${show(x.x, d)}`;
    case "opaque":
      return x.w;
  }
}
