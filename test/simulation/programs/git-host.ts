/** A host of repositories: pushes are queued per repository, hooks run in tasks, mirrors follow, an audit log listens. */
import {
  type Call,
  CallError,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  defineApplication,
  formatReason,
  GenServer,
  type Info,
  type Pid,
  type Protocol,
  processName,
  Registry,
  reply,
  Supervisor,
  type SupervisorSpec,
  type Task,
  type TaskMessage,
  TaskSupervisor,
  via,
} from "suptree";

type Sha = string;
interface Commit {
  readonly sha: Sha;
  readonly parent: Sha | null;
  readonly message: string;
}

function shaOf(parent: Sha | null, message: string): Sha {
  let a = 1;
  let b = 0;
  for (const char of `${parent ?? ""}\n${message}`) {
    a = (a + char.charCodeAt(0)) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a).toString(16).replace("-", "f").padStart(8, "0");
}

class PushRejected extends Error {
  override readonly name = "PushRejected";
}

type Event =
  | { type: "pushed"; repo: string; sha: Sha }
  | { type: "rejected"; repo: string; why: string }
  | { type: "mirrored"; repo: string; count: number };
const EVENTS = processName<Registry<"events" | `repo:${string}`, null, AuditLog | Mirror>>("events");

function publish(from: Repository | Mirror | HookRunner, event: Event): void {
  for (const topic of ["events", `repo:${event.repo}`] as const)
    Registry.dispatch(from, EVENTS, topic, ({ pid }) => from.send(pid, event));
}

interface AuditProtocol extends Protocol {
  infos: Event;
  calls: Call<{ type: "lines" }, string[]>;
}
class AuditLog extends GenServer<AuditProtocol> {
  private static readonly KEEP = 50;
  private lines: string[] = [];

  override init() {
    Registry.register(this, EVENTS, "events", null);
  }
  override handleInfo(message: Info<AuditProtocol["infos"]>) {
    switch (message.type) {
      case "pushed":
        this.lines.push(`${message.repo}@${message.sha.slice(0, 7)}`);
        break;
      case "rejected":
        this.lines.push(`${message.repo}: ${message.why}`);
        break;
      case "mirrored":
        this.lines.push(`${message.repo} -> mirror (${message.count})`);
        break;
      default:
        return;
    }
    this.lines = this.lines.slice(-AuditLog.KEEP);
  }
  override handleCall(request: AuditProtocol["calls"]) {
    return reply(request, this.lines);
  }
}

const HOOKS = processName<HookRunner>("hooks");
const HOOK_TASKS = processName<TaskSupervisor>("hook_tasks");

interface HooksProtocol extends Protocol {
  calls: Call<{ type: "check"; message: string }, string | null>;
  casts: { type: "after"; repo: string; sha: Sha };
  infos: TaskMessage<string>;
}

const CHECKS: readonly ((message: string) => string | null)[] = [
  (message) => (message.length > 50 ? "subject too long" : null),
  (message) => (/^(?:fix|feat|chore)(?:\([\w-]+\))?: \S/.test(message) ? null : "no conventional commit"),
  (message) => (/\bwip\b/i.test(message) ? "work in progress" : null),
];

class HookRunner extends GenServer<HooksProtocol> {
  private ran = 0;
  private readonly failed: string[] = [];

  override handleCall(request: HooksProtocol["calls"]) {
    for (const check of CHECKS) {
      const problem = check(request.message);
      if (problem !== null) return reply(request, problem);
    }
    return reply(request, null);
  }
  override handleCast({ repo, sha }: HooksProtocol["casts"]) {
    this.async(
      async (task: Task<string>) => {
        await task.sleep(90);
        if (sha.endsWith("0")) throw new Error(`hook of ${repo} failed`);
        return `${repo}:${sha}`;
      },
      { under: HOOK_TASKS, notify: true },
    );
  }
  override handleInfo(message: Info<HooksProtocol["infos"]>) {
    if (message.type !== "task") return;
    if (message.ok) this.ran++;
    else this.failed.push(formatReason(message.reason));
  }
}

interface RepoProtocol extends Protocol {
  calls:
    | Call<{ type: "push"; parent: Sha | null; message: string }, Sha>
    | Call<{ type: "log"; since: Sha | null }, readonly Commit[]>
    | Call<{ type: "head" }, Sha | null>;
}
const REPOS = processName<Registry<string, undefined, Repository>>("repos");

class Repository extends GenServer<RepoProtocol> {
  private name = "";
  private readonly commits = new Map<Sha, Commit>();
  private head: Sha | null = null;

