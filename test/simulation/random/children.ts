/** Statements that start others and look after them. */
import type { Callback, Choices, Writing } from "./writing.ts";

export function tasks(w: Writing, at: Callback): Choices {
  const body = (): string => {
    const left = w.hop(at).left === "2" ? "1" : "0";
    return w.pick(
      "() => 1",
      '() => { throw new Error("task"); }',
      `async () => { await this.sleep(${w.ms()}); return 2; }`,
      `async (task) => { await task.sleep(${w.ms()}); return this.count; }`,
      `async (task) => task.call("${w.name()}", { type: "get", n: ${left} })`,
      `async (task) => { task.cast("${w.name()}", { type: "poke", n: ${left} }); return "done"; }`,
      `async (task) => task.exit(${w.reason()})`,
      `async (task) => { task.link("${w.name()}"); await task.sleep(300); }`,
    );
  };
  const under = (): string => {
    const all = w.names.tasks;
    return all.length === 0
      ? ""
      : w.pick("", `{ under: "${w.pick(...all)}" }`, `{ under: "${w.pick(...all)}", notify: true }`);
  };
  const start = (): string => {
    const options = w.pick("", "{ notify: true }", under(), under());
    return `this.async(${body()}${options === "" ? "" : `, ${options}`})`;
  };
  return [
    () => `${start()};`,
    () => `this.last = await this.await(${start()});`,
    () => `this.last = await this.await(${start()}, ${w.pick(50, 200)});`,
    () => `try { this.last = await this.await(${start()}); } catch { this.count++; }`,
    () =>
      `{ const end = await this.yield(${start()}, ${w.pick(100, 1_000)}); if (end?.ok === false) this.count++; }`,
    () => `await this.shutdownTask(${start()}, ${w.pick("100", '"brutal_kill"')});`,
    () => `this.cancelTask(${start()});`,
    () =>
      `for await (const end of this.asyncStream([1, 2, 3], ${body()}, { max: ${w.pick(1, 2)} })) if (end.ok) this.count++;`,
  ];
}

export function starts(w: Writing): Choices {
  const started = (): string => {
    const how = w.pick("startLink", "startLink", "start");
    return `await this.${how}(${w.pick(...w.names.jobs)}, ${w.below(4)})`;
  };
  return [
    () => `this.pids.push(${started()});`,
    () => `this.friend = ${started()};`,
    () =>
      `try { this.byName.a = ${started()}; } catch (error) { if (error instanceof StartError) this.count++; }`,
    () => `{ const pid = ${started()}; this.refs.set(this.monitor(pid), "job"); }`,
    () =>
      `void this.start(${w.pick(...w.names.jobs)}, ${w.below(4)}).then((pid) => { this.pids.push(pid); }, () => { this.count++; });`,
  ];
}

export function administers(w: Writing): Choices {
  const { pools, open, supervisors, ids, jobs } = w.names;
  const job = (): string => `${w.pick(...jobs)}, ${w.below(4)}`;
  const restart = (): string => w.pick("permanent", "transient", "temporary");
  const id = (): string => `"${w.pick(...ids, "more", "none")}"`;
  const sup = (): string => `"${w.pick(...supervisors)}"`;
  const spec = (): string =>
    w.pick(
      () => `{ id: "${w.pick("more", "extra")}", start: [${job()}], restart: "${restart()}" }`,
      () => `{ id: "more", start: startOf(${job()}), restart: "${restart()}", name: "${w.name()}" }`,
      () => `{ id: "more", start: [${job()}], name: "extra", shutdown: ${w.pick("100", '"brutal_kill"')} }`,
      () => `worker("${w.pick("more", "extra")}", [${job()}], { restart: "${restart()}" })`,
    )();
  const child = (): string[] => [
    ...pools.map((pool) => `this.startChild("${pool}", [${w.below(4)}])`),
    ...open.map((pool) => `this.startChild("${pool}", ${spec()})`),
    `this.startChild(${sup()}, ${spec()})`,
  ];
  return [
    () => `this.pids.push(await ${w.pick(...child())});`,
    () => `this.friend = await ${w.pick(...child())}.catch(() => undefined);`,
    () =>
      `try { const pid = await ${w.pick(...child())}; this.ref = this.monitor(pid); } catch (error) { this.last = error instanceof StartError ? formatReason(error.reason) : "?"; }`,
    () => `void ${w.pick(...child())};`,
    () =>
      `{ const result = await ${w.pick(...child()).replace("startChild(", "startChildResult(")}; if (result.error !== undefined) this.count++; else if (result.ok !== undefined) this.pids.push(result.ok as Pid); }`,
    () => `await this.terminateChild(${sup()}, ${id()});`,
    () =>
      `{ const result = await this.terminateChild(${sup()}, ${id()}); if (result.error === "not_found") this.count++; }`,
    () => `await this.terminateChild(${sup()}, ${id()}); await this.restartChild(${sup()}, ${id()});`,
    () =>
      `{ const id = ${id()}; await this.terminateChild(${sup()}, id); await this.deleteChild(${sup()}, id); }`,
    () =>
      `if (this.pids.length > 0) await this.terminateChild("${w.pick(...pools, ...open, ...supervisors)}", this.pids[0]!);`,
    () =>
      `this.count += (await this.whichChildren(${sup()})).filter(({ child }) => child !== undefined).length;`,
    () =>
      `for (const { child, id } of await this.whichChildren(${sup()})) if (typeof child === "object" && id !== "${w.own}") this.pids.push(child);`,
    () => `this.count += (await this.countChildren(${sup()})).active;`,
    () =>
      `{ const found = await this.getChildSpec(${sup()}, ${id()}); if (found.ok?.restart === "${restart()}") this.count++; }`,
  ];
}
