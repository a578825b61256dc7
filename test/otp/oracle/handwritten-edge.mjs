// Edge cases by hand, as JSON lines on stdout (no traces): faults in specifications and which of two is found first,
// every kind of exit against every kind of child, requests and signals in the middle of a shutdown or a slow start.

const out = [];
const count = {};
const add = (about, tree, ops = []) => {
  count[about] = (count[about] ?? 0) + 1;
  out.push({ name: `edge_${about}_${count[about]}`, category: "edge", tree, ops: [...ops, { op: "stop" }] });
};
const faults = [
  { restart: "never" },
  { shutdown: -1 },
  { shutdown: "later" },
  { significant: true },
  { significant: true, restart: "temporary" },
  { significant: "maybe" },
  { restart: "transient", significant: true },
  { shutdown: "infinity", traps_exit: true },
  {},
];
const flags = [
  { strategy: "one_for_two" },
  { intensity: -1 },
  { intensity: "x" },
  { period: 0 },
  { period: -1 },
  { period: "x" },
  { auto_shutdown: "maybe" },
  {},
  { auto_shutdown: "any_significant" },
  { strategy: "simple_one_for_one" },
];
for (const [i, f] of faults.entries())
  for (const g of faults.slice(i + 1)) {
    add("child", {
      id: "root",
      strategy: "one_for_one",
      children: [{ id: "a" }, { id: "b", ...f, ...g }, { id: "c", ...g }],
    });
    add("start_child", { id: "root", strategy: "one_for_one", children: [{ id: "a" }] }, [
      { op: "start_child", sup: "root", spec: { id: "b", ...f, ...g } },
      { op: "start_child", sup: "root", spec: { id: "a", ...f, ...g } },
    ]);
    add(
      "start_childA",
      { id: "root", strategy: "one_for_one", auto_shutdown: "any_significant", children: [{ id: "a" }] },
      [{ op: "start_child", sup: "root", spec: { id: "b", ...f, ...g } }],
    );
  }
for (const [i, f] of flags.entries())
  for (const g of flags.slice(i + 1)) {
    const sup = {
      id: "s",
      strategy: "one_for_one",
      children: [{ id: "a", restart: "never" }, { id: "a" }],
      ...f,
      ...g,
    };
    add("flags", { ...sup, id: "root" });
    add("flagsn", { id: "root", strategy: "one_for_one", children: [{ id: "b" }, sup] });
    add(
      "flagsok",
      {
        id: "root",
        strategy: "one_for_one",
        children: [{ id: "b" }, { ...sup, children: [{ id: "a", restart: "transient", significant: true }] }],
      },
      [{ op: "crash", proc: "a", reason: "normal" }],
    );
  }
for (const f of faults) {
  add("dup", { id: "root", strategy: "one_for_one", children: [{ id: "a" }, { id: "a", ...f }] });
  add(
    "simple",
    {
      id: "root",
      strategy: "simple_one_for_one",
      auto_shutdown: "any_significant",
      children: [{ id: "t", ...f }],
    },
    [
      { op: "start_child", sup: "root", name: "d1" },
      { op: "start_child", sup: "root", name: "d2" },
      { op: "crash", proc: "d1", reason: "normal" },
      { op: "which_children", sup: "root" },
    ],
  );
  add(
    "simple2",
    {
      id: "root",
      strategy: "simple_one_for_one",
      auto_shutdown: "all_significant",
      children: [{ id: "t", ...f }],
    },
    [
      { op: "start_child", sup: "root", name: "d1" },
      { op: "start_child", sup: "root", name: "d2" },
      { op: "crash", proc: "d1", reason: "normal" },
      { op: "crash", proc: "d2", reason: "normal" },
      { op: "which_children", sup: "root" },
    ],
  );
}
add("simple0", { id: "root", strategy: "simple_one_for_one", children: [] });
add("simple2c", { id: "root", strategy: "simple_one_for_one", children: [{ id: "a" }, { id: "b" }] });
add("simple2d", { id: "root", strategy: "simple_one_for_one", children: [{ id: "a" }, { id: "a" }] });
add("simple2e", {
  id: "root",
  strategy: "simple_one_for_one",
  children: [{ id: "a" }, { id: "b", restart: "never" }],
});
// every crash way x restart type x reason x traps x on_shutdown
const reasons = [
  "normal",
  "shutdown",
  { shutdown: "x" },
  "kill",
  "killed",
  "noproc",
  "boom",
  { normal: "x" },
  { shutdown: ["a", "b"] },
  ["shutdown", "x"],
  { shutdown: { shutdown: "x" } },
  42,
  [],
];
for (const restart of ["permanent", "transient", "temporary"])
  for (const how of ["stop", "exit", "error", "throw"])
    add(
      "ways",
      {
        id: "root",
        strategy: "one_for_one",
        intensity: 100,
        period: 60,
        children: reasons.map((r, i) => ({ id: "w" + i, restart })),
      },
      [
        ...reasons.map((reason, i) => ({ op: "crash", proc: "w" + i, reason, how })),
        { op: "which_children", sup: "root" },
      ],
    );
