/** The pace of a run: in each frame of the page what has happened is told, and the sandbox is let go on. */
import { passTime, reached, viewing } from "./moments.ts";
import { generation, notes, running, runReason, runState, speed, status, take } from "./present.ts";
import { showing, tell } from "./telling.ts";

/** An `advance` is under way. */
let advancing = false;
/** Real milliseconds times speed that the sandbox has not been told of. */
let owed = 0;

/** Another run begins: it owes nothing. */
export function forgetPace(): void {
  owed = 0;
  advancing = false;
}

let lastFrame = 0;
/** Called once per animation frame while the page is visible. */
export function frame(time: number): void {
  const elapsed = Math.min(200, time - lastFrame);
  lastFrame = time;
  if (runState.value !== "running" || viewing.value !== null) {
    return;
  }
  // What really happens is shown when it happens.
  const real = running.value?.can.clock !== "virtual";
  if (showing.value) {
    tell(real ? Number.POSITIVE_INFINITY : elapsed, speed.value);
    if (!real) return;
  }
  const known = status.peek();
  if (known !== null && (known.state === "ended" || known.state === "bounded" || known.state === "failed")) {
    runState.value = known.state === "ended" ? "ended" : "failed";
    runReason.value = runReason.value ?? known.reason;
    return;
  }
  owed += elapsed * speed.value;
  passTime(Math.max(reached.peek(), (known?.now ?? 0) + owed));
  if (owed >= 60 && !advancing && running.value !== null) {
    const ms = Math.floor(owed);
    owed -= ms;
    advancing = true;
    const mine = generation.peek();
    running.value
      .advance(ms)
      .then((next) => mine === generation.peek() && take(next))
      .catch((error: unknown) => {
        if (mine === generation.peek()) {
          notes.value = [...notes.value, error instanceof Error ? error.message : String(error)];
        }
      })
      .finally(() => {
        if (mine === generation.peek()) {
          advancing = false;
        }
      });
  }
}
