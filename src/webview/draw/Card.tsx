/** One card of the tree, drawn in SVG. All text of the workspace goes in as text nodes. */
import type { Look } from "../scene/look.ts";
import {
  isSupervisor,
  MARK,
  PAD,
  pipsOf,
  SUPERVISOR_HEIGHT,
  TINY,
  TITLE_X,
  WORKER_HEIGHT,
} from "../scene/look.ts";
import { LIFE_STATES, type SceneNode } from "../scene/types.ts";
import { describeNode, worstSeverity } from "../scene/words.ts";
import { GLYPHS, type GlyphName } from "./glyphs.ts";
import { LABEL_PX, SMALL_PX } from "./measure.ts";

export interface CardProps {
  look: Look;
  x: number;
  y: number;
  tiny: boolean;
  selected: boolean;
  /** The one card that Tab reaches. */
  reachable: boolean;
  /** Does not match the search. */
  dimmed: boolean;
  /** Its place moves softly; off while the person drags or motion is reduced. */
  moves: boolean;
}

export function Glyph({
  name,
  x,
  y,
  size = 16,
  class: className = "",
}: {
  name: GlyphName;
  x: number;
  y: number;
  size?: number;
  class?: string;
}) {
  return (
    <path
      class={`glyph ${className}`}
      d={GLYPHS[name]}
      transform={`translate(${x} ${y}) scale(${size / 16})`}
    />
  );
}

export function Card(props: CardProps) {
  const { look, x, y, tiny, selected, reachable, dimmed, moves } = props;
  const { node } = look.visible;
  const wide = isSupervisor(node);
  const expandable = node.children.length > 0;
  const classes = [
    "card",
    wide ? "supervisor" : "worker",
    `state-${node.state}`,
    selected ? "selected" : "",
    dimmed ? "dimmed" : "",
    moves ? "moves" : "",
    node.role === "process" ? "orphan" : "",
  ];
  return (
    <g
      id={cardId(node.path)}
      class={classes.join(" ")}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      data-path={node.path}
      data-state={node.state}
      data-incarnation={node.incarnation}
      role="treeitem"
      aria-level={look.level}
      aria-posinset={look.position}
      aria-setsize={look.siblings}
      aria-selected={selected}
      aria-expanded={expandable ? look.visible.open : undefined}
      aria-label={describeNode(look)}
      tabindex={reachable ? 0 : -1}
    >
      {node.multiplicity !== null && <Stack look={look} />}
      <rect class="face" width={look.width} height={look.height} rx={4} />
      {node.unknown.length > 0 && (
        <rect class="hatch" width={look.width} height={look.height} rx={4} fill="url(#hatch)" />
      )}
      {wide && !tiny && <path class="band" d={bandPath(look.width)} />}
      {tiny ? <Tiny look={look} wide={wide} /> : wide ? <Wide look={look} /> : <Compact look={look} />}
      {look.visible.pack !== null && <PackMarks look={look} tiny={tiny} />}
      <Badges look={look} />
      <rect class="ring" x={-3} y={-3} width={look.width + 6} height={look.height + 6} rx={6} />
    </g>
  );
}

/** Paths hold any character; an element's id must not hold spaces. */
export function cardId(path: string): string {
  return `card:${encodeURIComponent(path)}`;
}

function bandPath(width: number): string {
  return `M0.5 25 V4.5 a4 4 0 0 1 4 -4 H${width - 4.5} a4 4 0 0 1 4 4 V25 Z`;
}

/** Outlines behind a card that stands for several. */
function Stack({ look }: { look: Look }) {
  return (
    <>
      <rect class="behind" x={6} y={6} width={look.width - 2} height={look.height} rx={4} />
      <rect class="behind" x={3} y={3} width={look.width} height={look.height} rx={4} />
    </>
  );
}

/** "#2" from the second life on. */
function Incarnation({ node, x, y }: { node: SceneNode; x: number; y: number }) {
  return node.incarnation > 1 ? (
    <text class="incarnation" x={x} y={y} text-anchor="end">
      #{node.incarnation}
    </text>
  ) : null;
}

