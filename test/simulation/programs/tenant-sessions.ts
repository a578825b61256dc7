/** Sessions per tenant with quotas: a tenant's manager is found by name, made on demand, and forgets sessions that end. */
import {
  DynamicSupervisor,
  GenServer,
  type Info,
  type MonitorRef,
  type Pid,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "suptree";

const quota: Record<string, number> = { acme: 2, globex: 1 };
const managerOf = (tenant: string) => `tenant/${tenant}`;

class Session extends GenServer {
  private requests = 0;
  override init(user: string, ttl: number) {
    this.user = user;
    this.expiry = this.sendAfter(ttl, this.self, { type: "expire" });
    this.ttl = ttl;
  }
  private user!: string;
  private ttl!: number;
  private expiry!: ReturnType<GenServer["sendAfter"]>;
  override handleCall(request: { type: "hit" } | { type: "logout" }) {
    if (request.type === "logout") return stop("normal", reply(request, "bye"));
    this.requests++;
    this.cancelTimer(this.expiry);
    this.expiry = this.sendAfter(this.ttl, this.self, { type: "expire" });
    return reply(request, { user: this.user, requests: this.requests });
  }
  override handleInfo(message: Info<{ type: "expire" }>) {
    if (message.type === "expire") return stop({ shutdown: "expired" });
  }
}

class Manager extends GenServer {
  private sessions = new Map<MonitorRef, { user: string; pid: Pid }>();
  private tenant = "";
  override init(tenant: string) {
    this.tenant = tenant;
    this.register(managerOf(tenant));
  }
  override async handleCall(request: { type: "login"; user: string }) {
    const known = [...this.sessions.values()].find(({ user }) => user === request.user);
    if (known) return reply(request, known.pid);
    if (this.sessions.size >= (quota[this.tenant] ?? 0)) return reply(request, null);
    const pid = await this.startChild("session_sup", {
      id: `${this.tenant}:${request.user}`,
      start: [Session, request.user, 1_200],
      restart: "temporary",
    });
    this.sessions.set(this.monitor(pid), { user: request.user, pid });
    return reply(request, pid);
  }
  override handleInfo(message: Info) {
    if (message.type !== "DOWN") return;
    this.sessions.delete(message.ref);
    if (this.sessions.size === 0) return stop("normal");
  }
}

class SessionSup extends DynamicSupervisor {
  override init() {
    return { intensity: 10, period: 5 };
  }
}
class ManagerSup extends DynamicSupervisor {
  override init() {
    return { intensity: 5, period: 5, child: { start: [Manager] as const, restart: "transient" as const } };
  }
}

class FrontDoor extends GenServer {
  override async handleCall(request: { type: "enter"; tenant: string; user: string }) {
    const { tenant, user } = request;
    let manager = this.whereis(managerOf(tenant));
    if (manager === undefined) manager = await this.startChild("manager_sup", [tenant]);
    const session = await this.call(manager, { type: "login", user });
    return reply(request, session);
  }
}

class Visitor extends GenServer {
  private session: Pid | null = null;
  private tries = 0;
  override init(tenant: string, user: string) {
    this.who = { tenant, user };
    this.sendInterval(500, this.self, { type: "visit" });
  }
  private who = { tenant: "", user: "" };
  override async handleInfo(message: Info<{ type: "visit" }>) {
    if (message.type !== "visit") return;
    if (this.session?.alive !== true) {
      this.session = (await this.call("front_door", { type: "enter", ...this.who })) as Pid | null;
      if (this.session === null && ++this.tries > 4) throw new Error(`no room for ${this.who.user}`);
      return;
    }
    const { requests } = (await this.call(this.session, { type: "hit" })) as { requests: number };
    if (requests >= 3) {
      await this.call(this.session, { type: "logout" });
      this.session = null;
    }
  }
}

export class TenantSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      intensity: 5,
      period: 10,
      children: [
        { id: "session_sup", start: [SessionSup], name: "session_sup" },
        { id: "manager_sup", start: [ManagerSup], name: "manager_sup" },
        { id: "front_door", start: [FrontDoor], name: "front_door" },
        { id: "ann", start: [Visitor, "acme", "ann"] },
        { id: "bob", start: [Visitor, "globex", "bob"] },
        { id: "eve", start: [Visitor, "globex", "eve"] },
      ],
    };
  }
}