  override init(name: string) {
    this.name = name;
  }
  private *history(from: Sha | null): Generator<Commit> {
    for (let at = from; at !== null; ) {
      const commit = this.commits.get(at);
      if (commit === undefined) return;
      yield commit;
      at = commit.parent;
    }
  }
  private async accept(parent: Sha | null, message: string): Promise<Sha> {
    if (parent !== this.head) throw new PushRejected("not fast-forward");
    const problem = await this.call(HOOKS, { type: "check", message });
    if (problem !== null) throw new PushRejected(problem);
    const sha = shaOf(parent, message);
    this.commits.set(sha, { sha, parent, message });
    this.head = sha;
    this.cast(HOOKS, { type: "after", repo: this.name, sha });
    publish(this, { type: "pushed", repo: this.name, sha });
    return sha;
  }
  override async handleCall(request: RepoProtocol["calls"]) {
    switch (request.type) {
      case "head":
        return reply(request, this.head);
      case "log": {
        const found: Commit[] = [];
        for (const commit of this.history(this.head)) {
          if (commit.sha === request.since) break;
          found.unshift(commit);
        }
        return reply(request, found);
      }
      case "push":
        try {
          return reply(request, await this.accept(request.parent, request.message));
        } catch (error) {
          if (!(error instanceof PushRejected)) throw error;
          publish(this, { type: "rejected", repo: this.name, why: error.message });
          return reply(request, this.head ?? "");
        }
    }
  }
}

const REPO_SUP = processName<RepoSup>("repo_sup");
class RepoSup extends DynamicSupervisor {
  override init(): DynamicSupervisorSpec {
    return { intensity: 4, period: 10 };
  }
}

interface MirrorProtocol extends Protocol {
  infos: Event | { type: "sync" };
}
class Mirror extends GenServer<MirrorProtocol> {
  private repo = "";
  private last: Sha | null = null;
  private dirty = false;

  override init(repo: string, every: number) {
    this.repo = repo;
    Registry.register(this, EVENTS, `repo:${repo}`, null);
    this.sendInterval(every, this.self, { type: "sync" });
  }
  override async handleInfo(message: Info<MirrorProtocol["infos"]>) {
    if (message.type === "pushed") this.dirty = true;
    if (message.type !== "sync" || !this.dirty) return;
    try {
      const commits = await this.call(via(REPOS, this.repo), { type: "log", since: this.last });
      this.last = commits.at(-1)?.sha ?? this.last;
      this.dirty = false;
      publish(this, { type: "mirrored", repo: this.repo, count: commits.length });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
    }
  }
}

interface DeveloperProtocol extends Protocol {
  infos: { type: "commit" };
}
class Developer extends GenServer<DeveloperProtocol> {
  private repos: readonly string[] = [];
  private n = 0;

  override init(repos: readonly string[]) {
    this.repos = repos;
    this.sendAfter(350, this.self, { type: "commit" });
  }
  private async ensure(name: string): Promise<Pid<Repository>> {
    const known = Registry.whereis(this, REPOS, name);
    if (known !== undefined) return known;
    return this.startChild(REPO_SUP, {
      id: `repo ${name}`,
      start: [Repository, name],
      name: via(REPOS, name),
      restart: "transient",
    });
  }
  override async handleInfo(message: Info<DeveloperProtocol["infos"]>) {
    if (message.type !== "commit") return;
    const name = this.repos[this.n % this.repos.length] ?? "none";
    const repo = await this.ensure(name);
    const parent = await this.call(repo, { type: "head" });
    const kind = ["feat", "fix", "oops"][this.n % 3];
    await this.call(repo, { type: "push", parent, message: `${kind}: change ${++this.n}` });
    this.sendAfter(450, this.self, { type: "commit" });
  }
}

const NAMES = ["kernel", "docs"];

class CoreSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_all",
      children: [
        { id: "repos", start: [Registry, { keys: "unique" }], name: REPOS },
        { id: "repo_sup", start: [RepoSup], name: REPO_SUP },
      ],
    };
  }
}

class HostSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "rest_for_one",
      intensity: 3,
      period: 10,
      children: [
        { id: "events", start: [Registry, { keys: "duplicate" }], name: EVENTS },
        { id: "audit", start: [AuditLog] },
        { id: "hook_tasks", start: [TaskSupervisor], name: HOOK_TASKS },
        { id: "hooks", start: [HookRunner], name: HOOKS },
        { id: "core", start: [CoreSup] },
        ...NAMES.map((name, n) => ({
          id: `mirror-${name}`,
          start: [Mirror, name, 1_000 + 300 * n] as const,
        })),
        { id: "developer", start: [Developer, NAMES] },
      ],
    };
  }
}

export const gitHost = defineApplication({ name: "git_host", start: [HostSup] });
