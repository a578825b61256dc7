import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Theme } from "../../src/web/themes.ts";
import { type Bundle, buildPage, launch, type Opened, type OpenOptions, open, picture } from "./harness.ts";
import { badTexts, cards, contrasts, firstPicture, overlapping } from "./measure.ts";
import { child, five, grouped, keyOf, layered, model, odd, rich, supervisor } from "./models.ts";

let browser: Browser;
let built: Bundle;

beforeAll(async () => {
  built = await buildPage(process.env.SUPTREE_TEST_SANDBOX);
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

/** Opens the page, and afterwards insists that nothing went wrong in it. */
async function withPage(
  options: OpenOptions,
  act: (page: Page, opened: Opened) => Promise<void>,
): Promise<void> {
  const opened = await open(browser, built, options);
  try {
    await opened.page.waitForSelector("[data-path], .empty-state");
    await act(opened.page, opened);
    expect(opened.problems).toEqual([]);
  } finally {
    await opened.close();
  }
}

const card = (path: string) => `.card[data-path="${path}"]`;
const running = (path: string) => `${card(path)}[data-state="running"]`;
const run = (page: Page, last: string) => page.waitForSelector(running(last), { timeout: 30_000 });

/** Whatever size: cards or lines, nothing small, nothing cut off, nothing over another, one direction of scrolling. */
async function expectReadable(page: Page, named: readonly string[]): Promise<void> {
  const seen = await firstPicture(page);
  expect(seen.smallest).toBeGreaterThanOrEqual(9.99);
  expect(seen.sideways).toBe(false);
  for (const path of named) {
    expect(await page.locator(item(path)).count(), path).toBe(1);
  }
  if (seen.view === "diagram") {
    const found = await cards(page);
    expect(overlapping(found)).toEqual([]);
    expect(await badTexts(page)).toEqual([]);
  }
}

const item = (path: string) => `[data-path="${path}"]`;

describe("the tree", () => {
  for (const [count, tree] of [
    [5, five()],
    [40, grouped(4, 9)],
  ] as const) {
    it(`draws ${count} processes at once without overlap, and nothing sticks out`, async () => {
      await withPage({ model: tree }, async (page) => {
        const found = await cards(page);
        expect(found.length).toBeGreaterThanOrEqual(count);
        await expectReadable(page, []);
        await picture(page, `tree-${count}`);
        const canvas = await page.locator(".canvas").boundingBox();
        for (const { x, y, width, height } of found) {
          expect(x).toBeGreaterThanOrEqual(canvas!.x);
          expect(y).toBeGreaterThanOrEqual(canvas!.y);
          expect(x + width).toBeLessThanOrEqual(canvas!.x + canvas!.width);
          expect(y + height).toBeLessThanOrEqual(canvas!.y + canvas!.height);
        }
      });
    });
  }

  const shapes = [
    ["200 flat", layered([200])],
    ["331 in three levels", layered([6, 6, 8])],
    ["1,051 in three levels", layered([10, 5, 20])],
    ["a chain of 12", layered([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2])],
    ["10,021 in three levels", layered([20, 20, 25])],
  ] as const;
  for (const [name, tree] of shapes) {
    it(`shows ${name} readably at every width, two levels named`, async () => {
      for (const width of [420, 550, 720, 1400, 3840]) {
        await withPage({ model: tree, width }, async (page) => {
          await expectReadable(page, ["Root", `Root/${tree.supervisors[0]!.children[0]!.id}`]);
          await picture(page, `${name.replaceAll(/[ ,]+/g, "-")}-${width}`);
        });
      }
    });
  }

  for (let seed = 1; seed <= 12; seed++) {
    it(`shows odd tree ${seed} readably, also when the window changes its size and the zoom`, async () => {
      await withPage({ model: odd(seed), width: 1400, reducedMotion: true }, async (page) => {
        for (const [width, height] of [
          [1400, 800],
          [400, 800],
          [3840, 2000],
          [720, 500],
          [700, 400],
        ] as const) {
          await page.setViewportSize({ width, height });
          // The tree is laid out anew when the window has its new size.
          await expect.poll(async () => (await firstPicture(page)).sideways).toBe(false);
          await expectReadable(page, []);
        }
        await picture(page, `odd-${seed}`);
      });
    });
  }

  it("keeps the eye's place when a group is opened, and moves for nothing else", async () => {
    await withPage({ model: layered([6, 6, 8]), width: 1400 }, async (page) => {
      const group = "Root/sup_0_2";
      const place = async () => (await page.locator(`${card(group)} .face`).boundingBox())!;
      const before = await place();
      await page.click(`${card(group)} .toggle`);
      await page.waitForSelector(card(`${group}/sup_1_1`));
      await page.waitForTimeout(300);
      const after = await place();
      expect(Math.abs(after.x - before.x)).toBeLessThan(2);
      expect(Math.abs(after.y - before.y)).toBeLessThan(2);
      await page.click(card(`${group}/sup_1_1`));
      await page.click('[aria-label="Inspector"].icon-button');
      await page.click('[aria-label="Play"]');
      await page.waitForSelector(running(`${group}/sup_1_1`));
      await page.click(card(`${group}/sup_1_1`));
      await page.keyboard.press("c");
      await page.waitForSelector(`${card(`${group}/sup_1_1`)}[data-incarnation="2"]`);
      await page.waitForTimeout(300);
      const last = await place();
      expect(Math.abs(last.x - after.x)).toBeLessThan(2);
      expect(Math.abs(last.y - after.y)).toBeLessThan(2);
    });
  });

  it("is an outline when asked, with the facts of the cards, by mouse and keyboard", async () => {
    await withPage({ model: grouped(4, 9) }, async (page) => {
      await page.click('[aria-label="Outline"]');
      await page.waitForSelector(".outline");
      expect(await page.textContent(item("Root/group_1"))).toMatch(
        /group_1.*one_for_all.*0 of 3 in 5 s.*permanent/,
      );
      await page.click(item("Root/group_2"));
      await page.keyboard.press("ArrowRight");
      await page.waitForSelector(`${item("Root/group_2")}[aria-expanded="true"]`);
      await page.keyboard.press("ArrowDown");
      await page.waitForSelector(`${item("Root/group_2/worker_2_1")}[aria-selected="true"]`);
      await page.keyboard.press("End");
      await page.waitForSelector(`${item("Root/group_4")}[aria-selected="true"]`);
    });
  });

  it("is a table of all processes that sorts, finds and selects", async () => {
    await withPage({ model: grouped(100, 99) }, async (page) => {
      await page.click('[aria-label="Table"]');
      await page.waitForSelector("tr[data-path]");
      expect(await page.getAttribute("table", "aria-rowcount")).toBe("10002");
      expect(await page.locator("tr[data-path]").count()).toBeLessThan(80);
      await page.click("th button:text-is('Process')");
      await page.click("th button:text-is('Process')");
      expect(await page.textContent("tr[data-path] td")).toBe("worker_100_99");
      await page.fill('input[type="search"]', "worker_7_");
      await page.waitForFunction(
        () => document.querySelector("table")?.getAttribute("aria-rowcount") === "100",
      );
      await page.click(item("Root/group_7/worker_7_98"));
      await page.keyboard.press("ArrowDown");
      await page.waitForSelector(`${item("Root/group_7/worker_7_97")}[aria-selected="true"]`);
      expect(await page.textContent(".inspector h2")).toContain("worker_7_97");
    });
  });

  it("counts 10,000 processes truly", async () => {
    const tree = grouped(100, 99);
    await withPage({ model: tree }, async (page) => {
      const found = await cards(page);
      expect(found.length).toBe(101);
      expect(overlapping(found)).toEqual([]);
      const told = await page.evaluate(() =>
        [...document.querySelectorAll(".card")]
          .map((element) => /(\d+) not started/.exec(element.getAttribute("aria-label") ?? "")?.[1])
          .filter((number) => number !== undefined)
          .reduce((sum, number) => sum + Number(number), 0),
      );
      expect(told + found.length).toBe(10_001);
      await picture(page, "tree-10000");
    });
  });

  it("shows what is unknown, and why", async () => {
    const { model: tree, findings } = rich();
    await withPage({ model: tree, findings }, async (page) => {
      await page.hover(`${card("Top/reader")} .question`);
      await page.waitForSelector(".hover-card");
      expect(await page.textContent(".hover-card")).toContain("computed at run time: policy(node)");
      expect(await page.getAttribute(card("Top/cache"), "aria-label")).toContain("1 finding");
      expect(await page.locator(`${card("Top")} .hatch`).count()).toBe(1);
      await picture(page, "unknown");
    });
  });

  it("says so when nothing was found", async () => {
    await withPage({ model: model([], []) }, async (page) => {
      expect(await page.textContent(".empty-state")).toContain("No supervisors found");
    });
  });
});

describe("a run", () => {
  it("crashes a process that is clicked, and shows its second incarnation and the event", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 4 }, async (page, opened) => {
      await run(page, "AppSup/stats");
      await page.click(card("AppSup/registry"));
      await page.click(".inspector button:text-is('Crash')");
      await page.waitForSelector(`${running("AppSup/registry")}[data-incarnation="2"]`);
      await page.waitForSelector(`${running("AppSup/http")}[data-incarnation="2"]`);
      // rest_for_one: what started before it is left alone.
      expect(await page.getAttribute(card("AppSup/conn_sup"), "data-incarnation")).toBe("1");
      expect(await page.textContent(card("AppSup/registry"))).toContain("#2");
      expect(await page.getAttribute(card("AppSup"), "aria-label")).toContain("1 of 3 in 5 s");
      await picture(page, "crash");
      await page.click("#tab-events");
      await expect.poll(() => page.textContent(".log")).toMatch(/registry crashed \(boom\).*registry #2/s);
      await picture(page, "events");
      const states = (await opened.posted()).filter((message) => message.type === "runChanged");
      expect(states.at(-1)).toMatchObject({ state: "running" });
    });
  });

  it("goes to any earlier moment and back, and continues from there", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 4 }, async (page) => {
      await run(page, "AppSup/stats");
      await page.click(card("AppSup/http"));
      await page.keyboard.press("c");
      await page.waitForSelector(`${running("AppSup/http")}[data-incarnation="2"]`);
      await page.focus(".track");
      for (
        let i = 0;
        i < 40 && (await page.getAttribute(card("AppSup/http"), "data-incarnation")) !== "1";
        i++
      ) {
        await page.keyboard.press("ArrowLeft");
      }
      expect(await page.textContent(".banner")).toContain("Viewing");
      await picture(page, "past");
      await page.click("text=Back to now");
      await page.waitForSelector(`${running("AppSup/http")}[data-incarnation="2"]`);
      await page.focus(".track");
      await page.keyboard.press("Home");
      await page.click("text=Continue from here");
      await page.waitForSelector("body[data-run=paused]");
      await page.click("button[aria-label=Play]");
      await run(page, "AppSup/stats");
    });
  });

  it("tells an incident as one entry with its steps, marks where it began, and goes on from any of them", async () => {
    const tree = grouped(2, 3);
    await withPage({ model: tree, root: keyOf("Root") }, async (page) => {
      await run(page, "Root/group_2/worker_2_3");
      await page.click(card("Root/group_1/worker_1_2"));
      await page.keyboard.press("c");
      await page.waitForSelector(".card.origin .origin-mark");
      expect(await page.getAttribute(".card.origin", "data-path")).toBe("Root/group_1/worker_1_2");
      await page.waitForSelector(
        `${card("Root/group_1/worker_1_3")}[data-incarnation="2"][data-state="running"]`,
      );
      await page.waitForFunction(() => document.querySelector(".card.origin") === null);
      await page.click("#tab-events");
      const incidents = page.locator(".event.incident");
      expect(await incidents.count()).toBe(1);
      await incidents.locator(".steps-toggle").click();
      const steps = await page.locator(".steps li").allTextContents();
      expect(steps.length).toBeGreaterThan(6);
      expect(steps[0]).toContain(`1 of ${steps.length} Injected a crash`);
      // One step in the middle: the picture of that moment, and the run goes on from exactly there.
      await page.locator(".steps li button").nth(4).click();
      await page.click("#tab-tree");
      const told = await page.textContent(".story-text");
      expect(told).toMatch(new RegExp(`^5 of ${steps.length}: `));
      const picture = () =>
        page.evaluate(() =>
          [...document.querySelectorAll<SVGGElement>(".card")].map(
            ({ dataset }) => `${dataset.path} ${dataset.state} ${dataset.incarnation}`,
          ),
        );
      const before = await picture();
      await page.click("text=Continue from here");
      await page.waitForSelector(".banner:has-text('Viewing')", { state: "detached" });
      await page.waitForFunction(() => document.body.dataset.run === "paused");
      expect(await picture()).toEqual(before);
      await page.click('[aria-label="Play"]');
      await page.waitForSelector(
        `${card("Root/group_1/worker_1_3")}[data-incarnation="2"][data-state="running"]`,
      );
    });
  });

  it("has times on its ruler that are so from the start on", async () => {
    await withPage({ model: grouped(1, 1), root: keyOf("Root"), speed: 0.25 }, async (page) => {
      await page.locator(".tick").first().waitFor();
      await run(page, "Root/group_1/worker_1_1");
      await page.click('[aria-label="Pause"]');
      // Times that are still to come stand behind the playhead, those that have passed before it.
      const ruler = await page.evaluate(() => {
        const left = (each: Element) => Number.parseFloat((each as HTMLElement).style.left);
        const factor: Record<string, number> = { ms: 1, s: 1000, min: 60_000 };
        const [, minutes, seconds] = /^(\d+):([\d.]+)/.exec(document.querySelector(".clock")!.textContent!)!;
        return {
          now: Number(minutes) * 60_000 + Number(seconds) * 1000,
          head: left(document.querySelector(".playhead")!),
          ticks: [...document.querySelectorAll(".tick")].map((each) => {
            const [count, unit] = each.textContent!.split(" ");
            return { at: Number(count) * factor[unit!]!, left: left(each) };
          }),
        };
      });
      expect(ruler.ticks.length).toBeGreaterThan(0);
      for (const tick of ruler.ticks)
        expect(tick.left > ruler.head, JSON.stringify(ruler)).toBe(tick.at > ruler.now);
    });
  });

  it("has a ruler with room for incidents and every fault marked, and zooms into one", async () => {
    await withPage({ model: grouped(2, 3), root: keyOf("Root") }, async (page) => {
      await run(page, "Root/group_2/worker_2_3");
      await page.click(card("Root/group_1/worker_1_2"));
      await page.keyboard.press("c");
      await page.waitForSelector(
        `${card("Root/group_1/worker_1_3")}[data-incarnation="2"][data-state="running"]`,
      );
      await page.click('[aria-label="Pause"]');
      const box = (await page.locator(".track").boundingBox())!;
      const mark = (await page.locator(".moment").last().boundingBox())!;
      await page.mouse.dblclick(mark.x + mark.width / 2 + 10, box.y + 24);
      await page.waitForSelector('[aria-label="Show the whole run"]');
      // The incident fills the ruler, from the fault to the last start.
      const places = await page
        .locator(".moment")
        .evaluateAll((all) => all.map((each) => Number.parseFloat((each as HTMLElement).style.left)));
      expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(50);
      expect(await page.locator(".moment.fault, .moment.crash").count()).toBeGreaterThan(0);
      await page.click('[aria-label="Show the whole run"]');
      await page.waitForSelector('[aria-label="Show the whole run"]', { state: "detached" });
    });
  });

  it("tries another order: runs it, compares every crash, and has it written", async () => {
    let kept: unknown;
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 8 }, async (page, opened) => {
      await run(page, "AppSup/stats");
      await page.click(card("AppSup"));
      const section = page.locator(".section", { has: page.locator(".order") });
      const names = () => section.locator(".order-name").allTextContents();
      expect(await names()).toEqual(["conn_sup", "registry", "http", "stats"]);
      expect(await page.locator("text=Compare").count()).toBe(0);
      // By keyboard: the focus stays with what is moved.
      await section.locator("button[aria-label='Start stats earlier']").focus();
      await page.keyboard.press("Enter");
      await expect.poll(names).toEqual(["conn_sup", "registry", "stats", "http"]);
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
        .toBe("Start stats earlier");
      // By mouse.
      await run(page, "AppSup/http");
      await section
        .locator(".order-row", { hasText: "registry" })
        .dragTo(section.locator(".order-row", { hasText: "conn_sup" }));
      await expect.poll(names).toEqual(["registry", "conn_sup", "stats", "http"]);
      await section.locator("select").selectOption("one_for_one");
      expect(await page.textContent(".banner")).toContain("An experiment: AppSup");
      await run(page, "AppSup/http");
      await section.locator("text=Compare").click();
      await page.waitForSelector(".compared", { timeout: 30_000 });
      const compared = (await page.textContent(".compared")) ?? "";
      expect(compared).toMatch(/\d of 6 crashes end otherwise/);
      expect(compared).toContain("When registry crashes:");
      expect(compared).toContain("http: restarted → unaffected");
      await picture(page, "experiment");
      await section.locator("text=Write into the source").click();
      await expect
        .poll(async () => (await opened.posted()).find(({ type }) => type === "applyExperiment"))
        .toMatchObject({
          supervisor: keyOf("AppSup"),
          order: ["registry", "conn_sup", "stats", "http"].map((id) => `${keyOf("AppSup")}/${id}`),
          strategy: "one_for_one",
        });
      kept = await page.evaluate(() => (globalThis as unknown as { kept(): unknown }).kept());
      await page.click("text=Back to the source");
      await expect.poll(names).toEqual(["conn_sup", "registry", "http", "stats"]);
      expect(await page.locator(".banner").count()).toBe(0);
    });
    // After a reload of the window it is there again; with other children it is not.
    await withPage({ model: five(), root: keyOf("AppSup"), state: kept }, async (page) => {
      expect(await page.textContent(".banner")).toContain("An experiment: AppSup");
      await run(page, "AppSup/http");
    });
    const tree = five();
    tree.supervisors[0]!.children.pop();
    await withPage({ model: tree, root: keyOf("AppSup"), state: kept }, async (page) => {
      await run(page, "AppSup/http");
      expect(await page.locator(".banner").count()).toBe(0);
    });
  });

  it("ends with a reason, and runs again", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 8 }, async (page) => {
      await run(page, "AppSup/stats");
      await page.click(card("AppSup"));
      await page.keyboard.press("k");
      await page.waitForSelector("body[data-run=ended]", { timeout: 30_000 });
      expect(await page.textContent(".banner")).toContain("The run has ended");
      await picture(page, "ended");
      await page.click("text=Run again");
      await run(page, "AppSup/stats");
    });
  });

  it("makes a process use another when asked, and lists its lives", async () => {
    const tree = five();
    const [registry, http] = ["registry", "http"].map((id) => `${keyOf("AppSup")}/${id}`) as [string, string];
    const location = { file: "src/app.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
    tree.edges.push({ from: http, to: registry, kind: "call", phase: "later", location, via: "registry" });
    await withPage({ model: tree }, async (page) => {
      await page.keyboard.press("Space");
      await run(page, "AppSup/http");
      await page.click(card("AppSup/http"));
      await page.getByRole("button", { name: "calls registry now" }).click();
      await expect
        .poll(async () => (await page.locator(".story-text").textContent()) ?? "")
        .toContain("Made http call registry");
      await page.getByRole("button", { name: "Crash", exact: true }).click();
      await page.waitForSelector(`${running("AppSup/http")}[data-incarnation="2"]`);
      expect(await page.locator(".lives-list li").allTextContents()).toEqual([
        expect.stringMatching(/^#2 since /),
        expect.stringMatching(/^#1 .* boom$/),
      ]);
    });
  });

  it("lets processes use each other as long as Traffic is on, and only then", async () => {
    const tree = five();
    const [registry, http] = ["registry", "http"].map((id) => `${keyOf("AppSup")}/${id}`) as [string, string];
    const location = { file: "src/app.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
    tree.edges.push({ from: http, to: registry, kind: "call", phase: "later", location, via: "registry" });
    await withPage({ model: tree, speed: 2 }, async (page) => {
      await page.keyboard.press("Space");
      await run(page, "AppSup/http");
      const asked = async () => {
        await page.getByRole("tab", { name: "Events" }).click();
        const rows = await page.locator(".event").allTextContents();
        return rows.filter((row) => row.includes("Made http call registry")).length;
      };
      expect(await asked()).toBe(0);
      const traffic = page.getByRole("button", { name: /^Traffic/ });
      await traffic.click();
      expect(await traffic.getAttribute("aria-pressed")).toBe("true");
      await expect.poll(asked, { timeout: 20_000 }).toBeGreaterThan(1);
      // A process that hangs is felt: who calls it waits, and in the end fails.
      await page.getByRole("tab", { name: "Tree" }).click();
      await page.click(card("AppSup/registry"));
      await page.keyboard.press("h");
      await page.waitForSelector(
        `${card("AppSup/http")}:is([data-incarnation="2"], [data-state="crashed"])`,
        {
          timeout: 30_000,
        },
      );
      await traffic.click();
      expect(await traffic.getAttribute("aria-pressed")).toBe("false");
    });
  });

  it("marks what was edited since the run began, on its card and in its name, and runs it again", async () => {
    await withPage({ model: five(), root: keyOf("AppSup") }, async (page, { send }) => {
      await run(page, "AppSup/stats");
      const marked = () =>
        page
          .locator(".card:has(.badge.edited)")
          .evaluateAll((all) => all.map((each) => each.getAttribute("data-path")));
      expect(await marked()).toEqual([]);
      const tree = five();
      tree.supervisors[0]!.children[1]!.restart = "temporary";
      await send({ type: "model", model: tree, findings: [] });
      await expect.poll(marked).toEqual(["AppSup/registry"]);
      expect(await page.locator(card("AppSup/registry")).getAttribute("aria-label")).toContain(
        "edited since the run began",
      );
      expect(overlapping(await cards(page))).toEqual([]);
      await page.getByRole("button", { name: "Run again" }).click();
      await expect.poll(marked).toEqual([]);
      await run(page, "AppSup/registry");
      expect(
        await page
          .locator(`${card("AppSup/registry")} .small`)
          .first()
          .textContent(),
      ).toBe("temporary");
    });
  });

  it("keeps the mark of what is not known clear of the incarnation", async () => {
    const unknown = [{ field: "restart", reason: "computed at run time: policy(node)" }];
    const tree = model(
      [supervisor("Top", "one_for_one", [child("Top", "reader", { unknown }), child("Top", "other")])],
      ["Top"],
    );
    await withPage({ model: tree }, async (page) => {
      await page.keyboard.press("Space");
      await run(page, "Top/reader");
      await page.click(card("Top/reader"));
      await page.keyboard.press("k");
      await page.waitForSelector(`${card("Top/reader")} .incarnation`, { timeout: 20_000 });
      const [mark, text] = await Promise.all(
        [".question", ".incarnation"].map((part) =>
          page.locator(`${card("Top/reader")} ${part}`).boundingBox(),
        ),
      );
      const apart = mark!.x >= text!.x + text!.width - 0.5 || mark!.y >= text!.y + text!.height - 0.5;
      expect(apart).toBe(true);
    });
  });

  it("spends the budget, then the supervisor falls", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 2 }, async (page) => {
      await run(page, "AppSup/stats");
      for (let life = 1; life <= 4; life++) {
        await page.waitForSelector(`${running("AppSup/registry")}[data-incarnation="${life}"]`);
        await page.click(card("AppSup/registry"));
        await page.keyboard.press("c");
      }
      await page.waitForSelector("body[data-run=ended]", { timeout: 30_000 });
      await page.click("#tab-events");
      await expect.poll(() => page.textContent(".log")).toMatch(/AppSup/);
      expect(await page.locator(".moment.give-up").count()).toBeGreaterThan(0);
    });
  });

  it("keeps seed and inputs, and comes back to the same picture", async () => {
    const options: OpenOptions = { model: five(), root: keyOf("AppSup"), speed: 8, seed: 7 };
    let kept: unknown;
    await withPage(options, async (page) => {
      await run(page, "AppSup/stats");
      await page.click(card("AppSup/registry"));
      await page.keyboard.press("c");
      await page.waitForSelector(`${running("AppSup/registry")}[data-incarnation="2"]`);
      await page.click("button[aria-label=Pause]");
      await expect
        .poll(async () => {
          kept = await page.evaluate(() => (globalThis as unknown as { kept(): unknown }).kept());
          return kept;
        })
        .toMatchObject({
          saved: { seed: 7, root: keyOf("AppSup"), inputs: [{ action: { kind: "crash" } }] },
          going: false,
        });
    });
    const { saved } = kept as { saved: NonNullable<OpenOptions["saved"]> };
    await withPage({ ...options, saved, state: kept }, async (page) => {
      await page.waitForSelector(`${running("AppSup/registry")}[data-incarnation="2"]`);
      await page.waitForSelector("body[data-run=paused]");
      expect(await page.getAttribute(card("AppSup/registry"), "aria-selected")).toBe("true");
    });
  });

  it("keeps a run that its page was lost of, says so, and runs it only when asked", async () => {
    const options: OpenOptions = { model: five(), root: keyOf("AppSup"), speed: 8 };
    const saved: NonNullable<OpenOptions["saved"]> = {
      format: 1,
      root: keyOf("AppSup"),
      mode: "simulated",
      seed: 7,
      inputs: [
        { at: 500, step: 40, action: { kind: "crash", target: { path: "AppSup/registry" }, reason: "boom" } },
      ],
      until: { at: 1_000, step: 60 },
    };
    const held = async (page: Page): Promise<void> => {
      await page.waitForSelector("body[data-run=stopped]");
      expect(await page.textContent("body")).toContain("The page was lost while this run went on");
      expect(await page.locator("iframe").count()).toBe(0);
    };
    // The host says it, or the page's own state does: the page before never said that it was through.
    await withPage({ ...options, saved, lost: true }, held);
    await withPage({ ...options, saved, state: { going: true } }, async (page, { posted }) => {
      await held(page);
      await expect
        .poll(async () => (await posted()).findLast(({ type }) => type === "state"))
        .toMatchObject({ saved: { inputs: saved.inputs, until: saved.until } });
      await page.click("button[aria-label=Play]");
      await page.waitForSelector(`${running("AppSup/registry")}[data-incarnation="2"]`);
    });
    await withPage({ ...options, saved, state: { going: false } }, async (page) => {
      await page.waitForSelector("body[data-run=paused]");
    });
  });

  it("answers its host as long as it lives", async () => {
    await withPage({ model: five(), speed: 8 }, async (page, { send, posted }) => {
      await page.waitForSelector(card("AppSup/registry"));
      await send({ type: "areYouThere", id: 42 });
      await expect.poll(posted).toContainEqual({ type: "alive", id: 42 });
    });
  });

  it("has a crash matrix and a sequence chart", async () => {
    await withPage({ model: five(), speed: 8 }, async (page) => {
      await page.click("#tab-matrix");
      await page.waitForSelector(".matrix tbody tr", { timeout: 60_000 });
      expect(await page.locator(".matrix tbody tr").count()).toBeGreaterThanOrEqual(4);
      await picture(page, "matrix");
      // A click on a cell runs that crash.
      await page.locator("tr:has(th[title='AppSup/registry']) td.effect.fails").click();
      await page.waitForSelector(".card[data-incarnation='2']");
      await page.click("button[aria-label='Restart the run']");
      await page.waitForSelector(".card[data-incarnation='2']", { state: "detached" });
      await run(page, "AppSup/stats");
      await page.click(card("AppSup/registry"));
      await page.keyboard.press("c");
      await page.waitForSelector(`${running("AppSup/registry")}[data-incarnation="2"]`);
      await page.click("#tab-sequence");
      await page.waitForSelector(".seq-mark.exit");
      await picture(page, "sequence");
    });
  });

  it("shows a finding's hazard happen, and says what came of it", async () => {
    const registry = `${keyOf("AppSup")}/registry`;
    const demonstration = {
      root: keyOf("AppSup"),
      faults: Array.from({ length: 4 }, () => ({ child: registry, kind: "crash" as const })),
      expect: "the tree ends",
      shows: { kind: "gives up" as const, supervisor: keyOf("AppSup") },
    };
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 2, demonstration }, async (page) => {
      await page.waitForSelector(`${card("AppSup/registry")}[data-incarnation="4"]`, { timeout: 30_000 });
      await page.waitForSelector(".banner:has-text('The hazard happened')", { timeout: 30_000 });
      await picture(page, "demonstration");
      await page.click("text=Dismiss");
    });
  });

  it("opens a card's menu by mouse and by keyboard", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 8 }, async (page) => {
      await run(page, "AppSup/stats");
      await page.click(card("AppSup/http"), { button: "right" });
      await page.waitForSelector(".menu");
      await page.keyboard.press("Enter");
      await page.waitForSelector(`${running("AppSup/http")}[data-incarnation="2"]`);
      expect(await page.locator(".menu").count()).toBe(0);
    });
  });

  it("exports a picture that stands alone", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 8 }, async (page, opened) => {
      await run(page, "AppSup/stats");
      for (const item of ["Picture (SVG)", "Picture (PNG)", "Tree as Mermaid", "Transcript"]) {
        await page.click("button[aria-label=Export]");
        await page.click(`.menu-item:has-text("${item}")`);
      }
      const saves = async () => (await opened.posted()).filter((message) => message.type === "save");
      await expect.poll(async () => (await saves()).length).toBe(4);
      const byName = new Map((await saves()).map((save) => [String(save.name), String(save.content)]));
      expect(byName.get("AppSup.svg")).toMatch(/^<svg .*registry/s);
      expect(byName.get("AppSup.svg")).not.toMatch(/var\(--|class=/);
      expect(byName.get("AppSup.mmd")).toContain("flowchart TD");
      expect(byName.get("AppSup.txt")).toContain("AppSup");
      expect(
        Buffer.from(byName.get("AppSup.png") ?? "", "base64")
          .subarray(1, 4)
          .toString(),
      ).toBe("PNG");
    });
  });
});

