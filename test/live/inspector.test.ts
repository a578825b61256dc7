/** A socket may bring several texts in one turn: each is heard when the one before it has had its effect. */
import { expect, it } from "vitest";
import { Inspector } from "../../src/live/inspector.ts";

const answer = (id: number, value: unknown) => JSON.stringify({ id, result: { result: { value } } });
const event = (n: number) => JSON.stringify({ method: "happened", params: { n } });

it("hears what follows an answer when whoever asked has gone on, and the end last", async () => {
  const seen: string[] = [];
  const inspector = new Inspector(
    { send: () => {}, close: () => {} },
    { onEvent: (_, { n }) => seen.push(`event ${n}`), onEnd: (reason) => seen.push(reason) },
  );
  // As far away as a page's source is from the connection.
  const far = async (name: string) => {
    const inner = async () => await inspector.evaluate(name);
    const outer = async () => await inner();
    seen.push(`answer ${await outer()}`);
  };
  const asked = [far("a"), far("b")];
  inspector.hear(event(1));
  inspector.hear(answer(1, "a"));
  inspector.hear(event(2));
  inspector.hear(event(3));
  inspector.hear(answer(2, "b"));
  inspector.hear(event(4));
  inspector.end("gone");
  await Promise.all(asked);
  await expect.poll(() => seen.at(-1)).toBe("gone");
  expect(seen).toEqual(["event 1", "answer a", "event 2", "event 3", "answer b", "event 4", "gone"]);
  await expect(inspector.send("anything")).rejects.toThrow("has ended");
});
