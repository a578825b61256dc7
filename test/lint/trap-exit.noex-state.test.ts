import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";

/** What is said of a server that traps exits and is linked, and whose `handleInfo` is this. */
function said(handleInfo: string): string[] {
  const text = `import { GenServer, Registry, Supervisor } from "@hamicek/noex";
const peer = { init: () => 0, handleCall: (_m, s) => [s, s], handleCast: (_m, s) => s };
const keeper = {
  init: () => ({ rooms: new Map(), down: [], n: 0 }),
  handleCall: (m, s) => { s.rooms.set(m.id, m.title); return [s.n, s]; },
  handleCast: (_m, s) => s,
  handleInfo${handleInfo},
};
export const app = await Supervisor.start({ children: [
  { id: "peer", start: () => GenServer.start(peer, { name: "peer" }) },
  { id: "keeper", start: async () => {
    const ref = await GenServer.start(keeper, { trapExit: true });
    await GenServer.link(ref, Registry.lookup("peer"));
    return ref;
  } },
] });`;
  return lint(analyzeSources(new Map([["main.ts", text]])))
    .filter(({ rule }) => rule === "trap-exit")
    .map(({ messageId }) => messageId);
}

describe("a handler that changes what the state holds has handled the exit", () => {
  test.each([
    [
      "it finds what has ended",
      "(info, s) { for (const [id] of s.rooms) if (id === info.from.id) s.rooms.delete(id); return s; }",
    ],
    ["by its key", "(info, s) { s.rooms.delete(info.from.id); return s; }"],
    [
      "taken out of the state first",
      "(info, { rooms, ...s }) { rooms.delete(info.from.id); return { rooms, ...s }; }",
    ],
    ["a list of those that have ended", ": (info, s) => { s.down.push(info.from.id); return s; }"],
    ["a field that is set", ": (info, s) => { s.n += 1; return s; }"],
    [
      "by a helper",
      ": (info, s) => forget(s, info.from.id), forget: null } as never;\nfunction forget(s, id) { s.rooms.delete(id); return s; }\nconst other = {",
    ],
  ])("%s", (_, handler) => expect(said(handler)).toEqual([]));

  test.each([
    ["it gives back what it got", ": (_info, s) => s"],
    ["it only looks", "(info, s) { if (s.rooms.has(info.from.id)) return s; return s; }"],
    [
      "it only asks for a value",
      "(info, s) { const title = s.rooms.get(info.from.id); return title ? s : s; }",
    ],
  ])("not so: %s", (_, handler) => expect(said(handler)).toEqual(["dropsExits"]));
});
