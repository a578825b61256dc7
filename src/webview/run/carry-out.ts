/** Carries out what a person asks for: faults go to the run, places to the host. */
import type { RunAction } from "../../model/index.ts";
import type { Command } from "../state/commands.ts";
import { post } from "../state/host.ts";
import { scene } from "../state/view.ts";
import { give } from "./give.ts";

export function carryOut(command: Command): void {
  const node = scene.value?.byPath.get(command.path);
  if (node === undefined) {
    return;
  }
  if (command.kind === "open") {
    if (node.location !== null) {
      post({ type: "reveal", location: node.location });
    }
    return;
  }
  if (node.pid === null) {
    return;
  }
  // By path, not by pid: the same input then means the same place in every replay.
  void give(actionOf(command, { path: node.path }));
}

function actionOf(command: Exclude<Command, { kind: "open" }>, target: { path: string }): RunAction {
  switch (command.kind) {
    case "crash":
    case "exit":
      return {
        kind: command.kind,
        target,
        reason: command.reason ?? (command.kind === "crash" ? "boom" : "shutdown"),
      };
    case "stop":
      return { kind: "stop", target, reason: command.reason ?? "normal" };
    case "send":
      return { kind: "send", target, message: command.message };
    case "use":
      return { kind: "use", target, to: { path: command.to }, how: command.how };
    case "start_child":
      return { kind: "start_child", target, count: command.count ?? 1 };
    default:
      return { kind: command.kind, target };
  }
}