for (const restart of ["permanent", "transient", "temporary"])
  for (const traps_exit of [true, false])
    add(
      "sig",
      {
        id: "root",
        strategy: "one_for_one",
        intensity: 100,
        period: 60,
        children: reasons.map((r, i) => ({ id: "w" + i, restart, traps_exit })),
      },
      [
        ...reasons.map((reason, i) => ({ op: "exit_signal", to: "w" + i, reason })),
        ...reasons.map((reason, i) => ({ op: "exit_signal", to: "w" + i, from: "w" + i, reason })),
        ...reasons.map((reason, i) => ({
          op: "exit_signal",
          to: "w" + i,
          from: "w" + ((i + 1) % reasons.length),
          reason,
        })),
        { op: "which_children", sup: "root" },
      ],
    );
// terminating children: on_shutdown crash with every reason x shutdown kinds, by terminate_child, group restart, and stop
for (const shutdown of [1000, "infinity", "brutal_kill", 0])
  for (const strategy of ["one_for_all", "rest_for_one"])
    add(
      "term",
      {
        id: "root",
        strategy,
        intensity: 3,
        period: 60,
        children: [
          { id: "z" },
          ...reasons.map((r, i) => ({ id: "w" + i, traps_exit: true, shutdown, on_shutdown: { crash: r } })),
        ],
      },
      [
        { op: "crash", proc: "z", reason: "boom" },
        { op: "terminate_child", sup: "root", child: "w1" },
        { op: "terminate_child", sup: "root", child: "w3" },
        { op: "restart_child", sup: "root", child: "w1" },
        { op: "delete_child", sup: "root", child: "w3" },
        { op: "crash", proc: "w2", reason: "boom" },
      ],
    );
// init outcomes at start and at restart for every reason
for (const r of reasons)
  for (const k of ["error", "crash"]) {
    add("initA", {
      id: "root",
      strategy: "one_for_one",
      children: [{ id: "a" }, { id: "b", init: [{ [k]: r }] }, { id: "c" }],
    });
    add(
      "initB",
      {
        id: "root",
        strategy: "one_for_all",
        intensity: 5,
        period: 60,
        children: [
          { id: "a", traps_exit: true },
          { id: "b", init: ["ok", { [k]: r }, "ok"] },
          { id: "c", restart: "transient" },
        ],
      },
      [
        { op: "crash", proc: "c", reason: "boom" },
        { op: "which_children", sup: "root" },
        { op: "start_child", sup: "root", spec: { id: "q", init: [{ [k]: r }] } },
        { op: "which_children", sup: "root" },
        { op: "terminate_child", sup: "root", child: "b" },
        { op: "restart_child", sup: "root", child: "b" },
      ],
    );
    add(
      "initC",
      {
        id: "root",
        strategy: "one_for_one",
        children: [
          {
            id: "p",
            strategy: "simple_one_for_one",
            intensity: 3,
            period: 60,
            children: [{ id: "t", init: [{ [k]: r }, "ok"] }],
          },
          {
            id: "s",
            strategy: "one_for_one",
            restart: "transient",
            intensity: 1,
            period: 60,
            children: [{ id: "v", restart: "transient", init: ["ok", { [k]: r }] }],
          },
        ],
      },
      [
        { op: "start_child", sup: "p", name: "d" },
        { op: "start_child", sup: "p", name: "d" },
        { op: "crash", proc: "d", reason: "boom" },
        { op: "crash", proc: "v", reason: "boom" },
        { op: "which_children", sup: "root" },
      ],
    );
  }
