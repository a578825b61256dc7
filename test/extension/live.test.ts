/**
 * Programs that are debugged, with real programs behind a debugger's proxy: who is asked what and when, what the page is told, and
 * what is left alone.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { analyzeOn, nodeHost } from "../../src/analysis/session/index.ts";
import { urlAt } from "../../src/live/index.ts";
import { type HostMessage, type PageMessage, PROTOCOL_VERSION } from "../../src/protocol/index.ts";
import { GATEWAY, type Running, start } from "../live/program.ts";
import { DebugProxy, socketsFor } from "./proxy.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const fake = await import("./fake-vscode.ts");
const { LivePrograms } = await import("../../src/extension/live/live.ts");
const { Store } = await import("../../src/extension/workspace/store.ts");
const root = fileURLToPath(new URL("../..", import.meta.url));
const RealSocket = WebSocket;

/** However slow the machine is. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

interface Session {
  id: string;
  type: string;
  name: string;
  parentSession?: Session;
  configuration: Record<string, unknown>;
  workspaceFolder?: { uri: ReturnType<typeof fake.Uri.file>; name: string; index: number };
  customRequest(request: string): Promise<unknown>;
}

interface Tracker {
  onWillReceiveMessage(message: object): void;
  onDidSendMessage(message: object): void;
  onWillStopSession(): void;
}

let answers: (string | undefined)[];
let notices: string[];
let sessions = 0;

beforeEach(() => {
  answers = [];
  notices = [];
  fake.panels.length = 0;
  vi.stubGlobal("WebSocket", socketsFor(RealSocket));
  vi.spyOn(fake.window, "showInformationMessage").mockImplementation((async (text: string) => {
    notices.push(text);
    return answers.shift();
  }) as never);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  fake.workspace.isTrusted = true;
  delete fake.configured["live.onDebug"];
});

/** A folder that depends on the library, or on nothing. */
function folder(dependencies: Record<string, string> = { suptree: "*" }) {
  const base = mkdtempSync(path.join(tmpdir(), "suptree-debugged-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  mkdirSync(path.join(base, "src"));
  writeFileSync(path.join(base, "package.json"), JSON.stringify({ name: "app", dependencies }));
  return { uri: fake.Uri.file(base), name: "app", index: 0 };
}

function editor(store = new Store()) {
  const live = new LivePrograms({
    extension: fake.Uri.file(root) as never,
    store,
    strings: {},
    openRuleDocs: async () => {},
  });
  onTestFinished(() => live.dispose());
  return live;
}

/** A launch: the debugger's root session, which never answers. */
function launch(workspaceFolder = folder(), configuration: Record<string, unknown> = {}): Session {
  const session: Session = {
    id: `root-${++sessions}`,
    type: "pwa-node",
    name: "Gateway",
    configuration: { name: "Gateway", ...configuration },
    workspaceFolder,
    customRequest: () => Promise.reject(new Error("a root session was asked")),
  };
  expect(track(session)).toBeUndefined();
  return session;
}

function track(session: Session): Tracker | undefined {
  return fake.trackers.get(session.type)?.createDebugAdapterTracker(session) as Tracker | undefined;
}

/** The session of a process below it, and the proxy to that process. */
async function debug(parentSession: Session, program: Running, name = "main.ts") {
  const [host = "", port = ""] = program.address.split(":");
  const proxy = new DebugProxy(await urlAt({ host, port: Number(port) }), RealSocket);
  onTestFinished(() => proxy.close());
  await proxy.opened;
  const asked: string[] = [];
  const session: Session = {
    id: `child-${++sessions}`,
    type: "pwa-node",
    name,
    parentSession,
    configuration: {},
    customRequest: async (request) => {
      asked.push(request);
      return { host: "proxy", port: 1, path: proxy.path };
    },
  };
  const tracker = track(session);
  tracker?.onWillReceiveMessage({ type: "request", command: "initialize" });
  tracker?.onWillReceiveMessage({ type: "request", command: "launch" });
  return { session, tracker, proxy, asked };
}

async function gateway(): Promise<Running> {
  const program = await start(GATEWAY);
  await program.says("is up");
  return program;
}

/** The page of the newest panel. */
function page() {
  const panel = fake.panels.at(-1);
  if (panel === undefined) throw new Error("no panel");
  const told = panel.told as HostMessage[];
  // As the real one does, whenever it begins.
  panel.onTold = (message) => {
    if ((message as HostMessage).type === "init") setImmediate(() => panel.say({ type: "liveWatch" }));
  };
  const last = <T extends HostMessage["type"]>(type: T) =>
    told.findLast((each): each is Extract<HostMessage, { type: T }> => each.type === type);
  return {
    panel,
    told,
    last,
    say: (message: PageMessage) => panel.say(message),
    async begin() {
      panel.show(true);
      panel.say({ type: "ready", protocol: PROTOCOL_VERSION });
      await eventually(() => last("init")?.model.supervisors.length).toBeGreaterThan(0);
      await eventually(() => told.some((each) => each.type === "liveEvents" && each.reset)).toBe(true);
    },
    pidOf(id: string): number {
      for (const message of told.toReversed())
        if (message.type === "liveEvents")
          for (const event of message.events.toReversed())
            if (event.type === "child_started" && event.child.id === id) return event.pid ?? 0;
      return 0;
    },
    life(id: string): number {
      const lives = told.flatMap((message) =>
        message.type === "liveEvents"
          ? message.events.flatMap((event) =>
              event.type === "child_started" && event.child.id === id ? [event.incarnation] : [],
            )
          : [],
      );
      return Math.max(0, ...lives);
    },
  };
}

test("asks for nothing but the presence of a System before the person has agreed, then shows the tree", async () => {
  let agree: (answer: string) => void = () => {};
  vi.spyOn(fake.window, "showInformationMessage").mockImplementation(((text: string) => {
    notices.push(text);
    return new Promise((resolve) => {
      agree = resolve as never;
    });
  }) as never);
  editor();
  const program = await gateway();
  const { proxy, asked } = await debug(launch(), program);
  await eventually(() => notices).toEqual([expect.stringContaining("Gateway has a supervision tree")]);
  expect(asked).toEqual(["requestCDPProxy"]);
  expect(proxy.asked.map(({ method }) => method).sort()).toEqual([
    "JsDebug.subscribe",
    "Runtime.addBinding",
    "Runtime.enable",
    "Runtime.evaluate",
  ]);
  expect(fake.panels).toEqual([]);
  agree("Always");
  await eventually(() => fake.panels.length).toBe(1);
  expect(fake.configured["live.onDebug"]).toBe("always");
  const { begin, last, panel } = page();
  await begin();
  expect(last("init")).toMatchObject({ live: { commands: true, allowed: false }, root: null });
  expect(last("init")?.model.supervisors.map(({ name }) => name)).toContain("GatewaySup");
  // Closed by the person: the program is not watched any more.
  panel.dispose();
  await eventually(() => proxy.evaluated.at(-1)).toContain('\\"detail\\":\\"none\\"');
});

test.each(["Never", undefined])("the answer %s leaves the program alone", async (answer) => {
  answers = [answer];
  editor();
  const { proxy } = await debug(launch(), await gateway());
  await eventually(() => notices.length).toBe(1);
  const before = proxy.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(proxy.asked.length).toBe(before);
  expect(fake.panels).toEqual([]);
  expect(fake.configured["live.onDebug"]).toBe(answer === undefined ? undefined : "never");
});

test("commands only after they are allowed; paused and going on; the end is told when all has been heard", async () => {
  fake.configured["live.onDebug"] = "always";
  editor();
  const program = await gateway();
  const { proxy, tracker } = await debug(launch(), program);
  await eventually(() => fake.panels.length).toBe(1);
  const { begin, say, last, life, pidOf, told } = page();
  await begin();
  const crash = () =>
    say({ type: "liveCommand", id: 1, fault: "crash", pid: pidOf("presence"), reason: "asked" });
  crash();
  await eventually(() => last("done")).toMatchObject({
    ok: false,
    message: expect.stringContaining("Allow"),
  });
  say({ type: "liveAllow", commands: true });
  crash();
  await eventually(() => life("presence")).toBe(2);
  tracker?.onDidSendMessage({ type: "event", event: "stopped" });
  await eventually(() => last("livePaused")).toMatchObject({ paused: true });
  await eventually(() => proxy.evaluated.at(-1)).toContain("flush");
  tracker?.onDidSendMessage({ type: "event", event: "continued" });
  await eventually(() => last("livePaused")).toMatchObject({ paused: false });
  program.child.stdin?.end();
  // Through a debugger that stays, Node waits: the session ends all the same.
  tracker?.onDidSendMessage({ type: "event", event: "terminated" });
  await eventually(() => last("liveEnded")).toMatchObject({ reason: "The program has ended." });
  expect(told.at(-1)?.type).not.toBe("liveEvents");
  expect(proxy.asked.map(({ method }) => method)).not.toContain("Runtime.disable");
  expect(notices).toEqual([]);
});

test("the program is started again, in the same session and in the next: one panel", async () => {
  fake.configured["live.onDebug"] = "always";
  editor();
  const workspace = folder();
  const first = launch(workspace);
  const one = await debug(first, await gateway());
  await eventually(() => fake.panels.length).toBe(1);
  const { begin, say, last, told } = page();
  await begin();
  say({ type: "liveAllow", commands: true });
  const again = await gateway();
  one.tracker?.onWillStopSession();
  await eventually(() => last("liveEnded")).toBeDefined();
  const two = await debug(first, again);
  await eventually(() => told.filter(({ type }) => type === "init").length).toBeGreaterThan(1);
  expect(last("init")?.live).toMatchObject({ title: `program.mjs (${again.pid})`, allowed: true });
  two.tracker?.onWillStopSession();
  fake.debug.terminate(two.session);
  fake.debug.terminate(first);
  const third = await gateway();
  await debug(launch(workspace), third);
  await eventually(() => last("init")?.live).toMatchObject({
    title: `program.mjs (${third.pid})`,
    allowed: false,
  });
  expect(fake.panels.length).toBe(1);
});

test("an edit of the source is seen as drift of what runs", async () => {
  fake.configured["live.onDebug"] = "always";
  const store = new Store();
  editor(store);
  const workspace = folder();
  const at = path.join(root, "examples", "gateway");
  const model = await analyzeOn([at], { host: nodeHost(), cwd: at, base: at }).then((read) => read.model);
  store.add(workspace.uri as never, "app");
  store.setResult(workspace.uri as never, model, []);
  await debug(launch(workspace), await gateway());
  await eventually(() => fake.panels.length).toBe(1);
  const { begin, last } = page();
  await begin();
  await eventually(() => last("liveDrift")).toMatchObject({ drift: [] });
  const supervisors = model.supervisors.map((each) =>
    each.name === "GatewaySup" ? { ...each, strategy: "one_for_all" as const } : each,
  );
  store.setResult(workspace.uri as never, { ...model, supervisors }, []);
  await eventually(() => last("liveDrift")?.drift).toMatchObject([
    { kind: "differs", field: "strategy", running: "rest_for_one", source: "one_for_all" },
  ]);
});

test("several systems: each has its name, and the page chooses", async () => {
  fake.configured["live.onDebug"] = "always";
  const live = editor();
  const session = launch();
  await debug(session, await gateway(), "main.ts");
  const other = await start(`
    import { GenServer, System, Supervisor } from "suptree";
    class Job extends GenServer {}
    class JobSup extends Supervisor { init() { return { children: [{ id: "job", start: [Job] }] }; } }
    const system = new System({ name: "jobs" });
    await system.start(JobSup);
    setInterval(() => {}, 1000);
    console.log("up");
  `);
  await other.says("up");
  await eventually(() => fake.panels.length).toBe(1);
  const { begin, say, last } = page();
  await begin();
  await debug(session, other, "jobs.ts");
  await eventually(() => last("liveSystems")?.systems.map(({ name }) => name)).toEqual([
    "gateway · main.ts",
    "jobs · jobs.ts",
  ]);
  const jobs = last("liveSystems")?.systems[1]?.id ?? "";
  expect(last("liveSystems")?.shown).not.toBe(jobs);
  say({ type: "liveChoose", system: jobs });
  await eventually(() => last("init")?.model.supervisors.map(({ name }) => name)).toEqual(["JobSup"]);
  await eventually(() => last("liveSystems")?.shown).toBe(jobs);
  // Closed by the person: more programs do not open it again, and a command does.
  page().panel.dispose();
  const { proxy } = await debug(session, await gateway(), "third.ts");
  await eventually(() => proxy.evaluated.at(-1)).toContain("systems");
  await proxy.quiet();
  expect(fake.panels.length).toBe(1);
  await live.show();
  await eventually(() => fake.panels.length).toBe(2);
});

test("a tree that fails at once is shown to whoever has agreed before, with what happened", async () => {
  fake.configured["live.onDebug"] = "always";
  editor();
  const program = await start(`
    import { GenServer, System, Supervisor } from "suptree";
    class Job extends GenServer { init() { throw new Error("no database"); } }
    class FailSup extends Supervisor { init() { return { children: [{ id: "job", start: [Job] }] }; } }
    console.log("ready");
    process.stdin.once("data", () => {
      const system = new System({ name: "fails", logger: null });
      system.start(FailSup).catch(() => process.exit(1));
    });
  `);
  await program.says("ready");
  const { tracker, proxy } = await debug(launch(), program);
  await eventually(() => proxy.evaluated.length).toBe(1);
  await proxy.quiet();
  program.child.stdin?.write("go\n");
  // The debugger has it; who ends the session then has it too.
  await eventually(() => proxy.told.join("")).toContain("no database");
  tracker?.onWillStopSession();
  await eventually(() => fake.panels.length).toBe(1);
  const { panel, say, last, told } = page();
  panel.show(true);
  say({ type: "ready", protocol: PROTOCOL_VERSION });
  await eventually(() => last("init")).toBeDefined();
  await eventually(() => JSON.stringify(told)).toContain("no database");
  await eventually(() => last("liveEnded")).toBeDefined();
});

test("a program that ends while it is connected to is shown with what it had told by then", async () => {
  fake.configured["live.onDebug"] = "always";
  editor();
  const { tracker, session } = await debug(launch(), await gateway());
  const { customRequest } = session;
  session.customRequest = (request) => {
    // Its debugger says so before anything of it was answered.
    setImmediate(() => tracker?.onWillStopSession());
    return customRequest(request);
  };
  await eventually(() => fake.panels.length).toBe(1);
  const { panel, say, last } = page();
  panel.show(true);
  say({ type: "ready", protocol: PROTOCOL_VERSION });
  await eventually(() => last("liveBegan")?.model.supervisors.map(({ name }) => name)).toContain(
    "GatewaySup",
  );
  await eventually(() => last("liveEnded")?.reason).toBe("The program has ended.");
});

test("who attaches late is told what has happened since the System was made", async () => {
  fake.configured["live.onDebug"] = "always";
  editor();
  const program = await gateway();
  await debug(launch(), program);
  await eventually(() => fake.panels.length).toBe(1);
  const { begin, told } = page();
  await begin();
  // The boot itself, not only what has come of it: an application starts before it has started.
  const events = told.flatMap((each) => (each.type === "liveEvents" && each.reset ? each.events : []));
  const kinds = events.map((event) => (event.type === "application" ? event.state : event.type));
  expect(kinds.indexOf("starting")).toBeLessThan(kinds.indexOf("started"));
  expect(new Set(events.map(({ at }) => at)).size).toBeGreaterThan(1);
});

test("a System in a world of node:vm is seen, as test runners have it", async () => {
  fake.configured["live.onDebug"] = "always";
  editor();
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { GenServer, Supervisor, System } from "./src/runtime/index.ts";
        class Job extends GenServer {}
        class WorldSup extends Supervisor { init() { return { children: [{ id: "job", start: [Job] }] }; } }
        const system = new System({ name: "in a world" });
        system.start(WorldSup).then(() => console.log("up"));
      `,
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    format: "iife",
    write: false,
  });
  const program = await start(`
    import { createContext, runInContext } from "node:vm";
    const world = { console, setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, queueMicrotask, performance };
    runInContext(${JSON.stringify(outputFiles[0]?.text)}, createContext(world));
    setInterval(() => {}, 1000);
  `);
  await program.says("up");
  await debug(launch(), program);
  await eventually(() => fake.panels.length).toBe(1);
  const { begin, last } = page();
  await begin();
  expect(last("init")?.model.supervisors.map(({ name }) => name)).toEqual(["WorldSup"]);
});

test("nothing is done in an untrusted workspace, without the library, when the person wants none, and without debugging", async () => {
  editor();
  const program = await gateway();
  fake.workspace.isTrusted = false;
  const untrusted = await debug(launch(), program);
  fake.workspace.isTrusted = true;
  const without = await debug(launch(folder({ left: "1" })), program);
  fake.configured["live.onDebug"] = "never";
  const never = await debug(launch(), program);
  fake.configured["live.onDebug"] = "always";
  const noDebug = await debug(launch(folder(), { noDebug: true }), program);
  await eventually(() => notices).toEqual([expect.stringContaining("Started without debugging")]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const { asked } of [untrusted, without, never, noDebug]) expect(asked).toEqual([]);
  expect(fake.panels).toEqual([]);
});

test("an editor without WebSocket says once what to do", async () => {
  fake.configured["live.onDebug"] = "always";
  const warnings = vi.spyOn(fake.window, "showWarningMessage").mockResolvedValue(undefined as never);
  const live = editor();
  vi.stubGlobal("WebSocket", undefined);
  const [one, other] = [await debug(launch(), await gateway()), await debug(launch(), await gateway())];
  await eventually(() => warnings.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/no WebSocket\. Update the editor .* or run suptree attach/),
  ]);
  // Whoever asks for it is told again.
  await expect(live.attach()).rejects.toThrow("Update the editor");
  expect([...one.asked, ...other.asked, ...fake.panels]).toEqual([]);
  expect(warnings.mock.calls.length).toBe(1);
});

test("attaches to an address that is given, and leaves the program as it was", async () => {
  const live = editor();
  const program = await gateway();
  Object.assign(fake.window, { showInputBox: async () => program.address });
  await live.attach();
  await eventually(() => fake.panels.length).toBe(1);
  const { begin, last } = page();
  await begin();
  expect(last("init")?.live?.title).toContain(String(program.pid));
  Object.assign(fake.window, { showInputBox: async () => "127.0.0.1:1" });
  await expect(live.attach()).rejects.toThrow("Nothing answers at 127.0.0.1:1");
  fake.workspace.isTrusted = false;
  await expect(live.attach()).rejects.toThrow("trusted");
});