describe("for everybody", () => {
  it("is usable by keyboard alone", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 4 }, async (page) => {
      await run(page, "AppSup/stats");
      for (let i = 0; i < 30; i++) {
        await page.keyboard.press("Tab");
        if ((await page.evaluate(() => document.activeElement?.getAttribute("role"))) === "treeitem") break;
      }
      const focused = () =>
        page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.path ?? null);
      await expect.poll(focused).toBe("AppSup");
      await page.keyboard.press("ArrowRight");
      await expect.poll(focused).toBe("AppSup/conn_sup");
      await page.keyboard.press("ArrowLeft");
      await page.waitForSelector(`${card("AppSup/conn_sup")}[aria-expanded=false]`);
      await page.keyboard.press("ArrowDown");
      await expect.poll(focused).toBe("AppSup/registry");
      await page.keyboard.press("c");
      await page.waitForSelector(`${running("AppSup/registry")}[data-incarnation="2"]`);
      await expect.poll(focused).toBe("AppSup/registry");
      // What happened is said to screen readers, in the event list's words.
      await expect
        .poll(() => page.textContent("[aria-live=polite]"), { timeout: 10_000 })
        .toContain("registry crashed (boom)");
    });
  });

  it("explains each mark on hover, in the editor's words, and the keys on ?", async () => {
    await withPage({ model: five() }, async (page) => {
      await page.hover(`${card("AppSup")} .pattern`);
      await page.waitForSelector(".hover-card:has-text('those started after it are stopped')");
      await page.hover(`${card("AppSup")} .pips`);
      await page.waitForSelector(".hover-card:has-text('Restarts that are left')");
      await page.hover(`${card("AppSup/http")} .small`);
      await page.waitForSelector(".hover-card:has-text('only after a crash')");
      expect(await page.inputValue(".chip select")).toBe("simulated");
      expect(await page.textContent(".invitation")).toContain("Press play");
      await page.keyboard.press("?");
      await page.waitForSelector(".keys-sheet");
      await page.keyboard.press("Escape");
      await page.waitForSelector(".keys-sheet", { state: "detached" });
      await page.keyboard.press("/");
      expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("search");
      await page.keyboard.press("Escape");
      await page.click(card("AppSup"));
      await page.keyboard.press(" ");
      await page.waitForSelector(running("AppSup/stats"));
      await page.keyboard.press(" ");
      await page.waitForFunction(() => document.body.dataset.run === "paused");
    });
  });

  it("has a toolbar that is one stop of the Tab key", async () => {
    await withPage({ model: five() }, async (page) => {
      const stops = () =>
        page.evaluate(
          () =>
            [...document.querySelectorAll<HTMLElement>(".toolbar :is(button, select, input)")].filter(
              (each) => each.tabIndex === 0,
            ).length,
        );
      expect(await stops()).toBe(1);
      await page.focus('[aria-label="Play"]');
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      expect(await page.evaluate(() => document.activeElement?.closest(".toolbar") !== null)).toBe(true);
      expect(await stops()).toBe(1);
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest(".toolbar") === null)).toBe(true);
    });
  });

  it("has a name for every control, and tree items with level and position", async () => {
    await withPage({ model: five() }, async (page) => {
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll("button, input, select")]
          .filter((control) => {
            const labelled = control.getAttribute("aria-label") ?? control.textContent?.trim() ?? "";
            return labelled === "" && control.closest("label") === null;
          })
          .map((control) => control.outerHTML),
      );
      expect(nameless).toEqual([]);
      const item = page.locator(card("AppSup/registry"));
      expect(await item.getAttribute("aria-level")).toBe("2");
      expect(await item.getAttribute("aria-posinset")).toBe("2");
      expect(await item.getAttribute("aria-setsize")).toBe("4");
    });
  });

  it("moves nothing when motion is reduced, and leaves marks instead", async () => {
    await withPage({ model: five(), root: keyOf("AppSup"), speed: 1, reducedMotion: true }, async (page) => {
      await run(page, "AppSup/stats");
      await page.click(card("AppSup/registry"));
      await page.keyboard.press("c");
      await page.waitForSelector(".stamp.crash");
      const moving = await page.evaluate(() => document.getAnimations().map((animation) => animation.id));
      expect(moving).toEqual([]);
      await picture(page, "reduced-motion");
    });
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const satisfies Theme[]) {
    it(`is readable in ${theme}`, async () => {
      const { model: tree, findings } = rich();
      await withPage({ model: tree, findings, theme }, async (page) => {
        await page.click(card("Top/cache"));
        await picture(page, `theme-${theme}`);
        const least = theme.startsWith("hc") ? 7 : 4.5;
        const faint = (await contrasts(page)).filter(({ ratio, large }) => ratio < (large ? 3 : least));
        // The theme's own description colour may be fainter in high contrast than 7 : 1, never than 4.5.
        expect(faint.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      });
    });
  }

  for (const width of [400, 550, 720]) {
    it(`keeps its toolbar on one line at ${width} px, with the rest under one button`, async () => {
      await withPage({ model: five(), width, height: 700 }, async (page) => {
        const inside = () =>
          page.evaluate(() => {
            const edge = document.documentElement.clientWidth;
            const shown = [
              ...document.querySelectorAll(".toolbar button, .toolbar select, .toolbar input, .popover"),
            ];
            return shown.every((each) => {
              const box = each.getBoundingClientRect();
              return box.left >= 0 && box.right <= edge + 0.5;
            });
          });
        expect((await page.locator(".toolbar").boundingBox())!.height).toBeLessThan(44);
        expect(await inside()).toBe(true);
        await page.getByRole("button", { name: "More controls" }).click();
        await page.getByRole("button", { name: "Restart the run" }).waitFor();
        expect(await inside()).toBe(true);
        await page.keyboard.press("Escape");
        expect(await page.locator(".popover").count()).toBe(0);
      });
    });
  }

  it("works in a narrow panel and at 200 %", async () => {
    for (const [width, height, name] of [
      [360, 640, "narrow"],
      [640, 400, "zoom-200"],
    ] as const) {
      await withPage({ model: five(), width, height, scale: name === "narrow" ? 1 : 2 }, async (page) => {
        await page.click(item("AppSup/registry"));
        const spill = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(spill).toBeLessThanOrEqual(0);
        expect(await page.isVisible(".inspector")).toBe(true);
        const room = await page.locator(".tree-room").boundingBox();
        expect(room!.height).toBeGreaterThan(80);
        await picture(page, name);
        await page.keyboard.press("Escape");
        expect(await page.isVisible(".inspector")).toBe(false);
      });
    }
  });
});