// signals at supervisors
for (const r of reasons)
  for (const from of [undefined, "w", "x"])
    add(
      "supsig",
      {
        id: "root",
        strategy: "one_for_one",
        intensity: 5,
        period: 60,
        children: [
          { id: "x" },
          {
            id: "s",
            strategy: "one_for_all",
            intensity: 3,
            period: 60,
            children: [{ id: "w" }, { id: "v", traps_exit: true }],
          },
        ],
      },
      [
        { op: "exit_signal", to: "s", reason: r, ...(from ? { from } : {}) },
        { op: "link", from: "x", to: "s" },
        { op: "exit_signal", to: "s", reason: r, ...(from ? { from } : {}) },
        { op: "crash", proc: "x", reason: r },
        { op: "which_children", sup: "root" },
        { op: "unlink", from: "w", to: "s" },
        { op: "crash", proc: "w", reason: r },
        { op: "which_children", sup: "s" },
        { op: "restart_child", sup: "s", child: "w" },
        { op: "delete_child", sup: "s", child: "w" },
        { op: "crash", proc: "v", reason: "boom" },
        { op: "which_children", sup: "s" },
      ],
    );
// links x monitors x traps with every reason
for (const r of reasons.slice(0, 8))
  for (const how of ["stop", "error"])
    add(
      "lnk",
      {
        id: "root",
        strategy: "one_for_one",
        intensity: 50,
        period: 60,
        children: [
          { id: "a", restart: "temporary" },
          { id: "b", traps_exit: true },
          { id: "c", restart: "transient" },
          { id: "d", restart: "temporary", traps_exit: true },
          { id: "e", restart: "transient" },
        ],
      },
      [
        { op: "link", from: "a", to: "b" },
        { op: "link", from: "a", to: "c" },
        { op: "monitor", from: "b", to: "a" },
        { op: "monitor", from: "d", to: "a" },
        { op: "monitor", from: "d", to: "a" },
        { op: "link", from: "c", to: "d" },
        { op: "link", from: "e", to: "d" },
        { op: "trap_exit", proc: "e", value: true },
        { op: "crash", proc: "a", reason: r, how },
        { op: "trap_exit", proc: "d", value: false },
        { op: "link", from: "e", to: "a" },
        { op: "link", from: "c", to: "a" },
        { op: "exit_signal", to: "d", reason: r },
        { op: "which_children", sup: "root" },
      ],
    );
// calls with every way the callee ends
for (const r of reasons)
  for (const restart of ["transient", "permanent"])
    add(
      "callr",
      {
        id: "root",
        strategy: "rest_for_one",
        intensity: 50,
        period: 60,
        children: [
          { id: "a", restart },
          { id: "b", restart, traps_exit: true },
          { id: "c", restart },
        ],
      },
      [
        ...["stop", "crash", "raise"].flatMap((k) => [
          { op: "call", from: "c", to: "a", request: { [k]: r }, catch: false, timeout: 300 },
          {
            op: "call",
            from: "b",
            to: "c",
            request: { forward: { to: "a", request: { [k]: r }, timeout: 200 } },
            timeout: 300,
          },
          {
            op: "call",
            from: "outside",
            to: "b",
            request: {
              forward: {
                to: "c",
                request: { forward: { to: "c", request: { [k]: r }, timeout: 200 } },
                timeout: 200,
              },
            },
            timeout: 300,
          },
        ]),
        { op: "call", from: "c", to: "b", request: { stop_reply: [r, r] }, catch: false },
        { op: "call", from: "a", to: "a", request: { reply: 1 }, catch: false },
        { op: "call", from: "b", to: "a", request: "noreply", timeout: 60, catch: false },
        { op: "call", from: "b", to: { name: "nix" }, request: "noreply", timeout: 60, catch: false },
        { op: "which_children", sup: "root" },
      ],
    );
// restart edges: significance x strategies x exits
for (const auto of ["any_significant", "all_significant"])
  for (const strategy of ["one_for_one", "one_for_all", "rest_for_one"])
    for (const r of ["normal", "boom"])
      for (const restart of ["transient", "temporary"])
        add(
          "sgn",
          {
            id: "root",
            strategy: "one_for_one",
            intensity: 9,
            period: 60,
            children: [
              {
                id: "s",
                strategy,
                auto_shutdown: auto,
                restart: "transient",
                intensity: 2,
                period: 60,
                children: [
                  { id: "a", restart, significant: true, traps_exit: true },
                  { id: "b", restart: "transient", significant: true, init: ["ok", "ignore", "ok"] },
                  { id: "c", init: ["ok", "ok", { error: "bad" }, "ok"] },
                  { id: "d", restart: "temporary", significant: true, init: ["ignore", "ok"] },
                ],
              },
              { id: "x" },
            ],
          },
          [
            { op: "crash", proc: "a", reason: r },
            { op: "which_children", sup: "s" },
            { op: "crash", proc: "c", reason: "boom" },
            { op: "which_children", sup: "s" },
            { op: "terminate_child", sup: "s", child: "b" },
            { op: "restart_child", sup: "s", child: "b" },
            { op: "crash", proc: "b", reason: r },
            { op: "crash", proc: "c", reason: "boom" },
            { op: "which_children", sup: "root" },
            { op: "restart_child", sup: "root", child: "s" },
            { op: "exit_signal", to: "a", reason: r },
          ],
        );
