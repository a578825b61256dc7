/** The tree as indented lines: everything that a card says, for rooms where cards would be too small. */
import "./Outline.css";
import { useEffect, useRef } from "preact/hooks";
import { Marks, Pips, StrategyGlyph } from "../draw/CardParts.tsx";
import { Glyph } from "../draw/Glyph.tsx";
import { listenToItems } from "../gestures/items.ts";
import { SCROLLS } from "../panels/controls.tsx";
import { remarkOf, remarkWords } from "../run/source-change.ts";
import { countsInWords, type Pack, thinned } from "../scene/detail.ts";
import { itemId } from "../scene/item-id.ts";
import {
  budgetWords,
  isSupervisor,
  type Look,
  MARK,
  pipsOf,
  restartWord,
  strategyWord,
  titleOf,
  urgentWords,
} from "../scene/look.ts";
import { describeNode, worstSeverity } from "../scene/words.ts";
import { focusSoon, revealed } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import { docked, drawer, LINE_HEIGHT, looks, matches, pageWidth, selection } from "../state/view.ts";
import { scrollToRow, useVirtualRows } from "./virtual-rows.ts";

/** Pixels per level; deep trees indent less, so that names keep their room. */
const INDENT = { usual: 16, least: 5, most: 150 };

export function Outline() {
  const ref = useRef<HTMLDivElement>(null);
  const lines = [...(looks.value?.looks.values() ?? [])];
  const { from, to } = useVirtualRows(ref, lines.length, LINE_HEIGHT);
  useEffect(() => listenToItems(ref.current!), []);
  const wanted = revealed.value;
  useEffect(() => {
    const row = lines.findIndex((look) => look.path === wanted?.path);
    if (wanted === null || row < 0) {
      return undefined;
    }
    scrollToRow(ref.current!, row, LINE_HEIGHT);
    return focusSoon(wanted);
  }, [wanted]);
  // The inspector opens below the lines where it has no room beside them: what was picked stays in sight.
  const opened = drawer.value !== "closed" && !docked.value;
  useEffect(() => {
    const row = lines.findIndex((look) => look.path === selection.peek());
    if (opened && row >= 0) scrollToRow(ref.current!, row, LINE_HEIGHT);
  }, [opened]);
  const deepest = lines.reduce((most, look) => Math.max(most, look.level), 1);
  const indent = Math.max(INDENT.least, Math.min(INDENT.usual, INDENT.most / deepest));
  const chosen = selection.value;
  const reachable = lines.some((look) => look.path === chosen) ? chosen : lines[0]?.path;
  const matching = matches.value;
  return (
    <div class="outline" ref={ref} {...SCROLLS}>
      <div
        class="outline-lines"
        role="tree"
        aria-label={t("Supervision tree")}
        style={{ height: `${lines.length * LINE_HEIGHT}px` }}
      >
        {lines.slice(from, to).map((look, i) => (
          <Line
            key={look.path}
            look={look}
            top={(from + i) * LINE_HEIGHT}
            indent={(look.level - 1) * indent}
            selected={look.path === chosen}
            reachable={look.path === reachable}
            dimmed={matching !== null && !matching.has(look.path)}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  look: Look;
  top: number;
  indent: number;
  selected: boolean;
  reachable: boolean;
  dimmed: boolean;
}

function Line({ look, top, indent, selected, reachable, dimmed }: LineProps) {
  const { node, open, pack } = look.visible;
  const severity = worstSeverity(node.findings);
  const remark = remarkOf(node);
  const classes = ["line", `state-${node.state}`, selected ? "selected" : "", dimmed ? "dimmed" : ""];
  return (
    <div
      id={itemId(node.path)}
      class={classes.join(" ")}
      style={{ top: `${top}px`, paddingLeft: `${8 + indent}px` }}
      data-path={node.path}
      data-state={node.state}
      data-incarnation={node.incarnation}
      role="treeitem"
      aria-level={look.level}
      aria-posinset={look.position}
      aria-setsize={look.siblings}
      aria-selected={selected}
      aria-expanded={node.children.length > 0 ? open : undefined}
      aria-label={remark === null ? describeNode(look) : `${describeNode(look)}, ${remarkWords(remark)}`}
      tabIndex={reachable ? 0 : -1}
    >
      <span
        class="twist"
        aria-hidden="true"
        {...(node.children.length > 0 ? { "data-toggle": node.path } : {})}
      >
        {node.children.length > 0 && <i class={`codicon codicon-chevron-${open ? "down" : "right"}`} />}
      </span>
      <svg class="line-glyph" width={16} height={16} aria-hidden="true">
        <Glyph class="state" name={node.state} x={0} y={0} />
      </svg>
      <span class="line-text" aria-hidden="true">
        <span class="line-title">
          {look.level > 1 && (
            <span class="line-order" data-hint="order">
              {look.position}
            </span>
          )}
          <span class={isSupervisor(node) ? "line-name supervisor" : "line-name"} title={node.label}>
            {titleOf(node)}
          </span>
          {node.incarnation > 1 && (
            <span class="line-life" data-hint="incarnation">
              #{node.incarnation}
            </span>
          )}
          {node.mailbox !== null && node.mailbox > 0 && (
            <span class="quiet">
              <i class="codicon codicon-mail" /> {node.mailbox}
            </span>
          )}
        </span>
        <span class="line-facts">
          {isSupervisor(node) ? <Policy look={look} /> : <WorkerFacts look={look} />}
        </span>
      </span>
      {pack !== null && <Counted pack={pack} />}
      {node.unknown.length > 0 && (
        <span class="line-unknown" aria-hidden="true">
          ?
        </span>
      )}
      {remark !== null && (
        <i
          aria-hidden="true"
          class={`line-edited codicon codicon-${REMARK_ICON[remark]}`}
          title={remarkWords(remark)}
        />
      )}
      {severity !== null && (
        <i
          aria-hidden="true"
          class={`line-finding ${severity} codicon codicon-${severity === "hint" ? "lightbulb" : severity}`}
        />
      )}
    </div>
  );
}

const REMARK_ICON = {
  edited: "edit",
  differs: "git-compare",
  drift: "git-compare",
  "stand-in": "beaker",
} as const;

function WorkerFacts({ look: { visible } }: { look: Look }) {
  const { role, restart } = visible.node;
  return (
    <span class={restart === null && role === "worker" ? "missing" : ""}>
      {role === "process" ? t("unsupervised") : restartWord(visible.node)}
    </span>
  );
}

function Policy({ look }: { look: Look }) {
  const { node } = look.visible;
  const pips = pipsOf(node);
  return (
    <>
      <span class="line-fact">
        <svg width={24} height={10} aria-hidden="true">
          <StrategyGlyph node={node} x={0} y={0} />
        </svg>
        <span class={node.strategy === null && node.role !== "pool" ? "missing" : ""}>
          {strategyWord(node)}
        </span>
      </span>
      {pips > 0 && (
        <svg width={pips * 10} height={16} aria-hidden="true">
          <Pips node={node} x={0} y={8} />
        </svg>
      )}
      <span class={node.budget === null ? "missing" : ""}>{budgetWords(node)}</span>
      <span>{restartWord(node)}</span>
    </>
  );
}

/** Marks of a closed group on one line; beyond these each stands for several. */
const MOST_MARKS = { usual: 24, narrow: 10 };
/** Below this width a line has room for its name first. */
const NARROW = 560;

function Counted({ pack }: { pack: Pack }) {
  const narrow = pageWidth.value < NARROW;
  const most = narrow ? MOST_MARKS.narrow : MOST_MARKS.usual;
  const states = thinned(pack.marks, Math.ceil(pack.marks.length / most));
  return (
    <span class="line-pack" aria-hidden="true">
      <svg class="line-marks" width={states.length * MARK} height={8} aria-hidden="true">
        <Marks states={states} columns={states.length} x={0} y={1} />
      </svg>
      <span>{narrow ? urgentWords(pack) : countsInWords(pack.counts)}</span>
    </span>
  );
}
