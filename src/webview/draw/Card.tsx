/** One card of the tree, drawn in SVG. All text of the workspace goes in as text nodes. */

import { Component } from "preact";
import { type Remark, remarkWords } from "../run/source-change.ts";
import { itemId } from "../scene/item-id.ts";
import type { Look } from "../scene/look.ts";
import { isSupervisor, PAD, pipsOf, SUPERVISOR_HEIGHT, TITLE_X, WORKER_HEIGHT } from "../scene/look.ts";
import type { SceneNode } from "../scene/types.ts";
import { describeNode } from "../scene/words.ts";
import {
  Badges,
  budgetHint,
  PackMarks,
  Pips,
  restartHint,
  StrategyGlyph,
  strategyHint,
} from "./CardParts.tsx";
import { DECORATION } from "./decoration.ts";
import { Glyph } from "./Glyph.tsx";
import { LABEL_PX } from "./measure.ts";

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
  /** An incident that goes on began here. */
  origin: boolean;
  remark: Remark | null;
  /** Of a running program, in tenths of a full bar: messages that wait, and that were handled in the last second. */
  waits: number;
  works: number;
}

/** Drawn anew only when something of it is another. */
export class Card extends Component<CardProps> {
  override shouldComponentUpdate(next: CardProps): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof CardProps)[]).some((name) => next[name] !== now[name]);
  }

  override render(props: CardProps) {
    return drawCard(props);
  }
}

function drawCard(props: CardProps) {
  const { look, x, y, tiny, selected, reachable, dimmed, moves, origin, remark } = props;
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
    origin ? "origin" : "",
  ];
  return (
    <g
      id={itemId(node.path)}
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
      aria-label={remark === null ? describeNode(look) : `${describeNode(look)}, ${remarkWords(remark)}`}
      tabindex={reachable ? 0 : -1}
    >
      {/* The name says all of it. */}
      <g class="inside" {...DECORATION}>
        {node.multiplicity !== null && <Stack look={look} />}
        <rect class="face" width={look.width} height={look.height} rx={4} />
        {node.unknown.length > 0 && (
          <rect class="hatch" width={look.width} height={look.height} rx={4} fill="url(#hatch)" />
        )}
        {wide && !tiny && <path class="band" d={bandPath(look.width)} />}
        {tiny ? <Tiny look={look} wide={wide} /> : wide ? <Wide look={look} /> : <Compact look={look} />}
        {look.visible.pack !== null && <PackMarks look={look} tiny={tiny} />}
        <Badges look={look} />
        {origin && <Origin width={look.width} />}
        {remark !== null && <RemarkBadge remark={remark} />}
        {!tiny && <Load waits={props.waits} works={props.works} height={headHeight(look, wide)} />}
      </g>
      <rect class="ring" x={-3} y={-3} width={look.width + 6} height={look.height + 6} rx={6} />
    </g>
  );
}

/** Here it began: stays until the incident is over. Beside the number in the start order, which stands in the middle. */
function Origin({ width }: { width: number }) {
  return (
    <g class="origin-mark" transform={`translate(${width * 0.28} 0)`}>
      <path d="M-6 -14h12l-6 9z" />
    </g>
  );
}

const headHeight = (look: Look, wide: boolean): number =>
  look.visible.pack !== null ? look.packTop : wide ? SUPERVISOR_HEIGHT : WORKER_HEIGHT;

/** Two small bars at the foot of a card: what waits, and what was handled. */
function Load({ waits, works, height }: { waits: number; works: number; height: number }) {
  return (
    <>
      {works > 0 && <rect class="load works" x={PAD} y={height - 3} width={works * 5} height={2} />}
      {waits > 0 && <rect class="load waits" x={PAD + 54} y={height - 3} width={waits * 5} height={2} />}
    </>
  );
}

const GLYPH = { edited: "edited", differs: "differs", drift: "differs", "stand-in": "standIn" } as const;

function RemarkBadge({ remark }: { remark: Remark }) {
  return (
    <g class="badge edited" transform="translate(-7 -7)">
      <title>{remarkWords(remark)}</title>
      <circle class="badge-face" cx={8} cy={8} r={8.5} />
      <Glyph name={GLYPH[remark]} x={1.5} y={1.5} size={13} />
    </g>
  );
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
    <text class="incarnation" data-hint="incarnation" x={x} y={y} text-anchor="end">
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
        data-hint={strategyHint(node)}
        class={`small strategy ${node.strategy === null && node.role !== "pool" ? "missing" : ""}`}
        x={TITLE_X + 30}
        y={41}
      >
        {look.second}
      </text>
      <text class="small quiet" data-hint={restartHint(node)} x={look.width - PAD} y={41} text-anchor="end">
        {look.restart}
      </text>
      <Pips node={node} x={TITLE_X} y={55.5} />
      <text
        class={`small quiet budget ${node.budget === null ? "missing" : ""}`}
        data-hint={budgetHint(node)}
        x={TITLE_X + (pipsOf(node) > 0 ? pipsOf(node) * 10 + 4 : 0)}
        y={59}
      >
        {look.budget}
      </text>
    </>
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
        data-hint={restartHint(node)}
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
