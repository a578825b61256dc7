/** The tree in the view that is chosen, above a bar with what belongs to the view. */
import "./TreePane.css";
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Canvas } from "../draw/Canvas.tsx";
import { watchSize } from "../draw/watch.ts";
import { IconButton } from "../panels/controls.tsx";
import { runState } from "../run/present.ts";
import { camera, fitTree, zoomBy } from "../state/camera.ts";
import { t } from "../state/strings.ts";
import { chosenView, type TreeView, model as tree, treeView } from "../state/view.ts";
import { Outline } from "./Outline.tsx";
import { Table } from "./Table.tsx";

const VIEWS: { id: TreeView; title: string; icon: string }[] = [
  { id: "diagram", title: "Cards", icon: "type-hierarchy-sub" },
  { id: "outline", title: "Outline", icon: "list-tree" },
  { id: "table", title: "Table", icon: "table" },
];

export function TreePane() {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => watchSize(ref.current!), []);
  return (
    <div class="tree-pane">
      <div class="tree-room" ref={ref}>
        <Chosen />
      </div>
      <div class="view-bar">
        <fieldset class="view-switch" aria-label={t("View of the tree")}>
          {VIEWS.map(({ id, title, icon }) => (
            <IconButton
              key={id}
              icon={icon}
              label={t(title)}
              pressed={treeView.value === id}
              onClick={() => {
                chosenView.value = id;
              }}
            />
          ))}
        </fieldset>
        <Invitation />
        {treeView.value === "diagram" && <Zoom />}
      </div>
    </div>
  );
}

/** Of an idle tree: what to do first. */
function Invitation() {
  const idle = runState.value === "idle" && tree.value !== null;
  return idle ? (
    <p class="invitation">
      {t("Press play, then crash a process.")}
      <span class="invitation-keys">
        {" "}
        <kbd>{t("Space")}</kbd> <kbd>C</kbd>
      </span>
    </p>
  ) : null;
}

function Chosen() {
  switch (treeView.value) {
    case "diagram":
      return <Canvas />;
    case "outline":
      return <Outline />;
    case "table":
      return <Table />;
  }
}

function Zoom() {
  const percent = useComputed(() => `${Math.round(camera.value.k * 100)}%`);
  return (
    <div class="zoom">
      <IconButton icon="zoom-out" label={t("Zoom out")} onClick={() => zoomBy(1 / 1.25)} />
      <output class="zoom-percent">{percent}</output>
      <IconButton icon="zoom-in" label={t("Zoom in")} onClick={() => zoomBy(1.25)} />
      <IconButton icon="screen-full" label={t("Fit the tree into view")} onClick={fitTree} />
    </div>
  );
}
