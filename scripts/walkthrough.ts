/**
 * `node scripts/walkthrough.ts`: the walkthrough's moving pictures, drawn from the scenes below. SVG with animations of its own,
 * since the editor shows no scripts and no styles in them; the colours are those of the editor's theme.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./util/paths.ts";

type State = "running" | "crashed" | "stopped" | "starting";

interface Box {
  id: string;
  x: number;
  y: number;
  label: string;
  /** Second line. */
  note?: string;
  /** Drawn wider. */
  supervisor?: true;
  /** From these seconds on; running from 0. */
  states?: readonly (readonly [number, State])[];
}

interface Signal {
  from: string;
  to: string;
  /** Seconds. */
  at: number;
  label: string;
  tone: "exit" | "message" | "down";
}

interface Scene {
  title: string;
  seconds: number;
  boxes: readonly Box[];
  lines: readonly { from: string; to: string; kind: "tree" | "link" | "monitor" }[];
  signals: readonly Signal[];
  captions: readonly (readonly [number, string])[];
}

const TRAVEL = 0.7;
const COLOURS: Record<State, string> = {
  running: "var(--vscode-charts-green)",
  crashed: "var(--vscode-charts-red)",
  stopped: "var(--vscode-descriptionForeground)",
  starting: "var(--vscode-charts-blue)",
};
const TONES: Record<Signal["tone"], string> = {
  exit: "var(--vscode-charts-red)",
  message: "var(--vscode-charts-blue)",
  down: "var(--vscode-charts-purple)",
};

