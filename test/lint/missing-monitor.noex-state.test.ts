/** noex: whose references a behaviour keeps, wherever the type of its state is declared. */
import { expect, test } from "vitest";
import { lintFiles } from "./check.ts";

const says = (behaviour: string) =>
  lintFiles(
    new Map([
      [
        "app.ts",
        `import { GenServer, Supervisor, type GenServerBehavior, type GenServerRef } from "@hamicek/noex";
type Ref = GenServerRef<unknown, never, string, never>;
type Cast = { t: "join"; who: string; ref: Ref } | { t: "say"; text: string };
interface Room { topic: string; members: Map<string, Ref> }
interface Plain { topic: string; lines: string[] }
${behaviour}
export const app = await Supervisor.start({ children: [{ id: "room", start: () => GenServer.start(made()) as never }] });`,
      ],
    ]),
  ).map(({ messageId }) => messageId);

const callbacks = (set: string) => `init: () => ({ topic: "x", members: new Map(), lines: [] }),
  handleCall: (_m, room) => [1, room],
  handleCast: (m, room) => { ${set} return room; },`;
const joins = `if (m.t === "join") room.members.set(m.who, m.ref); else for (const r of room.members.values()) GenServer.cast(r, m.text);`;
const object = (set: string) => `{ ${callbacks(set)} }`;

test("declared by what a function returns, a variable, a class, a field, satisfies", () => {
  const T = `GenServerBehavior<Room, "size", Cast, number>`;
  for (const code of [
    `function made(): ${T} { return ${object(joins)}; }`,
    `function made(): ${T} { const n = 1; console.log(n); return (${object(joins)}); }`,
    `const made = (): ${T} => (${object(joins)});`,
    `const it: ${T} = ${object(joins)};\nconst made = () => it;`,
    `const made = () => (${object(joins)}) satisfies ${T};`,
    `const made = () => (${object(joins)}) as ${T};`,
    `class Of { static readonly it: ${T} = ${object(joins)}; }\nconst made = () => Of.it;`,
    `class It implements ${T} { init(): Room { return { topic: "x", members: new Map() }; }
  handleCall(_m: "size", room): [number, Room] { return [1, room]; }
  handleCast(m: Cast, room) { ${joins} return room; } }\nconst made = () => new It();`,
    `class It { init(): { all: { ref: Ref }[] } { return { all: [] }; }
  handleCall(_m: "size", s: { all: { ref: Ref }[] }) { return [1, s] as const; }
  handleCast(m: { ref: Ref }, s: { all: { ref: Ref }[] }) { return { all: [...s.all, m] }; } }\nconst made = () => new It();`,
    `function made(): GenServerBehavior<{ topic: string; members: Map<string, Ref> }, "size", Cast, number> { return ${object(joins)}; }`,
  ])
    expect(says(code), code).toEqual(["keepsDeadPids"]);
});

test("a state without references, or of another type, keeps none", () => {
  const set = `if (m.t === "say") room.lines.push(m.text);`;
  for (const code of [
    `function made(): GenServerBehavior<Plain, "size", Cast, number> { return ${object(set)}; }`,
    // It asks before it uses one.
    `function made(): GenServerBehavior<Room, "size", Cast, number> { return ${object(`if (m.t === "join") room.members.set(m.who, m.ref); else for (const r of room.members.values()) if (GenServer.isRunning(r)) GenServer.cast(r, m.text);`)}; }`,
    `function made(): GenServerBehavior<Map<string, Ref>, "size", Cast, number> { return { init: () => new Map(), handleCall: (_m, s) => [s.size, s],
      handleCast(m, s) { if (m.t === "join") return new Map(s).set(m.who, m.ref); const alive = new Map([...s].filter(([, who]) => GenServer.isRunning(who))); for (const r of alive.values()) GenServer.cast(r, m.text); return alive; } }; }`,
    `interface Store<S> { init(): S }\nfunction made(): Store<Room> { return ${object("")} as never; }`,
  ])
    expect(says(code), code).toEqual([]);
});
