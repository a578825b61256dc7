/** Feature flags: an ini text is watched, flags are published under topics, plugins come and go with their flag. */
import {
  type Call,
  GenServer,
  type Info,
  type ProcessClass,
  type ProcessName,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
} from "suptree";

type Flags = Readonly<Record<string, boolean>>;

const TRUTHY = /^(?:on|yes|true|1)$/i;

export function parseIni(text: string): Map<string, Flags> {
  const sections = new Map<string, Record<string, boolean>>();
  let current: Record<string, boolean> = {};
  sections.set("", current);
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/[;#].*$/, "").trim();
    if (line === "") continue;
    const section = line.match(/^\[(.+)\]$/)?.[1];
    if (section !== undefined) {
      current = {};
      sections.set(section, current);
      continue;
    }
    const [key = "", value = ""] = line.split("=").map((part) => part.trim());
    current[key] = TRUTHY.test(value);
  }
  return sections;
}

/** What the file would say at its n-th reading. */
const READINGS = [
  "[plugins]\nsearch = on\nbeta = off\n",
  "[plugins]\nsearch = on\nbeta = yes ; trying it out\n",
  "[plugins]\nsearch = off\nbeta = yes\n",
];

type Changed = { type: "changed"; flag: string; on: boolean };
const TOPICS = processName<Registry<string, null, Subscriber>>("topics");

interface SubscriberProtocol extends Protocol {
  infos: Changed;
}
abstract class Subscriber<P extends Protocol = SubscriberProtocol> extends GenServer<P> {
  protected subscribe(...flags: string[]): void {
    for (const flag of flags) Registry.register(this, TOPICS, flag, null);
  }
}

interface FlagsProtocol extends Protocol {
  calls: Call<{ type: "is_on"; flag: string }, boolean>;
  infos: { type: "read" };
}
const FLAGS = processName<FlagServer>("flags");

class FlagServer extends GenServer<FlagsProtocol> {
  private flags: Flags = {};
  private reading = 0;
  private every = 0;

  override init({ every }: { every: number }) {
    this.every = every;
    this.read();
  }
  private read(): void {
    const text = READINGS[Math.min(this.reading++, READINGS.length - 1)] ?? "";
    const next = parseIni(text).get("plugins") ?? {};
    for (const flag of new Set([...Object.keys(this.flags), ...Object.keys(next)])) {
      const on = next[flag] ?? false;
      if (on === (this.flags[flag] ?? false)) continue;
      Registry.dispatch(this, TOPICS, flag, ({ pid }) => this.send(pid, { type: "changed", flag, on }));
    }
    this.flags = next;
    this.sendAfter(this.every, this.self, { type: "read" });
  }
  override handleCall(request: FlagsProtocol["calls"]) {
    return reply(request, this.flags[request.flag] ?? false);
  }
  override handleInfo(message: Info<FlagsProtocol["infos"]>) {
    if (message.type === "read") this.read();
  }
}

interface PluginProtocol extends Protocol {
  calls: Call<{ type: "ping" }, "pong">;
}
class SearchPlugin extends GenServer<PluginProtocol> {
  override handleCall(request: PluginProtocol["calls"]) {
    return reply(request, "pong");
  }
}
class BetaPlugin extends GenServer<PluginProtocol> {
  private pings = 0;
  override handleCall(request: PluginProtocol["calls"]) {
    this.pings++;
    if (this.pings > 2) throw new Error("beta is beta");
    return reply(request, "pong");
  }
}

const PLUGINS: Record<string, { cls: ProcessClass; name: ProcessName<SearchPlugin | BetaPlugin> }> = {
  search: { cls: SearchPlugin, name: processName("plugin.search") },
  beta: { cls: BetaPlugin, name: processName("plugin.beta") },
};
const PLUGIN_SUP = processName<PluginSup>("plugin_sup");

class PluginSup extends Supervisor {
  override init(): SupervisorSpec {
    return { strategy: "one_for_one", intensity: 5, period: 5, children: [] };
  }
}

class PluginManager extends Subscriber {
  private readonly history: string[] = [];

  override async init() {
    this.subscribe(...Object.keys(PLUGINS));
    for (const flag of Object.keys(PLUGINS))
      if (await this.call(FLAGS, { type: "is_on", flag })) await this.enable(flag);
  }
  private async enable(flag: string): Promise<void> {
    const plugin = PLUGINS[flag];
    if (plugin === undefined) return;
    const { cls, name } = plugin;
    const started = await this.startChildResult(PLUGIN_SUP, { id: flag, start: [cls], name });
    this.history.push(`${flag}: ${"error" in started ? "there already" : "started"}`);
  }
  private async disable(flag: string): Promise<void> {
    await this.terminateChild(PLUGIN_SUP, flag);
    await this.deleteChild(PLUGIN_SUP, flag);
    this.history.push(`${flag}: stopped`);
  }
  override async handleInfo(message: Info<SubscriberProtocol["infos"]>) {
    if (message.type !== "changed") return;
    if (message.on) await this.enable(message.flag);
    else await this.disable(message.flag);
  }
}

interface HealthProtocol extends Protocol {
  calls: Call<{ type: "healthy" }, boolean>;
  infos: Changed | { type: "check" };
}
class Health extends Subscriber<HealthProtocol> {
  private readonly watched = new Set<string>();
  private bad = 0;

  override init() {
    this.subscribe("beta");
    this.watched.add("search");
    this.sendInterval(800, this.self, { type: "check" });
  }
  override handleCall(request: HealthProtocol["calls"]) {
    return reply(request, this.bad === 0);
  }
  override async handleInfo(message: Info<HealthProtocol["infos"]>) {
    if (message.type === "changed") {
      if (message.on) this.watched.add(message.flag);
      else this.watched.delete(message.flag);
    } else if (message.type === "check") {
      for (const flag of this.watched) {
        const name = PLUGINS[flag]?.name;
        if (name && this.whereis(name)) {
          try {
            await this.call(name, { type: "ping" }, 300);
          } catch {
            this.bad++;
          }
        }
      }
    }
  }
}

export class FlagsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 4,
      period: 8,
      children: [
        { id: "topics", start: [Registry, { keys: "duplicate" }], name: TOPICS },
        { id: "flags", start: [FlagServer, { every: 2_200 }], name: FLAGS },
        { id: "plugins", start: [PluginSup], name: PLUGIN_SUP },
        { id: "manager", start: [PluginManager] },
        { id: "health", start: [Health] },
      ],
    };
  }
}
