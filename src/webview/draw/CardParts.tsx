/** Parts of a card beside its texts: the children it counts, badges. */
import { type Look, MARK, PAD, TINY } from "../scene/look.ts";
import { LIFE_STATES } from "../scene/types.ts";
import { worstSeverity } from "../scene/words.ts";
import { Glyph } from "./Glyph.tsx";
import { SMALL_PX } from "./measure.ts";

/** One mark per child that has no card of its own, in start order. */
export function PackMarks({ look, tiny }: { look: Look; tiny: boolean }) {
  const { pack, node } = look.visible;
  if (pack === null) {
    return null;
  }
  const top = look.packTop + 22;
  const paths = new Map<string, string>();
  for (const [i, state] of pack.marks.entries()) {
    const x = PAD + (i % look.columns) * MARK;
    const y = top + Math.floor(i / look.columns) * MARK;
    // The shape tells the state as well as the colour: full, hollow in the middle, or a bar.
    const shape =
      state === "running"
        ? `M${x} ${y}h5v5h-5z`
        : state === "crashed"
          ? `M${x} ${y}l5 5m0 -5l-5 5`
          : state === "stopped" || state === "waiting" || state === "ignored"
            ? `M${x} ${y + 2}h5v1h-5z`
            : `M${x} ${y}h5v5h-5zM${x + 1} ${y + 1}v3h3v-3z`;
    paths.set(state, (paths.get(state) ?? "") + shape);
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
      {LIFE_STATES.map((state) => {
        const d = paths.get(state);
        return d === undefined ? null : <path key={state} class={`mark state-${state}`} d={d} />;
      })}
    </g>
  );
}

/** Findings at the upper right corner, what is unknown at the lower right. */
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
        <g class="question" transform={`translate(${look.width - 8} ${look.height - 8})`}>
          <circle class="badge-face" cx={0} cy={0} r={8} />
          <text x={0} y={4} text-anchor="middle">
            ?
          </text>
        </g>
      )}
    </>
  );
}
