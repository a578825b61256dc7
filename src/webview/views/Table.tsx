/** All processes in a table that can be sorted, as in Erlang's observer: the way to look at thousands. */
import { placeAbove } from "../../model/index.ts";
import "./Table.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Glyph } from "../draw/Glyph.tsx";
import { listenToItems } from "../gestures/items.ts";
import { SCROLLS } from "../panels/controls.tsx";
import { figures } from "../run/figures.ts";
import { viewing } from "../run/moments.ts";
import { itemId } from "../scene/item-id.ts";
import { COLUMNS, type Column, columnsWith, sortNodes } from "../scene/table.ts";
import { inOrder, type SceneNode } from "../scene/types.ts";
import { describeProcess } from "../scene/words.ts";
import { tableOrder } from "../state/keys.ts";
import { focusSoon, revealed } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import { matches, scene, selection } from "../state/view.ts";
import { Space } from "./Space.tsx";
import { scrollToRow, useVirtualRows } from "./virtual-rows.ts";

const ROW = 24;
const HEAD = 28;

export function Table() {
  const ref = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<{ column: Column["id"]; down: boolean } | null>(null);
  const drawn = scene.value;
  const measured = viewing.value === null ? figures.value : null;
  const columns = useMemo(
    () => (measured === null ? COLUMNS : columnsWith(measured.of, measured.at)),
    [measured],
  );
  const matching = matches.value;
  const rows = useMemo(() => {
    const all =
      drawn === null ? [] : inOrder(drawn).filter(({ path }) => matching === null || matching.has(path));
    return sort === null ? all : sortNodes(all, sort.column, sort.down, columns);
  }, [drawn, matching, sort, sort === null ? null : columns]);
  const { from, to } = useVirtualRows(ref, rows.length, ROW, HEAD);
  useEffect(() => listenToItems(ref.current!), []);
  useEffect(() => {
    tableOrder.value = rows.map(({ path }) => path);
    return () => {
      tableOrder.value = null;
    };
  }, [rows]);
  const wanted = revealed.value;
  useEffect(() => {
    const row = rows.findIndex((node) => node.path === wanted?.path);
    if (wanted === null || row < 0) {
      return undefined;
    }
    scrollToRow(ref.current!, row, ROW, HEAD);
    return focusSoon(wanted);
  }, [wanted]);
  const chosen = selection.value;
  return (
    <div class={measured === null ? "process-table" : "process-table measured"} ref={ref} {...SCROLLS}>
      <table aria-label={t("Processes")} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head
                key={column.id}
                column={column}
                sorted={sort?.column === column.id ? (sort.down ? "descending" : "ascending") : "none"}
                onClick={() =>
                  setSort({
                    column: column.id,
                    down: sort?.column === column.id ? !sort.down : column.number,
                  })
                }
              />
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={from} height={ROW} />
          {rows.slice(from, to).map((node, i) => (
            <Row
              key={node.path}
              node={node}
              columns={columns}
              index={from + i}
              selected={node.path === chosen}
              reachable={chosen === null ? from + i === 0 : node.path === chosen}
            />
          ))}
          <Space rows={rows.length - to} height={ROW} />
        </tbody>
      </table>
    </div>
  );
}

function Head(props: { column: Column; sorted: "ascending" | "descending" | "none"; onClick: () => void }) {
  const { column, sorted, onClick } = props;
  return (
    <th scope="col" class={`column-${column.id} ${column.number ? "number" : ""}`} aria-sort={sorted}>
      <button type="button" class="column-head" onClick={onClick}>
        {t(column.title)}
        {sorted !== "none" && (
          <i class={`codicon codicon-arrow-${sorted === "descending" ? "down" : "up"}`} aria-hidden="true" />
        )}
      </button>
    </th>
  );
}

function Row(props: {
  node: SceneNode;
  columns: readonly Column[];
  index: number;
  selected: boolean;
  reachable: boolean;
}) {
  const { node, columns, index, selected, reachable } = props;
  return (
    <tr
      id={itemId(node.path)}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-label={describeProcess(node)}
      tabIndex={reachable ? 0 : -1}
      class={`process-row state-${node.state} ${selected ? "selected" : ""}`}
      data-path={node.path}
      data-state={node.state}
      data-incarnation={node.incarnation}
    >
      {columns.map((column) => (
        <td
          key={column.id}
          class={`column-${column.id} ${column.number ? "number" : ""}`}
          title={column.number ? column.text(node) : String(column.value(node))}
        >
          {column.id === "state" && (
            <svg class="line-glyph" width={16} height={16} aria-hidden="true">
              <Glyph class="state" name={node.state} x={0} y={0} />
            </svg>
          )}
          {column.bar !== undefined && column.bar(node) > 0 && (
            <span
              class="bar"
              aria-hidden="true"
              style={{ width: `calc((100% - 16px) * ${column.bar(node)})` }}
            />
          )}
          {column.id === "supervisor" ? <Path path={column.text(node)} /> : column.text(node)}
        </td>
      ))}
    </tr>
  );
}

/** A path whose beginning gives way: its end tells it apart. */
function Path({ path }: { path: string }) {
  const above = placeAbove(path);
  const end = above === "" ? 0 : above.length + 1;
  return (
    <span class="cell-path">
      <span>{path.slice(0, end)}</span>
      <span class="path-end">{path.slice(end)}</span>
    </span>
  );
}
