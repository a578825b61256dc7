/** Which system a page looks at: first, by choice, and when programs end and come again. */
import { expect, it } from "vitest";
import { type Choice, LiveChoices, type OfferedPage, type PageSource } from "../../src/live/index.ts";
import { emptyModel } from "../../src/model/index.ts";
import type { HostMessage } from "../../src/protocol/index.ts";

function choice(name: string, more: Partial<Choice> = {}): Choice & { asked: string[] } {
  const asked: string[] = [];
  const source: PageSource = {
    program: { title: `${name}.ts`, commands: true, allowed: false, recording: null },
    model: async () => emptyModel(),
    watch: async () => void asked.push("watch"),
    leave: () => void asked.push("leave"),
    rest: async () => void asked.push("rest"),
    command: async (fault) => void asked.push(fault),
    inspect: async () => null,
    ended: (reason) => void asked.push(`ended ${reason}`),
  };
  return { name, source, ...more, asked };
}

function open(choices: LiveChoices, wanted: string | null = null) {
  const told: HostMessage[] = [];
  const begun: string[] = [];
  const page: OfferedPage = choices.open(
    (message) => void told.push(message),
    () => void begun.push(page.program.title),
    wanted,
  );
  const systems = () => told.findLast((each) => each.type === "liveSystems");
  const shown = () => systems()?.systems.find(({ id }) => id === systems()?.shown)?.name ?? null;
  return { page, told, begun, systems, shown, watch: () => page.handle({ type: "liveWatch" }) };
}

it("at first the largest is shown, or what the page looked at before", async () => {
  const choices = new LiveChoices();
  for (const each of [choice("a"), choice("b", { processes: 9 }), choice("c", { processes: 2 })])
    choices.add(each);
  const first = open(choices);
  await first.watch();
  expect(first.shown()).toBe("b");
  const second = open(choices, "c");
  await second.watch();
  expect(second.shown()).toBe("c");
});

it("a page that has nothing to look at begins with the first that comes; where nothing came it is told the end", async () => {
  const choices = new LiveChoices();
  const { page, begun, told, watch } = open(choices);
  await watch();
  expect([page.program.title, begun]).toEqual(["", []]);
  choices.add(choice("a"));
  expect(begun).toEqual(["a.ts"]);
  const none = new LiveChoices();
  const empty = open(none);
  none.over("gone");
  expect(empty.told).toEqual([{ type: "liveEnded", reason: "gone" }]);
  await open(none).watch();
  expect(told.map(({ type }) => type)).not.toContain("liveEnded");
});

it("whoever is called the same when it comes again is looked at again, also when it comes before the end of the other is known", () => {
  const choices = new LiveChoices();
  const [one, other] = [choice("front"), choice("jobs")];
  choices.add(one);
  choices.add(other);
  const { begun } = open(choices);
  choices.end(one, "ended");
  // Others go on: what has happened stays in sight.
  expect(begun).toEqual([]);
  choices.add(choice("front (2)", { known: "front" }));
  expect(begun).toEqual(["front (2).ts"]);
  const third = choice("front (3)", { known: "front" });
  choices.add(third);
  expect(begun.length).toBe(1);
});

it("a restart under another name is followed where nothing else lives, and left for what was wanted", () => {
  const choices = new LiveChoices();
  const [front, jobs] = [choice("front"), choice("jobs")];
  choices.add(front);
  choices.add(jobs);
  const { begun } = open(choices);
  choices.end(front, "ended");
  choices.end(jobs, "ended");
  choices.add(choice("jobs"));
  choices.add(choice("front"));
  expect(begun).toEqual(["jobs.ts", "front.ts"]);
  choices.add(choice("later"));
  expect(begun.length).toBe(2);
});

it("what the person chooses is what is followed; commands that were allowed are allowed for the other too", async () => {
  const choices = new LiveChoices();
  const [front, jobs] = [choice("front"), choice("jobs")];
  choices.add(front);
  choices.add(jobs);
  const { page, begun, systems, watch } = open(choices);
  await watch();
  await page.handle({ type: "liveAllow", commands: true });
  const id = systems()?.systems.find(({ name }) => name === "jobs")?.id ?? "";
  await page.handle({ type: "liveChoose", system: id });
  await page.handle({ type: "liveChoose", system: "no such" });
  expect([page.wanted, page.program.allowed, begun]).toEqual(["jobs", true, ["jobs.ts"]]);
  await page.handle({ type: "liveCommand", id: 1, fault: "kill", pid: 2, reason: "" });
  expect(jobs.asked).toContain("kill");
  expect(front.asked).toEqual(["watch", "leave"]);
});

it("what has ended can be chosen for a while, and is not kept for ever", async () => {
  const choices = new LiveChoices();
  const first = choice("first");
  choices.add(first);
  const { systems, watch } = open(choices);
  for (let n = 0; n < 30; n++) {
    const each = choice(`n${n}`);
    choices.add(each);
    choices.end(each, "ended");
  }
  choices.end(first, "ended");
  await watch();
  const names = systems()?.systems.map(({ name }) => name) ?? [];
  expect(names.length).toBeLessThanOrEqual(21);
  expect(names).toContain("first (ended)");
  expect(names).toContain("n29 (ended)");
});

it("a page is told that the debugger holds what it shows, and nothing of others", async () => {
  const choices = new LiveChoices();
  let held = true;
  const front: Choice = {
    ...choice("front"),
    get held() {
      return held;
    },
  };
  choices.add(front);
  choices.add(choice("jobs"));
  const { page, told, systems, watch } = open(choices);
  const paused = () => told.flatMap((each) => (each.type === "livePaused" ? [each.paused] : []));
  await watch();
  expect(paused()).toEqual([true]);
  held = false;
  choices.renamed();
  choices.renamed();
  expect(paused()).toEqual([true, false]);
  await page.handle({ type: "liveChoose", system: systems()?.systems[1]?.id ?? "" });
  held = true;
  choices.renamed();
  expect(paused()).toEqual([true, false]);
});

it("nobody who has left is told anything", () => {
  const choices = new LiveChoices();
  choices.add(choice("a"));
  const { page, told, begun } = open(choices);
  page.leave();
  choices.add(choice("b"));
  choices.over("gone");
  expect([told, begun]).toEqual([[], []]);
});
