/** The page: toolbar, the chosen view, inspector, timeline. */
import { useEffect } from "preact/hooks";
import { HoverCard } from "./draw/HoverCard.tsx";
import { CardMenu } from "./panels/CardMenu.tsx";
import { Drift } from "./panels/Drift.tsx";
import { Events, LiveRegion, Story } from "./panels/Events.tsx";
import { ExperimentBanner } from "./panels/Experiment.tsx";
import { Inspector } from "./panels/Inspector.tsx";
import { Keys } from "./panels/Keys.tsx";
import { Matrix } from "./panels/Matrix.tsx";
import { PastBanner } from "./panels/PastBanner.tsx";
import { Recorded } from "./panels/Recorded.tsx";
import { Sequence } from "./panels/Sequence.tsx";
import { CodeBanner, EmptyState, HostError, KeptBanner, RunBanner, SourceBanner } from "./panels/States.tsx";
import { Timeline } from "./panels/Timeline.tsx";
import { Toolbar } from "./panels/Toolbar.tsx";
import { chaosFrame } from "./run/chaos.ts";
import { drift, liveProgram } from "./run/live.ts";
import { frame } from "./run/pace.ts";
import { runState } from "./run/present.ts";
import { trafficFrame } from "./run/traffic.ts";
import { connected, ready } from "./state/boot.ts";
import { listenToPage } from "./state/shortcuts.ts";
import { t } from "./state/strings.ts";
import { docked, drawer, live, model, type Tab, tab } from "./state/view.ts";
import { TreePane } from "./views/TreePane.tsx";

interface TabOf {
  id: Tab;
  title: string;
  icon: string;
}

const DRIFT: TabOf = { id: "drift", title: "Drift", icon: "git-compare" };
const TABS: readonly TabOf[] = [
  { id: "tree", title: "Tree", icon: "type-hierarchy-sub" },
  { id: "sequence", title: "Sequence", icon: "list-ordered" },
  { id: "matrix", title: "Crash matrix", icon: "table" },
  { id: "events", title: "Events", icon: "output" },
];

export function App() {
  useEffect(() => listenToPage(), []);
  useEffect(() => {
    let request = requestAnimationFrame(function loop(time) {
      frame(time);
      chaosFrame();
      trafficFrame();
      request = requestAnimationFrame(loop);
    });
    return () => cancelAnimationFrame(request);
  }, []);
  const tree = model.value;
  // What runs elsewhere may be processes without any supervisor.
  const nothing =
    liveProgram.value === null
      ? tree === null || tree.supervisors.length + tree.orphans.length === 0
      : live.value === null || live.value.seq === 0;
  const empty = !connected.value || !ready.value || nothing;
  return (
    <div class={docked.value ? "app docked" : "app"} data-run={runState.value} data-tab={tab.value}>
      <header>
        <h1 class="sr-only">{t("Supervision tree")}</h1>
        <Toolbar />
      </header>
      <div class="middle">
        <main class="stage">{empty ? <EmptyState /> : <View />}</main>
        {!empty && <Inspector />}
      </div>
      {empty ? (
        <HostError />
      ) : (
        <footer class="bottom">
          <Banners />
          {tab.value !== "events" && <Story />}
          <Recorded />
          <Timeline />
          <Tabs />
        </footer>
      )}
      <HoverCard />
      <CardMenu />
      <Keys />
      <LiveRegion />
    </div>
  );
}

/**
 * What there is to say about the whole, beside the timeline that it is mostly about. Below the tree: what comes and
 * goes there takes from the tree's end and moves nothing in it.
 */
function Banners() {
  return (
    <div class="banners">
      <HostError />
      <ExperimentBanner />
      <RunBanner />
      <KeptBanner />
      <CodeBanner />
      <SourceBanner />
      <PastBanner />
    </div>
  );
}

function View() {
  switch (tab.value) {
    case "tree":
      return <TreePane />;
    case "sequence":
      return <Sequence />;
    case "matrix":
      return <Matrix />;
    case "events":
      return <Events />;
    case "drift":
      return <Drift />;
  }
}

/** What lies over the tree is about the tree. */
function show(id: Tab): void {
  tab.value = id;
  drawer.value = "closed";
}

function Tabs() {
  const differs = drift.value?.drift?.length ?? 0;
  const tabs = drift.value === null ? TABS : [...TABS, DRIFT];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) {
      return;
    }
    const at = tabs.findIndex(({ id }) => id === tab.value);
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    show(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
    event.preventDefault();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("Views")} onKeyDown={onKeyDown}>
      {tabs.map(({ id, title, icon }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          aria-selected={tab.value === id}
          tabIndex={tab.value === id ? 0 : -1}
          class={`tab ${tab.value === id ? "active" : ""}`}
          onClick={() => show(id)}
        >
          <i class={`codicon codicon-${icon}`} aria-hidden="true" />
          {t(title)}
          {id === "drift" && differs > 0 && <span class="tab-count">{differs}</span>}
        </button>
      ))}
    </div>
  );
}