// kill during shutdown, requests during slow starts, batches
for (const sh of [80, "infinity", "brutal_kill"])
  for (const strategy of ["one_for_one", "one_for_all", "rest_for_one"])
    for (const who of ["h", "s", "a", "b", "root"]) {
      const mk = () => ({
        id: "root",
        strategy: "one_for_one",
        intensity: 9,
        period: 60,
        children: [
          {
            id: "s",
            strategy,
            intensity: 4,
            period: 60,
            shutdown: sh,
            children: [
              { id: "a" },
              {
                id: "h",
                traps_exit: true,
                shutdown: 50,
                on_shutdown: "hang",
                init: ["ok", { slow_error: [40, "late"] }, "ok"],
              },
              { id: "b", traps_exit: true },
            ],
          },
          { id: "x" },
        ],
      });
      add("dur", mk(), [
        {
          op: "batch",
          gap: 10,
          ops: [
            { op: "crash", proc: "a", reason: "boom" },
            { op: "exit_signal", to: who, reason: "kill" },
            { op: "which_children", sup: "s" },
            { op: "start_child", sup: "s", spec: { id: "n" } },
          ],
        },
        { op: "which_children", sup: "root" },
        {
          op: "batch",
          gap: 10,
          ops: [
            { op: "terminate_child", sup: "root", child: "s" },
            { op: "exit_signal", to: who, reason: "kill" },
            { op: "exit_signal", to: "h", reason: "boom" },
            { op: "restart_child", sup: "root", child: "s" },
          ],
        },
        { op: "which_children", sup: "root" },
      ]);
      add("dur2", mk(), [
        {
          op: "batch",
          gap: 10,
          ops: [
            { op: "crash", proc: "h", reason: "boom" },
            { op: "exit_signal", to: who, reason: "shutdown" },
            { op: "restart_child", sup: "s", child: "h" },
            { op: "terminate_child", sup: "s", child: "h" },
            { op: "delete_child", sup: "s", child: "h" },
          ],
        },
        { op: "which_children", sup: "s" },
        { op: "which_children", sup: "root" },
      ]);
      add("dur3", mk(), [
        {
          op: "batch",
          gap: 10,
          ops: [
            { op: "exit_signal", to: "s", reason: "shutdown" },
            { op: "call", from: "x", to: who, request: { reply: 1 }, timeout: 200 },
            { op: "cast", to: who, msg: "m" },
            { op: "monitor", from: "x", to: who },
            { op: "link", from: "x", to: who },
            { op: "exit_signal", to: who, reason: "kill" },
          ],
        },
        { op: "which_children", sup: "root" },
      ]);
    }
// windows: edge of the period
for (const intensity of [0, 1, 2])
  for (const strategy of ["one_for_one", "one_for_all"])
    add(
      "win",
      {
        id: "root",
        strategy: "one_for_one",
        intensity: 5,
        period: 60,
        children: [
          {
            id: "s",
            strategy,
            intensity,
            period: 1,
            children: [{ id: "a", init: ["ok", "ok", { error: "bad" }, "ok"] }, { id: "b" }],
          },
        ],
      },
      [
        { op: "crash", proc: "b", reason: "boom" },
        { op: "advance", ms: 2200 },
        { op: "crash", proc: "a", reason: "boom" },
        { op: "advance", ms: 2200 },
        { op: "crash", proc: "b", reason: "boom" },
        { op: "crash", proc: "a", reason: "boom" },
        { op: "which_children", sup: "root" },
      ],
    );
