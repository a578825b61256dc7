/** The editor of recordings, without an editor: what its page is given, and what becomes of files that are none. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { type HostMessage, type PageMessage, PROTOCOL_VERSION } from "../../src/protocol/index.ts";
import { project } from "../cli/cli.ts";
import { events, fileOf, head, keyframe, made, program, restart, system } from "../live/made-recording.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));
const vscode = await import("vscode");
const { showRecording } = await import("../../src/extension/live/recording-editor.ts");
const { Store } = await import("../../src/extension/workspace/store.ts");

async function open(bytes: Uint8Array) {
  const file = path.join(project({}), "made.suprec");
  writeFileSync(file, bytes);
  const said: HostMessage[] = [];
  let hear: (message: unknown) => void = () => {};
  let close: () => void = () => {};
  const nothing = { dispose() {} };
  const panel = {
    visible: true,
    title: "made.suprec",
    webview: {
      html: "",
      options: {},
      cspSource: "",
      asWebviewUri: (uri: unknown) => uri,
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        hear = listener;
        return nothing;
      },
      postMessage: async (message: HostMessage) => said.push(message),
    },
    onDidChangeViewState: () => nothing,
    onDidDispose: (listener: () => void) => {
      close = listener;
      return nothing;
    },
    dispose: vi.fn(),
  };
  const services = {
    // The page itself is what a browser is needed for.
    extension: vscode.Uri.file(project({ "dist/sandbox.js": "", "dist/sandbox-guard.js": "" })),
    store: new Store(),
    strings: {},
    openRuleDocs: vi.fn(async () => {}),
  };
  await showRecording(vscode.Uri.file(file), panel as never, services);
  const say = (message: PageMessage): void => hear(message);
  return { said, say, close: () => close(), html: () => panel.webview.html };
}

const last = <K extends HostMessage["type"]>(said: readonly HostMessage[], type: K) =>
  said.findLast((message): message is Extract<HostMessage, { type: K }> => message.type === type);

test("a page looks at the end first, then at whichever moment it asks for; nothing can be done to it", async () => {
  const { said, say, close } = await open(fileOf(made(15_000, 10, 5)));
  say({ type: "ready", protocol: PROTOCOL_VERSION });
  await expect.poll(() => last(said, "init")).toBeDefined();
  const init = last(said, "init");
  expect(init?.live).toMatchObject({ title: "made.ts", commands: false, recording: { events: 105_000 } });
  expect(init?.model.roots).toEqual(["live#Root"]);
  say({ type: "liveWatch" });
  await expect.poll(() => last(said, "liveEvents"), { timeout: 20_000 }).toBeDefined();
  const end = last(said, "liveWindow");
  expect((end?.after ?? 0) + (end?.events ?? 0)).toBe(105_000);
  expect(last(said, "liveEvents")?.events.length).toBe((end?.events ?? 0) + (end?.begun ?? 0));
  expect(end?.events).toBeLessThan(60_000);
  say({ type: "liveSeek", seq: 1_000 });
  await expect.poll(() => last(said, "liveWindow")?.after, { timeout: 20_000 }).toBe(0);
  say({ type: "liveCommand", id: 7, fault: "kill", pid: 2, reason: "" });
  await expect.poll(() => last(said, "done")).toMatchObject({ id: 7, ok: false });
  close();
});

test("of several systems another can be chosen", async () => {
  const parts = [head(), program(), system(), keyframe(0, 0, 3), events(restart(1, 10, 0, 2, 5, 2), 1)];
  parts.push(system("structure", 2, "second"));
  const { said, say, close } = await open(fileOf(parts));
  say({ type: "ready", protocol: PROTOCOL_VERSION });
  await expect.poll(() => last(said, "init")).toBeDefined();
  say({ type: "liveWatch" });
  await expect
    .poll(() => last(said, "liveSystems"))
    .toMatchObject({
      systems: [
        { id: "1", name: "made" },
        { id: "2", name: "second" },
      ],
      shown: "1",
    });
  say({ type: "liveChoose", system: "2" });
  await expect.poll(() => last(said, "init")?.live?.recording?.events).toBe(0);
  say({ type: "liveWatch" });
  await expect.poll(() => last(said, "liveSystems")?.shown).toBe("2");
  close();
});

test("what is no recording is a sentence in place of the page", async () => {
  expect((await open(Buffer.from("<b>none</b>"))).html()).toContain(
    "This recording cannot be shown: it is no recording of suptree, or not even its beginning was written.",
  );
  expect((await open(fileOf([head()]))).html()).toContain("No System was made");
});