export const SCENES: Readonly<Record<string, Scene>> = {
  playskool: {
    title: "Three processes with nothing above them: a crash stays a crash",
    seconds: 7,
    boxes: [
      { id: "client", x: 30, y: 120, label: "twitter client", states: [[1.5, "crashed"]] },
      { id: "handler", x: 207, y: 120, label: "http handler", states: [[3, "crashed"]] },
      { id: "mnesia", x: 384, y: 120, label: "mnesia", states: [[4.5, "crashed"]] },
    ],
    lines: [],
    signals: [],
    captions: [
      [0, "three processes, nothing above them"],
      [1.5, "the remote API changes: a crash, and nobody starts it again"],
      [3, "a request that cannot be handled: another one"],
      [4.5, "the last one is gone, too"],
    ],
  },
  hindsight: {
    title: "A supervisor above them: what crashed is started again, in order",
    seconds: 8,
    boxes: [
      { id: "sup", x: 190, y: 30, label: "my_app", note: "rest_for_one", supervisor: true },
      { id: "tables", x: 30, y: 150, label: "1 tables" },
      {
        id: "client",
        x: 207,
        y: 150,
        label: "2 client",
        states: [
          [1.5, "crashed"],
          [4, "starting"],
          [4.6, "running"],
        ],
      },
      {
        id: "handler",
        x: 384,
        y: 150,
        label: "3 handler",
        states: [
          [3, "stopped"],
          [5, "starting"],
          [5.6, "running"],
        ],
      },
    ],
    lines: [
      { from: "sup", to: "tables", kind: "tree" },
      { from: "sup", to: "client", kind: "tree" },
      { from: "sup", to: "handler", kind: "tree" },
    ],
    signals: [
      { from: "client", to: "sup", at: 1.6, label: "exit", tone: "exit" },
      { from: "sup", to: "handler", at: 2.4, label: "shutdown", tone: "message" },
      { from: "sup", to: "client", at: 3.6, label: "start", tone: "message" },
      { from: "sup", to: "handler", at: 4.6, label: "start", tone: "message" },
    ],
    captions: [
      [0, "an application starts its children in order"],
      [1.5, "client crashes, its supervisor hears of it"],
      [2.4, "what was started after it is stopped"],
      [3.6, "both are started again, in start order"],
      [5.8, "tables was never touched"],
    ],
  },
  links: {
    title: "A link carries an exit both ways, a monitor tells one side",
    seconds: 7,
    boxes: [
      { id: "a", x: 40, y: 50, label: "A", states: [[2.4, "crashed"]] },
      { id: "b", x: 370, y: 50, label: "B", states: [[1.5, "crashed"]] },
      { id: "c", x: 40, y: 190, label: "C", note: "watches" },
      { id: "d", x: 370, y: 190, label: "D", states: [[4, "crashed"]] },
    ],
    lines: [
      { from: "a", to: "b", kind: "link" },
      { from: "c", to: "d", kind: "monitor" },
    ],
    signals: [
      { from: "b", to: "a", at: 1.6, label: "exit", tone: "exit" },
      { from: "d", to: "c", at: 4.1, label: "DOWN", tone: "down" },
    ],
    captions: [
      [0, "A and B are linked, C monitors D"],
      [1.5, "B crashes: its exit ends A as well"],
      [4, "D crashes: C gets a message and lives on"],
    ],
  },
  call: {
    title: "A call: a monitor, a request, and one of three ends",
    seconds: 8,
    boxes: [
      { id: "client", x: 40, y: 110, label: "client" },
      {
        id: "server",
        x: 370,
        y: 110,
        label: "server",
        states: [[5, "crashed"]],
      },
    ],
    lines: [{ from: "client", to: "server", kind: "monitor" }],
    signals: [
      { from: "client", to: "server", at: 0.8, label: "request", tone: "message" },
      { from: "server", to: "client", at: 2.2, label: "reply", tone: "message" },
      { from: "client", to: "server", at: 4, label: "request", tone: "message" },
      { from: "server", to: "client", at: 5.2, label: "DOWN", tone: "down" },
    ],
    captions: [
      [0, "a call monitors the server, then asks"],
      [2.2, "the reply ends it"],
      [4, "or the server is gone before it has answered"],
      [5.2, "DOWN: the call fails, it does not wait for ever"],
    ],
  },
  registry: {
    title: "A registry of connections: started when they are asked for, forgotten when they end",
    seconds: 9,
    boxes: [
      { id: "client", x: 20, y: 30, label: "client" },
      { id: "registry", x: 207, y: 30, label: "registry" },
      { id: "sup", x: 384, y: 30, label: "conn_sup", note: "dynamic" },
      {
        id: "conn",
        x: 384,
        y: 190,
        label: "connection",
        states: [
          [0, "stopped"],
          [2.4, "starting"],
          [3, "running"],
          [5.6, "crashed"],
        ],
      },
    ],
    lines: [
      { from: "sup", to: "conn", kind: "tree" },
      { from: "registry", to: "conn", kind: "monitor" },
    ],
    signals: [
      { from: "client", to: "registry", at: 0.6, label: "lookup", tone: "message" },
      { from: "registry", to: "sup", at: 1.5, label: "start_child", tone: "message" },
      { from: "sup", to: "conn", at: 2.2, label: "start", tone: "message" },
      { from: "registry", to: "client", at: 3.6, label: "pid", tone: "message" },
      { from: "conn", to: "registry", at: 5.8, label: "DOWN", tone: "down" },
    ],
    captions: [
      [0, "a client asks for a connection"],
      [1.5, "there is none: the registry has one started, and monitors it"],
      [3.6, "the client gets its pid"],
      [5.6, "the connection ends: the registry is told, and forgets it"],
    ],
  },
  tips: {
    title: "Child order matters: who uses a sibling starts after it",
    seconds: 9,
    boxes: [
      { id: "sup", x: 190, y: 30, label: "chat", note: "one_for_one", supervisor: true },
      {
        id: "room",
        x: 60,
        y: 150,
        label: "room",
        states: [
          [0, "starting"],
          [2, "crashed"],
          [6.4, "starting"],
          [7, "running"],
        ],
      },
      {
        id: "history",
        x: 350,
        y: 150,
        label: "history",
        states: [
          [0, "stopped"],
          [4.6, "starting"],
          [5.2, "running"],
        ],
      },
    ],
    lines: [
      { from: "sup", to: "room", kind: "tree" },
      { from: "sup", to: "history", kind: "tree" },
    ],
    signals: [
      { from: "room", to: "history", at: 0.9, label: "call", tone: "message" },
      { from: "room", to: "sup", at: 2.1, label: "noproc", tone: "exit" },
      { from: "sup", to: "history", at: 4.2, label: "start", tone: "message" },
      { from: "sup", to: "room", at: 6, label: "start", tone: "message" },
    ],
    captions: [
      [0, "room is started first, and calls history while it starts"],
      [2, "nobody is there yet: the whole start fails"],
      [4.2, "the other way round: history first"],
      [6, "then room, which finds it"],
    ],
  },
};

const HEIGHT = 46;
const widthOf = (box: Box): number => (box.supervisor ? 180 : 150);
const text = (value: string): string => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const share = (seconds: number, all: number): string => (seconds / all).toFixed(4);

/** Seen between two seconds of every round. */
function seen(from: number, to: number, all: number): string {
  const steps = [
    [0, from <= 0 ? 1 : 0],
    ...(from > 0 ? [[from, 1]] : []),
    ...(to < all ? [[to, 0]] : []),
  ] as [number, number][];
  const times = steps.map(([at]) => share(at, all)).join(";");
  return `<animate attributeName="opacity" calcMode="discrete" dur="${all}s" repeatCount="indefinite" keyTimes="${times}" values="${steps.map(([, value]) => value).join(";")}"/>`;
}

function words(x: number, y: number, value: string, size: number, fill: string, more = ""): string {
  return `<text x="${x}" y="${y}" font-family="var(--vscode-font-family, sans-serif)" font-size="${size}" fill="${fill}"${more}>${text(value)}`;
}

