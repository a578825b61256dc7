/** Which marks and motions the events of a batch cause. */
import type { TraceEvent } from "../../runtime/trace.ts";
import type { LiveState } from "../../trace/live.ts";
import { t } from "../state/strings.ts";
import { addEffect } from "./effects.ts";

/** More than this in one batch is a jump, not a story: nothing is animated. */
const STORY = 40;

export function animate(events: readonly TraceEvent[], state: LiveState): void {
  const telling = events.filter((event) => TELLING.has(event.type));
  if (telling.length > STORY) {
    return;
  }
  for (const event of telling) {
    effectOf(event, state);
  }
  for (const signal of state.signals.slice(-12)) {
    if (signal.kind === "exit_signal" && signal.effect !== "ignored") {
      // What a supervisor stops in order is no failure.
      const tone = signal.via === "parent" ? "stop" : "exit";
      addEffect({ kind: "signal", from: signal.from, to: signal.to, tone, text: signal.text });
    } else if (signal.kind === "down") {
      addEffect({ kind: "signal", from: signal.from, to: signal.to, tone: "down", text: signal.text });
    } else if (signal.kind !== "exit_signal" && signal.kind !== "reply" && events.length < 12) {
      addEffect({ kind: "signal", from: signal.from, to: signal.to, tone: "message", text: signal.text });
    }
  }
}

const TELLING = new Set<TraceEvent["type"]>(["exit", "child_started", "child_stopping", "decision"]);

function effectOf(event: TraceEvent, state: LiveState): void {
  switch (event.type) {
    case "exit": {
      const path = state.byPid.get(event.pid);
      if (path === undefined) {
        return;
      }
      const parent = state.nodes.get(path)?.parent ?? null;
      if (!event.normal) {
        addEffect({ kind: "crash", path, text: t("crashed") });
        // The supervisor hears of it along the line that holds them together.
        if (parent !== null) {
          addEffect({ kind: "signal", from: path, to: parent, tone: "exit", text: event.reason });
        }
      }
      return;
    }
    case "child_stopping": {
      const path = state.byPid.get(event.pid);
      if (path !== undefined) {
        addEffect({ kind: "stop", path, text: t("stopping") });
      }
      return;
    }
    case "child_started": {
      const path = event.pid === null ? undefined : state.byPid.get(event.pid);
      if (path === undefined) {
        return;
      }
      if (event.incarnation > 1) {
        addEffect({ kind: "ghost", path, text: `#${event.incarnation - 1}` });
      }
      addEffect({
        kind: "start",
        path,
        text: event.incarnation > 1 ? `#${event.incarnation}` : t("started"),
      });
      return;
    }
    case "decision": {
      const path = state.byPid.get(event.child.supervisor);
      if (path !== undefined && event.decision === "give_up") {
        addEffect({ kind: "give-up", path, text: t("gives up") });
      } else if (path !== undefined && event.decision === "restart") {
        addEffect({ kind: "spend", path, text: t("restarts") });
      }
      return;
    }
    default:
  }
}
