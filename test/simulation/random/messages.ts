/** Statements that send, call, watch and wait. */
import type { Callback, Choices, Writing } from "./writing.ts";

export function messages(w: Writing, at: Callback): Choices {
  const made = (how: (to: string, left: string) => string) => (): string => {
    const [to, hop] = [w.to(), w.hop(at)];
    return w.provided([to.is, hop.is], how(to.text, hop.left));
  };
  const timeout = (): string => w.pick("", "", ", 50", ", 700", ', "infinity"');
  const call = (to: string, left: string): string => `this.call(${to}, ${w.request(left)}${timeout()})`;
  return [
    made((to, left) => `this.cast(${to}, { type: "${w.pick("poke", "more", "odd")}", n: ${left} });`),
    made((to, left) => `this.send(${to}, ${w.info(left)});`),
    made((to, left) => `await ${call(to, left)};`),
    made((to, left) => `this.last = await ${call(to, left)};`),
    made((to, left) => `try { this.last = await ${call(to, left)}; } catch { this.count++; }`),
    made(
      (to, left) =>
        `try { await ${call(to, left)}; } catch (error) { if (error instanceof CallError && error.reason === "${w.pick("noproc", "timeout")}") this.count += 2; else throw error; }`,
    ),
    made((to, left) => `{ this.last = await ${call(to, left)}.catch(() => null); }`),
    made(
      (to, left) =>
        `void ${call(to, left)}.then((value) => { this.last = value; }, () => { this.count++; });`,
    ),
    made((to, left) => `void ${call(to, left)};`),
    made((to, left) => `await Promise.all([${call(to, left)}, ${call(`"${w.name()}"`, left)}]);`),
    made(
      (to, left) =>
        `{ const all = await Promise.allSettled([${call(to, left)}, ${call(`"${w.name()}"`, left)}]); this.count += all.filter(({ status }) => status === "rejected").length; }`,
    ),
    made(
      (to, left) =>
        `{ const pid = await ${call(to, left).replace(/"(get|put|later)"/, '"who"')}; this.friend = pid as Pid; }`,
    ),
    made((to, left) => `await Promise.race([${call(to, left)}, this.sleep(${w.ms()})]);`),
    made((to, left) => `this.after.push(() => { this.send(${to}, ${w.info(left)}); });`),
    made((to, left) => `eachOf([${to}, "${w.name()}"], (to) => this.cast(to, { type: "odd", n: ${left} }));`),
    () => {
      const names = [w.name(), w.name()].map((name) => `"${name}"`).join(", ");
      const { is, left } = w.hop(at);
      return w.provided(
        [is],
        `for (const name of [${names}]) this.cast(name, { type: "poke", n: ${left} });`,
      );
    },
    () => {
      const { is, left } = w.hop(at);
      return w.provided([is], `for (const pid of this.pids) if (pid.alive) this.send(pid, ${w.info(left)});`);
    },
  ];
}

export function relations(w: Writing): Choices {
  const made = (how: (to: string) => string) => (): string => {
    const { is, text } = w.to();
    return w.provided([is], how(text));
  };
  return [
    made((to) => `this.ref = this.monitor(${to});`),
    made((to) => `this.refs.set(this.monitor(${to}), "${w.name()}");`),
    () => "if (this.ref !== undefined) this.demonitor(this.ref);",
    () => "for (const ref of this.refs.keys()) this.demonitor(ref);",
    made((to) => `this.link(${to});`),
    made((to) => `try { this.link(${to}); } catch { this.count++; }`),
    made((to) => `this.unlink(${to});`),
    () => `this.trapExit(${w.pick("true", "true", "false")});`,
    () => `this.friend = this.whereis("${w.name()}");`,
    () => `{ const pid = this.whereis("${w.name()}"); if (pid !== undefined) this.pids.push(pid); }`,
    () =>
      `{ const pid = this.whereis("${w.name()}"); if (pid !== undefined) this.byName = { ...this.byName, a: pid }; }`,
    () => `this.register("extra");`,
    () => `if (this.whereis("extra") === undefined) this.register("extra");`,
    () => `if (this.whereis("extra") === this.self) this.unregister("extra");`,
    () => `try { this.register("${w.name()}"); } catch (error) { this.last = (error as Error).message; }`,
    () => `this.unregister("${w.pick(w.own, "extra")}");`,
  ];
}

export function timers(w: Writing, at: Callback): Choices {
  const timed = (what: string) => (): string => {
    const [to, hop] = [w.to(), w.hop(at)];
    const ms = what === "sendInterval" ? Math.max(w.ms(), 250) : w.ms();
    const start = `this.${what}(${ms}, ${to.text}, ${w.info(hop.left)});`;
    return w.provided([to.is, hop.is], w.pick(start, `this.timer = ${start}`));
  };
  return [
    timed("sendAfter"),
    timed("sendAfter"),
    timed("sendInterval"),
    () => "if (this.timer !== undefined) this.cancelTimer(this.timer);",
    () => "if (this.timer !== undefined && this.cancelTimer(this.timer) === false) this.count++;",
    () => "if (this.timer !== undefined) this.count += Number(this.readTimer(this.timer));",
    () => `await this.sleep(${w.ms()});`,
    () => {
      const { is, left } = w.hop(at);
      const again = `this.timer = this.sendAfter(${w.ms()}, this.self, ${w.info(left)});`;
      return w.provided([is], `{ if (this.timer !== undefined) this.cancelTimer(this.timer); ${again} }`);
    },
    () => {
      const { is, left } = w.hop(at);
      const later = `this.wrap(() => { this.cast("${w.name()}", { type: "poke", n: ${left} }); })`;
      return w.provided([is], `setTimeout(${later}, ${w.ms()});`);
    },
    () => `if (this.now() % 1000 < ${w.pick(1, 500)}) this.count++;`,
  ];
}