function boxOf(box: Box, all: number): string {
  const states = box.states ?? [];
  const periods = states[0]?.[0] === 0 ? [...states] : [[0, "running"] as const, ...states];
  const width = widthOf(box);
  const faces = periods.map(([from, state], i) => {
    const to = periods[i + 1]?.[0] ?? all;
    const colour = COLOURS[state];
    const mark =
      state === "crashed"
        ? `<path d="M${box.x + 12} ${box.y + 12}l8 8m0 -8l-8 8" stroke="${colour}" stroke-width="2"/>`
        : state === "running"
          ? `<circle cx="${box.x + 16}" cy="${box.y + 16}" r="5.5" fill="${colour}"/>`
          : `<circle cx="${box.x + 16}" cy="${box.y + 16}" r="5" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    const dashes = state === "stopped" ? ' stroke-dasharray="3 3"' : "";
    const first = from === 0 ? "" : ' opacity="0"';
    return `<g${first}><rect x="${box.x}" y="${box.y}" width="${width}" height="${HEIGHT}" rx="5" fill="var(--vscode-editorWidget-background)" stroke="${colour}" stroke-width="1.3"${dashes}/>${mark}${periods.length > 1 ? seen(from, to, all) : ""}</g>`;
  });
  const note =
    box.note === undefined
      ? ""
      : `${words(box.x + 30, box.y + 37, box.note, 11, "var(--vscode-descriptionForeground)")}</text>`;
  return `${faces.join("")}<text x="${box.x + 30}" y="${box.y + 21}" font-family="var(--vscode-editor-font-family, monospace)" font-size="13" fill="var(--vscode-foreground)">${text(box.label)}</text>${note}`;
}

/** Where a line from the middle of one box to the middle of another leaves and enters them. */
function between(a: Box, b: Box): [number, number, number, number] {
  const middle = (box: Box) => [box.x + widthOf(box) / 2, box.y + HEIGHT / 2] as const;
  const [ax, ay] = middle(a);
  const [bx, by] = middle(b);
  const edge = (box: Box, dx: number, dy: number): [number, number] => {
    const [x, y] = middle(box);
    const most = Math.min(
      dx === 0 ? Number.POSITIVE_INFINITY : (widthOf(box) / 2 + 5) / Math.abs(dx),
      dy === 0 ? Number.POSITIVE_INFINITY : (HEIGHT / 2 + 5) / Math.abs(dy),
    );
    return [Math.round(x + dx * most), Math.round(y + dy * most)];
  };
  return [...edge(a, bx - ax, by - ay), ...edge(b, ax - bx, ay - by)];
}

export function drawScene(scene: Scene): string {
  const { seconds: all } = scene;
  const box = (id: string): Box => {
    const found = scene.boxes.find((each) => each.id === id);
    if (found === undefined) throw new Error(`${scene.title}: there is no ${id}`);
    return found;
  };
  const lines = scene.lines.map(({ from, to, kind }) => {
    const [x1, y1, x2, y2] = between(box(from), box(to));
    const path = `M${x1} ${y1}L${x2} ${y2}`;
    if (kind === "link") {
      return `<path d="${path}" stroke="var(--vscode-charts-orange)" stroke-width="6"/><path d="${path}" stroke="var(--vscode-editor-background)" stroke-width="3"/>`;
    }
    return kind === "monitor"
      ? `<path d="${path}" stroke="var(--vscode-charts-purple)" stroke-width="1.5" stroke-dasharray="6 4"/>`
      : `<path d="${path}" stroke="var(--vscode-descriptionForeground)" stroke-width="1.2"/>`;
  });
  const signals = scene.signals.map(({ from, to, at, label, tone }) => {
    const [x1, y1, x2, y2] = between(box(from), box(to));
    const [begin, end] = [share(at, all), share(at + TRAVEL, all)];
    const colour = TONES[tone];
    // Beside a line that goes down, above the boxes of one that goes across.
    const across = y1 === y2;
    const [x, y] = across ? [(x1 + x2) / 2, box(from).y - 8] : [(x1 + x2) / 2 + 34, (y1 + y2) / 2];
    return `<g opacity="0">${seen(at, at + TRAVEL, all)}<circle r="6" fill="${colour}"><animateMotion dur="${all}s" repeatCount="indefinite" calcMode="linear" keyPoints="0;0;1;1" keyTimes="0;${begin};${end};1" path="M${x1} ${y1}L${x2} ${y2}"/></circle>${words(x, y, label, 12, colour, ' text-anchor="middle"')}</text></g>`;
  });
  const captions = scene.captions.map(([from, value], i) => {
    const to = scene.captions[i + 1]?.[0] ?? all;
    return `${words(280, 292, value, 13, "var(--vscode-foreground)", ` text-anchor="middle"${from === 0 ? "" : ' opacity="0"'}`)}${seen(from, to, all)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="560" height="320" viewBox="0 0 560 320" role="img" aria-label="${text(scene.title)}">`,
    `<title>${text(scene.title)}</title>`,
    ...lines,
    ...scene.boxes.map((each) => boxOf(each, all)),
    ...signals,
    ...captions,
    "</svg>",
    "",
  ].join("\n");
}

export const pictureFile = (name: string): string => join(root, "media", "walkthrough", `${name}.svg`);

if (process.argv[1] === import.meta.filename) {
  for (const [name, scene] of Object.entries(SCENES)) await writeFile(pictureFile(name), drawScene(scene));
  console.log(`media/walkthrough: ${Object.keys(SCENES).length} pictures`);
}
