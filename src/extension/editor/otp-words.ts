/** What OTP's words mean, in a sentence each, and where OTP documents them. */
import { l10n } from "vscode";

export interface OtpWord {
  meaning: string;
  url: string;
}

const SUPERVISOR = "https://www.erlang.org/doc/apps/stdlib/supervisor.html";
const PRINCIPLES = "https://www.erlang.org/doc/system/sup_princ.html";

/** Made at each call, since the language is known only then. Keyed by property name, then by value. */
export function otpWord(property: string, value: string | null): OtpWord | null {
  switch (value === null ? property : `${property} ${value}`) {
    case "strategy one_for_one":
      return {
        meaning: l10n.t(
          "Only the child that ended is started again. For children that do not need each other.",
        ),
        url: `${PRINCIPLES}#restart-strategy`,
      };
    case "strategy one_for_all":
      return {
        meaning: l10n.t(
          "When one child ends, all others are stopped in reverse start order and all are started again in start order. For children that only work together.",
        ),
        url: `${PRINCIPLES}#restart-strategy`,
      };
    case "strategy rest_for_one":
      return {
        meaning: l10n.t(
          "When a child ends, those started after it are stopped in reverse start order, then it and they are started again. For children that need the ones before them.",
        ),
        url: `${PRINCIPLES}#restart-strategy`,
      };
    case "strategy simple_one_for_one":
      return {
        meaning: l10n.t("All children are alike and are started at run time; each is restarted alone."),
        url: `${PRINCIPLES}#simplified-one_for_one-supervisors`,
      };
    case "strategy":
      return {
        meaning: l10n.t("Which children are restarted when one of them ends."),
        url: `${PRINCIPLES}#restart-strategy`,
      };
    case "restart permanent":
      return {
        meaning: l10n.t("Always started again, however it ended."),
        url: `${PRINCIPLES}#child-specification`,
      };
    case "restart transient":
      return {
        meaning: l10n.t(
          "Started again only after a crash: not when it ended with normal, shutdown or {shutdown, Term}.",
        ),
        url: `${PRINCIPLES}#child-specification`,
      };
    case "restart temporary":
      return {
        meaning: l10n.t("Never started again; it is forgotten when it ends, and takes no sibling with it."),
        url: `${PRINCIPLES}#child-specification`,
      };
    case "restart":
      return {
        meaning: l10n.t("Whether the child is started again when it ends."),
        url: `${PRINCIPLES}#child-specification`,
      };
    case "intensity":
      return {
        meaning: l10n.t(
          "How many restarts the supervisor allows within its period. One more, and it stops all its children and ends itself: the problem goes one level up.",
        ),
        url: `${PRINCIPLES}#maximum-restart-intensity`,
      };
    case "period":
      return {
        meaning: l10n.t("The window, in seconds, in which restarts are counted."),
        url: `${PRINCIPLES}#maximum-restart-intensity`,
      };
    case "shutdown":
      return {
        meaning: l10n.t(
          "How the child is stopped: so many milliseconds for its terminate, then it is killed; brutal_kill kills at once; infinity waits, as it should for supervisors.",
        ),
        url: `${PRINCIPLES}#child-specification`,
      };
    case "significant":
      return {
        meaning: l10n.t("The end of this child by itself can stop its supervisor: see autoShutdown."),
        url: `${PRINCIPLES}#automatic-shutdown`,
      };
    case "autoShutdown":
      return {
        meaning: l10n.t(
          "Whether the supervisor stops itself when a significant child, or the last of them, has ended.",
        ),
        url: `${PRINCIPLES}#automatic-shutdown`,
      };
    case "start":
      return {
        meaning: l10n.t(
          "What the child runs: a class and the arguments of its init, so that a restart needs nothing else.",
        ),
        url: SUPERVISOR,
      };
    default:
      return null;
  }
}