function Wide({ look }: { look: Look }) {
  const { node, open } = look.visible;
  return (
    <>
      <Glyph class="state" name={node.state} x={7} y={5} />
      <text class="title" x={TITLE_X} y={17.5}>
        {look.title}
      </text>
      <Incarnation node={node} x={look.width - (node.children.length > 0 ? 26 : PAD)} y={17.5} />
      {node.children.length > 0 && (
        <g class="toggle" data-toggle={node.path}>
          <rect class="hit" x={look.width - 26} y={1} width={25} height={23} />
          <Glyph name={open ? "chevronDown" : "chevronRight"} x={look.width - 22} y={5} />
        </g>
      )}
      <StrategyGlyph node={node} x={TITLE_X} y={33} />
      <text
        class={`small strategy ${node.strategy === null && node.role !== "pool" ? "missing" : ""}`}
        x={TITLE_X + 30}
        y={41}
      >
        {look.second}
      </text>
      <text class="small quiet" x={look.width - PAD} y={41} text-anchor="end">
        {look.restart}
      </text>
      <Pips node={node} />
      <text class="small quiet budget" x={TITLE_X + (pipsOf(node) > 0 ? pipsOf(node) * 10 + 4 : 0)} y={59}>
        {look.budget}
      </text>
    </>
  );
}

/** Three siblings, the middle one crashes: the filled ones are restarted. */
function StrategyGlyph({ node, x, y }: { node: SceneNode; x: number; y: number }) {
  const affected: Record<string, string> = {
    one_for_one: "010",
    simple_one_for_one: "010",
    one_for_all: "111",
    rest_for_one: "011",
  };
  const pattern = node.strategy === null ? (node.role === "pool" ? "010" : null) : affected[node.strategy];
  if (pattern === null || pattern === undefined) {
    return (
      <text class="small missing" x={x} y={y + 8}>
        ?
      </text>
    );
  }
  return (
    <g class="pattern">
      {[...pattern].map((hit, i) => (
        <rect
          key={String(i)}
          class={hit === "1" ? "hit-child" : "kept-child"}
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

function Pips({ node }: { node: SceneNode }) {
  const { budget } = node;
  const count = pipsOf(node);
  if (budget === null || count === 0) {
    return null;
  }
  const left = Math.max(0, budget.intensity - budget.used);
  return (
    <g class={`pips ${left === 0 ? "empty" : ""}`}>
      {Array.from({ length: count }, (_, i) => (
        <circle
          key={String(i)}
          class={i < left ? "pip left" : "pip spent"}
          cx={TITLE_X + 4 + i * 10}
          cy={55.5}
          r={3.5}
        />
      ))}
    </g>
  );
}

function Compact({ look }: { look: Look }) {
  const { node } = look.visible;
  return (
    <>
      <Glyph class="state" name={node.state} x={7} y={5} />
      <text class="title" x={TITLE_X} y={17.5}>
        {look.title}
      </text>
      <text
        class={`small quiet ${node.restart === null && node.role === "worker" ? "missing" : ""}`}
        x={TITLE_X}
        y={33.5}
      >
        {look.second}
      </text>
      {node.mailbox !== null && node.mailbox > 0 && (
        <Glyph class="mailbox" name="mailbox" x={look.width - 20} y={5} size={12} />
      )}
      <Incarnation node={node} x={look.width - PAD} y={33.5} />
    </>
  );
}

/** Drawn when the tree is small on the screen: the state and a large name, nothing that nobody could read. */
function Tiny({ look, wide }: { look: Look; wide: boolean }) {
  const height = wide ? SUPERVISOR_HEIGHT : WORKER_HEIGHT;
  return (
    <>
      <Glyph class="state" name={look.visible.node.state} x={6} y={height / 2 - 11} size={22} />
      <text
        class="tiny"
        x={TITLE_X + 2}
        y={height / 2 + 4.5 * look.tinyScale}
        font-size={LABEL_PX * look.tinyScale}
      >
        {look.tinyTitle}
      </text>
    </>
  );
}

function PackMarks({ look, tiny }: { look: Look; tiny: boolean }) {
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
function Badges({ look }: { look: Look }) {
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
