/** An attack as data, and the text that carries it out. */

export interface Attack {
  name: string;
  /**
   * Statements of hostile user code. They find `escaped(text)`, to be called with what must not be possible, `suptree`, `self`
   * (the process), and `CANARY`, an address at which somebody listens.
   */
  code: string;
  /** Where it runs; default: `handleInfo`, which may wait. `engine`: it is the whole worker, and has the `port`. */
  where?: "engine" | "module" | "init" | "handleInfo" | "handleContinue";
  /** Imports of the program; an attack that has some runs as a program only. */
  imports?: string;
  /**
   * What must be observed. "held": nothing gets out, and the run goes on. A sentence: the run ends in one that has this in
   * it. "works": ordinary code, which must reach `escaped("fine")`.
   */
  must: "held" | "works" | { sentence: RegExp };
  /** What happens without locks; where Chromium itself stops it, why. */
  unlocked: "escapes" | { stopped: string };
}

/**
 * Milliseconds of silence after which the page ends the sandbox: soon where that is what has to end it, and else so late that a
 * slow machine comes to the bound that has to.
 */
export function patienceFor({ must }: Attack): number {
  return typeof must === "object" && !/answering|top level/.test(must.sentence.source) ? 20_000 : 4_000;
}

/** The worker's script. In the unlocked worker the same text runs, so that the locks alone make the difference. */
export function scriptOf(worker: string, attack: Attack, canary: string): string {
  return attack.where === "engine" ? hostileWorker(attack.code) : worker + userCode(attack, canary);
}

function hostileWorker(code: string): string {
  return `onmessage = ({ ports: [port] }) => {
  const say = (message) => port.postMessage(message);
  const event = (message) => say({ kind: "event", event: message });
  setTimeout(() => { ${code} }, 0);
};`;
}

function userCode(attack: Attack, canary: string): string {
  return `;userCode(function (suptree) {
  ${attacker(attack, canary)}
  return Attacker;
});`;
}

/** The same attack as a program that somebody opens: what is bundled and run as real code. */
export function programOf(attack: Attack, canary: string): string {
  return `import * as suptree from "suptree";
${attack.imports ?? ""}
${attacker(attack, canary)}
class witness extends suptree.GenServer {}
export class AppSup extends suptree.Supervisor {
  init() {
    return { intensity: 3, children: [{ id: "witness", start: [witness], name: "witness" }, { id: "attacker", start: [Attacker] }] };
  }
}
`;
}

function attacker(attack: Attack, canary: string): string {
  const { code, where = "handleInfo" } = attack;
  const at = (place: string): string => (place === where ? code : "");
  return `const CANARY = ${JSON.stringify(canary)};
  const said = [];
  let tell = (text) => { said.push(text); };
  const escaped = (text) => tell("ESCAPED " + String(text).slice(0, 120));
  const self = null;
  ${at("module")}
  class Attacker extends suptree.GenServer {
    init() {
      const self = this;
      tell = (text) => this.cast("witness", text);
      for (const text of said.splice(0)) tell(text);
      ${at("init")}
      return ${where === "handleContinue" ? 'suptree.continueWith("go")' : "undefined"};
    }
    handleContinue() {
      const self = this;
      ${at("handleContinue")}
    }
    handleCall(request) { return suptree.reply(request, "ok"); }
    async handleInfo(message) {
      if (message === "again") return tell("AGAIN");
      const self = this;
      try {
        ${at("handleInfo")}
      } catch (error) {
        tell("REFUSED " + String(error && error.message).slice(0, 150));
      }
      tell("DONE");
    }
  }`;
}
