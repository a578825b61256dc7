/** actor-ts: who watches others gets `Terminated`, and does something about it or not. */
import { expect, test } from "vitest";
import { lintFiles } from "./check.ts";

const says = (body: string, more = "") =>
  lintFiles(
    new Map([
      [
        "app.ts",
        `import { Actor, ActorSystem, Terminated, type ActorRef } from "actor-ts";
type Join = { kind: "join"; id: string; who: ActorRef<string> } | { kind: "say"; text: string };
class Room extends Actor<Join | Terminated> {
  private readonly members = new Map<string, ActorRef<string>>();
  ${more}
  override onReceive(message: Join | Terminated): void {
    ${body}
  }
}
ActorSystem.create("s").spawn(Room, "room");`,
      ],
    ]),
  ).map(({ messageId }) => messageId);

const JOIN = `case "join": this.context.watch(message.who); this.members.set(message.id, message.who); break;
  case "say": for (const one of this.members.values()) one.tell(message.text); break;`;

test("the news is dropped", () => {
  expect(says(`if (message instanceof Terminated) return; switch (message.kind) { ${JOIN} }`)).toEqual([
    "dropsDown",
  ]);
  expect(says(`const m = message as Join; switch (m.kind) { ${JOIN.replaceAll("message", "m")} }`)).toEqual([
    "dropsDown",
  ]);
  expect(
    says(
      `if (message instanceof Terminated) { this.log.info("gone"); return; } switch (message.kind) { ${JOIN} }`,
    ),
  ).toEqual(["dropsDown"]);
});

test("the news is taken up", () => {
  const drop = `for (const [id, who] of this.members) if (who.equals(message.actor)) this.members.delete(id);`;
  for (const body of [
    `if (message instanceof Terminated) { ${drop} return; } switch (message.kind) { ${JOIN} }`,
    `if (message instanceof Terminated) { this.gone(message); return; } switch (message.kind) { ${JOIN} }`,
    `if ("actor" in message) { ${drop} return; } switch (message.kind) { ${JOIN} }`,
    `if (message instanceof Terminated) { this.context.stopSelf(); return; } switch (message.kind) { ${JOIN} }`,
    `if (message instanceof Terminated) throw new Error("lost"); switch (message.kind) { ${JOIN} }`,
    `switch ((message as Join).kind) { ${JOIN.replaceAll("message.", "(message as any).")} default: throw new Error("what is that?"); }`,
  ])
    expect(says(body, `private gone(message: Terminated) { ${drop} }`), body).toEqual([]);
  expect(
    says(
      `switch ((message as { kind: string }).kind) { ${JOIN.replace("this.context.watch(message.who)", 'this.context.watchWith(message.who, { kind: "left" } as never)').replaceAll("message.", "(message as any).")} }`,
    ),
  ).toEqual([]);
});
