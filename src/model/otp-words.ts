/** What OTP's words mean, in a sentence each, and where OTP documents them: for the editor's hovers and the page's. */

export interface OtpWord {
  /** In English; hosts translate it. */
  meaning: string;
  url: string;
}

const SUPERVISOR = "https://www.erlang.org/doc/apps/stdlib/supervisor.html";
const PRINCIPLES = "https://www.erlang.org/doc/system/sup_princ.html";

/** By the property's or the thing's name, some also by the value: "strategy", "strategy rest_for_one". */
export const OTP_WORDS: Readonly<Record<string, OtpWord>> = {
  "strategy one_for_one": {
    meaning: "Only the child that ended is started again. For children that do not need each other.",
    url: `${PRINCIPLES}#restart-strategy`,
  },
  "strategy one_for_all": {
    meaning:
      "When one child ends, all others are stopped in reverse start order and all are started again in start order. For children that only work together.",
    url: `${PRINCIPLES}#restart-strategy`,
  },
  "strategy rest_for_one": {
    meaning:
      "When a child ends, those started after it are stopped in reverse start order, then it and they are started again. For children that need the ones before them.",
    url: `${PRINCIPLES}#restart-strategy`,
  },
  "strategy simple_one_for_one": {
    meaning: "All children are alike and are started at run time; each is restarted alone.",
    url: `${PRINCIPLES}#simplified-one_for_one-supervisors`,
  },
  strategy: {
    meaning: "Which children are restarted when one of them ends.",
    url: `${PRINCIPLES}#restart-strategy`,
  },
  "restart permanent": {
    meaning: "Always started again, however it ended.",
    url: `${PRINCIPLES}#child-specification`,
  },
  "restart transient": {
    meaning: "Started again only after a crash: not when it ended with normal, shutdown or {shutdown, Term}.",
    url: `${PRINCIPLES}#child-specification`,
  },
  "restart temporary": {
    meaning: "Never started again; it is forgotten when it ends, and takes no sibling with it.",
    url: `${PRINCIPLES}#child-specification`,
  },
  restart: {
    meaning: "Whether the child is started again when it ends.",
    url: `${PRINCIPLES}#child-specification`,
  },
  intensity: {
    meaning:
      "How many restarts the supervisor allows within its period. One more, and it stops all its children and ends itself: the problem goes one level up.",
    url: `${PRINCIPLES}#maximum-restart-intensity`,
  },
  "intensity children_stop": {
    meaning:
      "How many restarts are allowed within the period. Past that, the next child that fails is stopped and not started again, and its parent lives on.",
    url: "https://www.npmjs.com/package/actor-ts",
  },
  "intensity program_ends": {
    meaning:
      "How many restarts the supervisor allows within its period. One more, and it fails with an error that nobody handles: that ends the program.",
    url: "https://www.npmjs.com/package/@hamicek/noex",
  },
  period: {
    meaning: "The window, in seconds, in which restarts are counted.",
    url: `${PRINCIPLES}#maximum-restart-intensity`,
  },
  "period ms": {
    meaning: "The window, in milliseconds, in which restarts are counted.",
    url: `${PRINCIPLES}#maximum-restart-intensity`,
  },
  shutdown: {
    meaning:
      "How the child is stopped: so many milliseconds for its terminate, then it is killed; brutal_kill kills at once; infinity waits, as it should for supervisors.",
    url: `${PRINCIPLES}#child-specification`,
  },
  significant: {
    meaning: "The end of this child by itself can stop its supervisor: see autoShutdown.",
    url: `${PRINCIPLES}#automatic-shutdown`,
  },
  autoShutdown: {
    meaning: "Whether the supervisor stops itself when a significant child, or the last of them, has ended.",
    url: `${PRINCIPLES}#automatic-shutdown`,
  },
  start: {
    meaning:
      "What the child runs: a class and the arguments of its init, so that a restart needs nothing else.",
    url: SUPERVISOR,
  },
  link: {
    meaning:
      "Two processes share their fate: when one ends abnormally, so does the other, unless it traps exits.",
    url: "https://www.erlang.org/doc/system/ref_man_processes.html#links",
  },
  monitor: {
    meaning: "One process is told by a DOWN message when the other ends; nothing else happens to it.",
    url: "https://www.erlang.org/doc/system/ref_man_processes.html#monitors",
  },
  pid: {
    meaning: "The process's number. A restart gives a new one: who keeps an old pid talks to nobody.",
    url: "https://www.erlang.org/doc/system/ref_man_processes.html",
  },
  incarnation: {
    meaning:
      "Which life of this child it is. #2 was started after the first had ended; nothing of the first one's state is left.",
    url: `${PRINCIPLES}#restart-strategy`,
  },
  "traps exits": {
    meaning:
      "Exit signals of linked processes reach it as messages instead of ending it. Only kill cannot be trapped.",
    url: "https://www.erlang.org/doc/system/ref_man_processes.html#receiving-exit-signals",
  },
  budget: {
    meaning:
      "Restarts that are left within the period. When none is left, the next failure ends the supervisor itself.",
    url: `${PRINCIPLES}#maximum-restart-intensity`,
  },
  "budget children_stop": {
    meaning:
      "Restarts that are left within the period. When none is left, the next child that fails is stopped and not started again, and its parent lives on.",
    url: "https://www.npmjs.com/package/actor-ts",
  },
  "budget program_ends": {
    meaning:
      "Restarts that are left within the period. When none is left, the next failure makes the supervisor fail with an error that nobody handles: that ends the program.",
    url: "https://www.npmjs.com/package/@hamicek/noex",
  },
  order: {
    meaning:
      "Its place in the start order. Children are started from the first to the last and stopped from the last to the first.",
    url: `${PRINCIPLES}#multiple-processes`,
  },
  mailbox: {
    meaning: "Messages that it has been sent and has not taken yet.",
    url: "https://www.erlang.org/doc/system/ref_man_processes.html#signals",
  },
};

/** The word for a value, else for what has it; null where there is none. */
export function otpWord(property: string, value: string | null = null): OtpWord | null {
  const exact = value === null ? undefined : OTP_WORDS[`${property} ${value}`];
  return exact ?? OTP_WORDS[property] ?? null;
}