describe("hostile input", () => {
  const evil = `<img src=x onerror="globalThis.hacked=1">\u202e"'\`</text><script>hacked=1</script>`;

  it("shows names with markup as text", async () => {
    const tree = model(
      [
        supervisor("AppSup", "one_for_one", [
          child("AppSup", evil),
          child("AppSup", "x".repeat(5000)),
          child("AppSup", "👩‍👩‍👧‍👦".repeat(40)),
        ]),
      ],
      ["AppSup"],
    );
    await withPage({ model: tree, root: keyOf("AppSup"), speed: 8 }, async (page) => {
      await page.waitForSelector("body[data-run=running]");
      await page.locator(".card.worker").first().click();
      await page.hover(".card.worker");
      expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
      expect(await page.locator(".canvas img, .inspector img, .hover-card img").count()).toBe(0);
      expect(await badTexts(page)).toEqual([]);
      await picture(page, "hostile");
    });
  });

  it("refuses messages that are none, and says so", async () => {
    await withPage({ model: five() }, async (page, opened) => {
      for (const message of [
        null,
        1,
        {},
        { type: "model" },
        { type: "model", model: { supervisors: [{}] }, findings: [] },
      ]) {
        await opened.send(message);
      }
      await expect
        .poll(async () => (await opened.posted()).filter((message) => message.type === "log").length)
        .toBe(5);
      expect((await cards(page)).length).toBeGreaterThanOrEqual(5);
    });
  });
});
