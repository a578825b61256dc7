/** The three bad days of the talk's first lesson, as messages. Lessons 1 and 2 take exactly these. */
import type { System } from "suptree";

const faults = [
  { to: "twitter", message: { type: "api_changed" }, story: "The Twitter API changes its format" },
  { to: "web", message: { type: "bad_request" }, story: "A buggy request handler meets its input" },
  { to: "mnesia", message: { type: "act_weird" }, story: "Mnesia acts weird" },
];

/** Sends the three faults, one after the other, and prints after each who is still there. */
export async function playThreeFaults(system: System): Promise<void> {
  const names = ["mnesia", "twitter", "web"];
  const pids = new Map(names.map((name) => [name, system.whereis(name)]));
  const show = () =>
    names
      .map((name) => {
        const now = system.whereis(name);
        const then = pids.get(name);
        pids.set(name, now);
        if (now === undefined) return `${name}: gone`;
        return now === then ? `${name}: running` : `${name}: running again`;
      })
      .join("   ");
  console.log(`${"Start".padEnd(42)} ${show()}`);
  for (const { to, message, story } of faults) {
    system.send(to, message);
    await new Promise((done) => setTimeout(done, 50));
    console.log(`${story.padEnd(42)} ${show()}`);
  }
}