// timers
add(
  "tim",
  {
    id: "root",
    strategy: "one_for_one",
    intensity: 9,
    period: 60,
    children: [{ id: "a" }, { id: "b", register: "nb" }],
  },
  [
    { op: "send_after", from: "a", to: "b", ms: 100, msg: "x" },
    { op: "crash", proc: "b", reason: "boom" },
    { op: "cancel_timer", proc: "a" },
    { op: "send_after", from: "a", to: "b", ms: 100, msg: "y" },
    { op: "crash", proc: "a", reason: "boom" },
    { op: "cancel_timer", proc: "a" },
    { op: "advance", ms: 200 },
    { op: "send_after", from: "a", to: "b#1", ms: 100, msg: "z" },
    { op: "cancel_timer", proc: "a" },
    { op: "send_after", from: "a", to: { name: "nb" }, ms: 5000, msg: "n" },
    { op: "crash", proc: "b", reason: "boom" },
    { op: "cancel_timer", proc: "a" },
    { op: "send_after", from: "a", to: { name: "nobody" }, ms: 5000, msg: "n" },
    { op: "cancel_timer", proc: "a" },
    { op: "send_after", from: "a", to: "a", ms: 50, msg: "me" },
    { op: "advance", ms: 100 },
    { op: "cancel_timer", proc: "a" },
  ],
);

{
  const mk = (s = {}) => ({
    id: "root",
    strategy: "one_for_one",
    intensity: 9,
    period: 60,
    children: [
      {
        id: "s",
        strategy: "one_for_all",
        intensity: 4,
        period: 60,
        children: [{ id: "a" }, { id: "b", traps_exit: true }],
        ...s,
      },
      {
        id: "p",
        strategy: "simple_one_for_one",
        intensity: 4,
        period: 60,
        children: [{ id: "t", traps_exit: true }],
      },
      { id: "x" },
    ],
  });
  for (const to of ["s", "p"])
    for (const from of ["outside", "x", "b"])
      add("sup", mk(), [
        { op: "start_child", sup: "p", name: "d" },
        { op: "cast", to, msg: "m" },
        { op: "which_children", sup: "root" },
        { op: "send", to, msg: "m" },
        { op: "which_children", sup: "root" },
        { op: "call", from, to, request: { reply: 1 }, timeout: 300 },
        { op: "which_children", sup: "root" },
        { op: "call", from: "x", to, request: "noreply", timeout: 300, catch: false },
        { op: "which_children", sup: "root" },
      ]);
  // shutdown 0
  for (const strategy of ["one_for_one", "one_for_all", "rest_for_one"])
    for (const traps_exit of [true, false])
      add(
        "hasty",
        {
          id: "root",
          strategy,
          intensity: 5,
          period: 60,
          children: [
            { id: "q" },
            { id: "a", shutdown: 0, traps_exit, on_shutdown: "hang" },
            {
              id: "s",
              strategy: "one_for_one",
              shutdown: 0,
              children: [{ id: "c" }, { id: "d", traps_exit: true }],
            },
            { id: "p", strategy: "simple_one_for_one", children: [{ id: "t", shutdown: 0, traps_exit }] },
          ],
        },
        [
          { op: "start_child", sup: "p", name: "e" },
          { op: "start_child", sup: "p", name: "f" },
          { op: "terminate_child", sup: "p", child: "e", by_pid: true },
          { op: "terminate_child", sup: "root", child: "a" },
          { op: "restart_child", sup: "root", child: "a" },
          { op: "terminate_child", sup: "root", child: "s" },
          { op: "restart_child", sup: "root", child: "s" },
          { op: "crash", proc: "q", reason: "boom" },
        ],
      );
}
// What never ran is nobody's name.
add(
  "nobody",
  { id: "root", strategy: "one_for_one", children: [{ id: "a" }, { id: "b", init: ["ignore"] }] },
  [
    {
      op: "call",
      from: "outside",
      to: "a",
      request: { forward: { to: "b", request: { reply: 1 }, timeout: 100 } },
      timeout: 200,
    },
  ],
);
// A last reply, to a caller that the exit concerns.
for (const traps_exit of [true, false])
  for (const tie of ["link", "monitor"])
    for (const r of ["normal", "boom", "kill"])
      for (const k of ["stop_reply", "stop"])
        add(
          "last",
          {
            id: "root",
            strategy: "one_for_one",
            intensity: 9,
            period: 60,
            children: [
              { id: "a", restart: "temporary" },
              { id: "b", traps_exit },
              { id: "c", traps_exit: true },
            ],
          },
          [
            { op: tie, from: "b", to: "a" },
            { op: "link", from: "c", to: "a" },
            {
              op: "call",
              from: "b",
              to: "a",
              request: k === "stop" ? { stop: r } : { stop_reply: [r, "bye"] },
              timeout: 300,
            },
            { op: "which_children", sup: "root" },
          ],
        );
for (const scenario of out) console.log(JSON.stringify(scenario));
