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
  switch (x.kind) {
    case "literal":
      return typeof x.value === "string" ? JSON.stringify(x.value) : String(x.value);
    case "identifier":
      return x.name;
    case "this":
    case "super":
      return x.kind;
    case "template":
      return `\`${x.parts.map((part) => (typeof part === "string" ? part : `\${${show(part, d)}}`)).join("")}\``;
    case "object":
      return x.props.length === 0 ? "{}" : "{...}";
    case "array":
      return x.items.length === 0 ? "[]" : "[...]";
    case "spread":
      return `...${show(x.argument, d)}`;
    case "get":
      return `${show(x.object, d)}${x.optional ? "?." : "."}${x.name}`;
    case "index":
      return `${show(x.object, d)}[${show(x.index, d)}]`;
    case "call":
      return `${show(x.callee, d)}(${x.args.length === 0 ? "" : "..."})`;
    case "new":
      return `new ${show(x.callee, d)}(${x.args.length === 0 ? "" : "..."})`;
    case "conditional":
      return `${show(x.test, d)} ? … : …`;
    case "binary":
      return `${show(x.left, d)} ${x.op} ${show(x.right, d)}`;
    case "unary":
      return `${x.op}${/[a-z]$/.test(x.op) ? " " : ""}${show(x.argument, d)}`;
    case "assignment":
      return x.op === "delete" ? "delete …" : `… ${x.op} ${show(x.value, d)}`;
    case "function":
      return x.func.name === null ? "function" : `function ${x.func.name}`;
    case "class":
      return `class ${x.class.name ?? ""}`.trim();
    case "await":
      return `await ${show(x.argument, d)}`;
    case "opaque":
      return x.what;
  }
}
