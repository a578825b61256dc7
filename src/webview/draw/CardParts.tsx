/** Parts that cards and the lines of the outline share: strategy, budget, the children that are counted, badges. */
import { type Look, MARK, PAD, pipsOf, TINY } from "../scene/look.ts";
import { LIFE_STATES, type LifeState, type SceneNode } from "../scene/types.ts";
import { worstSeverity } from "../scene/words.ts";
import { Glyph } from "./Glyph.tsx";
import { SMALL_PX } from "./measure.ts";

/** One mark per child that has no card of its own, in start order. */
export function PackMarks({ look, tiny }: { look: Look; tiny: boolean }) {
  const { pack, node } = look.visible;
  if (pack === null) {
    return null;
  }
  return (
    <g class="pack" data-toggle={node.path}>
      <rect class="hit" y={look.packTop} width={look.width} height={look.height - look.packTop} />
      <line class="rule" x1={1} x2={look.width - 1} y1={look.packTop - 0.5} y2={look.packTop - 0.5} />
      <Glyph name="pool" x={PAD - 2} y={look.packTop + 3} size={14} />
      <text
        class={tiny ? "" : "small"}
        x={PAD + 16}
        y={look.packTop + (tiny ? 16 : 14)}
        font-size={tiny ? SMALL_PX * TINY : SMALL_PX}
      >
        {tiny ? look.packTiny : look.packText}
      </text>
      <Marks states={pack.marks} columns={look.columns} x={PAD} y={look.packTop + 22} />
    </g>
  );
}

/** A mark per state in the order that is given, row by row. The shape tells the state as well as the colour. */
export function Marks({
  states,
  columns,
  x: left,
  y: top,
}: {
  states: readonly LifeState[];
  columns: number;
  x: number;
  y: number;
}) {
  const paths = new Map<LifeState, string>();
  for (const [i, state] of states.entries()) {
    const x = left + (i % columns) * MARK;
    const y = top + Math.floor(i / columns) * MARK;
    paths.set(state, (paths.get(state) ?? "") + markAt(state, x, y));
  }
  return (
    <>
      {LIFE_STATES.map((state) => {
        const d = paths.get(state);
        return d === undefined ? null : <path key={state} class={`mark state-${state}`} d={d} />;
      })}
    </>
  );
}

/** Full, a cross, a bar, or hollow in the middle. */
function markAt(state: LifeState, x: number, y: number): string {
  switch (state) {
    case "running":
      return `M${x} ${y}h5v5h-5z`;
    case "crashed":
      return `M${x} ${y}l5 5m0 -5l-5 5`;
    case "stopped":
    case "waiting":
    case "ignored":
      return `M${x} ${y + 2}h5v1h-5z`;
    default:
      return `M${x} ${y}h5v5h-5zM${x + 1} ${y + 1}v3h3v-3z`;
  }
}

/** Three siblings, the middle one crashes: the filled ones are restarted. Dashed where the strategy is not known. */
export function StrategyGlyph({ node, x, y }: { node: SceneNode; x: number; y: number }) {
  const affected: Record<string, string> = {
    one_for_one: "010",
    simple_one_for_one: "010",
    one_for_all: "111",
    rest_for_one: "011",
  };
  const pattern =
    node.strategy === null ? (node.role === "pool" ? "010" : undefined) : affected[node.strategy];
  return (
    <g class="pattern" data-hint={strategyHint(node)}>
      {[...(pattern ?? "???")].map((hit, i) => (
        <rect
          key={String(i)}
          class={hit === "1" ? "hit-child" : hit === "0" ? "kept-child" : "kept-child missing"}
          x={x + i * 8 + 0.5}
          y={y + 0.5}
          width={6}
          height={8}
          rx={1}
        />
      ))}
    </g>
  );
}

/** What a strategy or a restart type means is said on hover. */
export function strategyHint({ strategy, role }: SceneNode): string {
  return strategy !== null
    ? `strategy ${strategy}`
    : role === "pool"
      ? "strategy simple_one_for_one"
      : "strategy";
}

export function restartHint({ restart }: SceneNode): string {
  return restart === null ? "restart" : `restart ${restart}`;
}

export function budgetHint({ pastLimit }: SceneNode): string {
  return `budget ${pastLimit}`;
}

/** One per restart of the budget; the filled ones are left. */
export function Pips({ node, x, y }: { node: SceneNode; x: number; y: number }) {
  const { budget } = node;
  const count = pipsOf(node);
  if (budget === null || count === 0) {
    return null;
  }
  const left = Math.max(0, budget.intensity - budget.used);
  return (
    <g class={`pips ${left === 0 ? "empty" : ""}`} data-hint={budgetHint(node)}>
      {Array.from({ length: count }, (_, i) => (
        <circle
          key={String(i)}
          class={i < left ? "pip left" : "pip spent"}
          cx={x + 4 + i * 10}
          cy={y}
          r={3.5}
        />
      ))}
    </g>
  );
}

/** Findings at the upper right corner, what is unknown at the lower right, beside all texts. */
export function Badges({ look }: { look: Look }) {
  const { node } = look.visible;
  const severity = worstSeverity(node.findings);
  const count = node.findings.length;
  return (
    <>
      {severity !== null && (
        <g class={`badge ${severity}`} transform={`translate(${look.width - 9} -7)`}>
          <circle class="badge-face" cx={8} cy={8} r={8.5} />
          <Glyph name={`${severity}Badge`} x={1} y={1} size={14} />
          {count > 1 && (
            <text class="badge-count" x={19} y={12}>
              {count}
            </text>
          )}
        </g>
      )}
      {node.unknown.length > 0 && (
        <g class="question" transform={`translate(${look.width - 1} ${look.height - 1})`}>
          <circle class="badge-face" cx={0} cy={0} r={8} />
          <text x={0} y={4} text-anchor="middle">
            ?
          </text>
        </g>
      )}
    </>
  );
}
