/**
 * The oldest version of the live protocol that is supported, in texts as its library says them. They were written by hand and stay as
 * they are: a tool that does not read them any more has left version 1.
 */
import { expect, it } from "vitest";
import { readAnswer, readMessage } from "../../src/live/answers.ts";
import { LiveTrace, modelOf } from "../../src/live/index.ts";
import { refusalOf, SPEAKS } from "../../src/live/versions.ts";
import { createReducer, EMPTY_LIVE } from "../../src/trace/live.ts";

const SYSTEMS = '{"ok":[{"system":1,"name":"shop","processes":2,"virtual":false}]}';
const WATCH =
  '{"ok":{"system":1,"name":"shop","processes":2,"virtual":false,"at":12.5,"time":1700000000000,"applications":["shop"],"list":[' +
  '{"id":1,"label":"ShopSup","className":"ShopSup","kind":"supervisor","status":"idle","callback":null,"parent":null,"childId":null,' +
  '"registeredNames":[],"mailboxLength":0,"startedAt":1,"busySince":null,"handled":3,"restarts":0,"childRestarts":1,"trapsExit":true,' +
  '"links":[2],"monitors":[],"supervision":{"strategy":"one_for_one","autoShutdown":"never","budget":{"used":1,"intensity":3,"period":5},' +
  '"children":[{"id":"db","pid":2,"state":"running","incarnation":2,"restart":"permanent","shutdown":5000,"type":"worker","significant":false}]}},' +
  '{"id":2,"label":"db","className":"Db","kind":"worker","status":"busy","callback":"handleCall","parent":1,"childId":"db",' +
  '"registeredNames":["db"],"mailboxLength":4,"startedAt":2,"busySince":9,"handled":7,"restarts":1,"childRestarts":0,"trapsExit":false,' +
  '"links":[1],"monitors":[{"ref":5,"target":1}],"supervision":null}]}}';
const INSPECT =
  '{"ok":{"id":2,"label":"db","className":"Db","kind":"worker","status":"idle","callback":null,"parent":1,"childId":"db","registeredNames":["db"],' +
  '"mailboxLength":1,"startedAt":2,"busySince":null,"handled":7,"restarts":1,"childRestarts":0,"trapsExit":false,"links":[1],"monitors":[],' +
  '"supervision":null,"ancestors":[1],"monitoredBy":[],"mailbox":["{ type: \\"ask\\" }"],"callers":[{"ref":3,"from":1,"request":"x"}],"state":{"pages":"3"}}}';
const EVENTS =
  '{"type":"events","system":1,"left":2,"events":[{"seq":31,"at":20,"type":"exit","pid":2,"reason":"boom","normal":false,"origin":{"type":"error","message":"boom"}},' +
  '{"seq":32,"at":20,"type":"decision","child":{"supervisor":1,"id":"db"},"pid":2,"reason":"boom","strategy":"one_for_one","decision":"restart","affected":["db"],' +
  '"budget":{"used":2,"intensity":3,"period":5}},{"seq":33,"at":20,"type":"child_starting","child":{"supervisor":1,"id":"db"},"incarnation":3},' +
  '{"seq":34,"at":20,"type":"spawn","pid":3,"parent":1,"kind":"worker","label":"db","linked":true},{"seq":35,"at":20,"type":"running","pid":3},' +
  '{"seq":36,"at":20,"type":"child_started","child":{"supervisor":1,"id":"db"},"incarnation":3,"pid":3,"result":"ok","cause":32}]}';

it("reads every answer and message of the oldest version", () => {
  expect(SPEAKS.oldest).toBe(1);
  expect(refusalOf({ oldest: 1, newest: 1, library: "0.1.0" })).toBeNull();
  expect(readAnswer("systems", SYSTEMS)).toMatchObject([{ system: 1, name: "shop" }]);
  const snapshot = readAnswer("watch", WATCH);
  expect(modelOf(snapshot).model.supervisors[0]?.children[0]).toMatchObject({
    id: "db",
    restart: "permanent",
  });
  expect(readAnswer("inspect", INSPECT)).toMatchObject({
    mailbox: ['{ type: "ask" }'],
    state: { pages: "3" },
  });
  expect(readAnswer("command", '{"ok":null}')).toBeNull();
  expect(readAnswer("flush", '{"ok":null}')).toBeNull();
  expect(() => readAnswer("command", '{"error":"<7> does not run any more."}')).toThrow(
    "does not run any more",
  );
  expect(
    readMessage('{"type":"system","system":{"system":2,"name":null,"processes":0,"virtual":true}}'),
  ).toMatchObject({ type: "system" });
  expect(readMessage('{"type":"outcome","system":1,"text":"suspend: done"}')).toMatchObject({
    text: "suspend: done",
  });
  const told = readMessage(EVENTS);
  const trace = new LiveTrace();
  const reduce = createReducer(null);
  const before = reduce(EMPTY_LIVE, trace.begin(snapshot));
  const after = reduce(before, trace.next(told.type === "events" ? told.events : []));
  expect(after.nodes.get("ShopSup/db")).toMatchObject({ pid: 3, incarnation: 3, state: "running" });
});

it("says which side is older where the ranges do not meet", () => {
  expect(refusalOf({})).toBe("The program's library is too old to be watched: update it.");
  expect(refusalOf({ oldest: SPEAKS.newest + 1, newest: 9, library: "9.0.0" })).toMatch(
    /\(9\.0\.0\) speaks .* update the tool\.$/,
  );
  expect(refusalOf({ oldest: 0, newest: 0, library: "0.0.1" })).toMatch(
    /\(0\.0\.1\) speaks .* update the library\.$/,
  );
  expect(refusalOf({ oldest: 1, newest: 9 })).toBeNull();
});
