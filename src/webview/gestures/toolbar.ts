/** A toolbar is one stop of the Tab key; the arrow keys go along it, as ARIA's toolbar pattern has it. */

const STOPS = "button, select, input";

/** Returns what takes the listeners away again. */
export function oneTabStop(bar: HTMLElement): () => void {
  let current: HTMLElement | null = null;
  const stops = () =>
    [...bar.querySelectorAll<HTMLElement>(STOPS)].filter((each) => each.closest(".menu") === null);
  const settle = () => {
    const all = stops();
    const usable = all.filter((each) => !each.matches(":disabled"));
    if (current === null || !usable.includes(current)) {
      current = usable[0] ?? null;
    }
    for (const each of all) {
      const index = each === current ? 0 : -1;
      if (each.tabIndex !== index) each.tabIndex = index;
    }
  };
  const onFocus = (event: FocusEvent) => {
    if (event.target instanceof HTMLElement && stops().includes(event.target)) {
      current = event.target;
      settle();
    }
  };
  const onKey = (event: KeyboardEvent) => {
    const target = event.target;
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!(target instanceof HTMLElement) || step === 0 || target.closest(".menu") !== null) {
      return;
    }
    // In a field the arrows move the caret, until there is nowhere to go.
    if (target instanceof HTMLInputElement && target.type !== "checkbox" && target.value !== "") {
      return;
    }
    const usable = stops().filter((each) => !each.matches(":disabled"));
    const next = usable[(usable.indexOf(target) + step + usable.length) % usable.length];
    next?.focus();
    event.preventDefault();
  };
  bar.addEventListener("focusin", onFocus);
  bar.addEventListener("keydown", onKey);
  // Controls come, go and are disabled while the run goes on.
  const changes = new MutationObserver(settle);
  changes.observe(bar, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
  settle();
  return () => {
    changes.disconnect();
    bar.removeEventListener("focusin", onFocus);
    bar.removeEventListener("keydown", onKey);
  };
}
