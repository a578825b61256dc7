// Hand-written scenarios about what a callback may ask for besides its result
// (timeouts, continue, hibernate), as JSON lines on stdout, without traces.
// Times that are to pass are at most 200 ms and are followed by `advance`;
// times that must not pass are a minute.

const out = [];
const add = (name, children, ops, o = {}) =>
  out.push({ name, category: "next", tree: { id: "root", strategy: "one_for_one", intensity: 5, period: 30, ...o, children }, ops: [...ops, { op: "stop" }] });
const w = (id, o = {}) => ({ id, ...o });
const a = (o = {}) => [w("a", o), w("b")];

const next = (n, proc = "a") => ({ op: "next", proc, next: n });
const call = (request, o = {}) => ({ op: "call", from: "b", to: "a", request, timeout: 400, ...o });
const cast = (msg, to = "a") => ({ op: "cast", to, msg });
const send = (msg, to = "a") => ({ op: "send", to, msg });
const advance = (ms = 500) => ({ op: "advance", ms });
const batch = (...ops) => ({ op: "batch", gap: 20, ops });
const crash = (proc, reason = "boom") => ({ op: "crash", proc, reason });
const sig = (to, reason, from) => ({ op: "exit_signal", to, reason, ...(from ? { from } : {}) });
const T = (ms, then) => ({ timeout: then === undefined ? ms : [ms, then] });
const C = (m, then) => ({ continue: then === undefined ? m : [m, then] });
const S = (m, then) => ({ self: [m, then] });
const LATE = 60_000;

// ---- timeouts -----------------------------------------------------------------
add("timeout_comes", a(), [next(T(100)), advance(), advance()]);
add("timeout_comes_once", a(), [next(T(50)), advance(200), advance(300)]);
add("timeout_again", a(), [next(T(60, T(60, T(60)))), advance(600)]);
add("timeout_infinity", a(), [next(T("infinity")), advance(300), cast("m")]);
add("timeout_zero", a(), [next(T(0)), cast("m")]);
add("timeout_zero_after_zero", a(), [next(T(0, T(0, T(0))))]);
add("timeout_zero_mailbox_not_empty", a(), [next(S("m", T(0))), advance(100)]);
add("timeout_zero_two_in_mailbox", a(), [next(S("m1", S("m2", T(0)))), advance(100)]);
add("timeout_cancelled_by_message_already_there", a(), [next(S("m", T(100))), advance()]);
add("timeout_cancelled_by_cast", a(), [batch(next(T(300)), cast("m")), advance(700)]);
add("timeout_cancelled_by_send", a(), [batch(next(T(300)), send("m")), advance(700)]);
add("timeout_cancelled_by_call", a(), [batch(next(T(300)), call({ reply: 1 })), advance(700)]);
add("timeout_cancelled_by_down", a(), [{ op: "monitor", from: "a", to: "b" }, batch(next(T(300)), crash("b")), advance(700)]);
add("timeout_cancelled_by_exit_message", a({ traps_exit: true }), [{ op: "link", from: "b", to: "a" }, batch(next(T(300)), crash("b")), advance(700)]);
add("timeout_cancelled_by_timer", a(), [{ op: "send_after", from: "a", to: "a", ms: 60, msg: "tick" }, next(T(400)), advance(900)]);
add("timeout_not_cancelled_by_ignored_signal", a(), [batch(next(T(300)), sig("a", "normal")), advance(700)]);
add("timeout_not_cancelled_by_late_reply", a(), [
  { op: "call", from: "a", to: "b", request: { reply_after: [120, "late"] }, timeout: 50 },
  next(T(250)), advance(700)]);
add("timeout_started_again_by_next_message", a(), [batch(next(T(LATE)), next(T(80))), advance()]);
add("timeout_dies_with_its_process", a(), [next(T(200)), crash("a"), advance()]);
add("timeout_killed", a(), [next(T(200)), sig("a", "kill"), advance()]);
add("timeout_terminated", a({ traps_exit: true }), [next(T(200)), { op: "terminate_child", sup: "root", child: "a" }, advance(), { op: "restart_child", sup: "root", child: "a" }, advance(300)]);
add("timeout_pending_at_stop", a({ traps_exit: true }), [next(T(LATE))]);
add("timeout_while_calling", a(), [next(T(60, S("x", "hibernate")), "a"), { op: "call", from: "a", to: "b", request: { reply_after: [150, "slow"] }, timeout: 400 }, advance()]);
add("timeout_in_reply", a(), [call({ reply_next: ["yes", T(80)] }), advance()]);
add("timeout_zero_in_reply", a(), [call({ reply_next: ["yes", T(0)] })]);
add("timeout_in_noreply", a(), [call({ noreply_next: T(60, { reply: ["later", "hibernate"] }) }), advance(200)]);
add("timeout_in_noreply_too_late", a(), [call({ noreply_next: T(200, { reply: ["later", "hibernate"] }) }, { timeout: 60 }), advance(500)]);
add("timeout_in_init", a({ init: [{ next: T(120) }] }), [advance()]);
add("timeout_zero_in_init", a({ init: [{ next: T(0) }] }), []);
add("timeout_in_init_of_every_incarnation", a({ init: [{ next: T(150) }] }), [advance(), crash("a"), advance()]);
add("timeout_in_init_cancelled", a({ init: [{ next: S("m", T(100)) }] }), [advance()]);
add("timeout_then_stop", a({ restart: "transient" }), [next(T(60, C(["stop", "normal"]))), advance(), { op: "which_children", sup: "root" }]);
add("timeout_then_crash", a({ restart: "transient" }), [next(T(60, C(["crash", "boom"]))), advance(), { op: "which_children", sup: "root" }]);
add("timeouts_of_two_servers", a(), [next(T(60, T(60)), "a"), next(T(90), "b"), advance(700)]);
add("timeout_group_restart", a({ init: [{ next: T(200) }] }), [crash("b"), advance(600)], { strategy: "one_for_all" });
add("timeout_of_suspended_sender", a(), [next(T(150)), { op: "send", from: "b", to: "a", msg: "m" }, advance()]);

// ---- continue -----------------------------------------------------------------
add("continue_from_cast", a(), [next(C("c")), cast("m")]);
add("continue_before_messages", a(), [next(S("m1", S("m2", C("c"))))]);
add("continue_after_continue", a(), [next(S("m", C("c1", C("c2", C("c3")))))]);
add("continue_in_init", a({ init: [{ next: C("c") }] }), [crash("a")]);
add("continue_in_init_before_messages", a({ init: [{ next: S("m", C("c")) }] }), []);
add("continue_in_init_crashes", a({ init: [{ next: C(["crash", "boom"]) }, "ok"] }), [{ op: "which_children", sup: "root" }]);
add("continue_in_init_stops_at_once", [w("t", { restart: "temporary", init: [{ next: C(["stop", "normal"]) }] }), w("b")], [{ op: "which_children", sup: "root" }]);
add("continue_after_reply", a(), [call({ reply_next: ["yes", C("c")] })]);
add("continue_replies", a(), [call({ noreply_next: C("c", { reply: ["later", "hibernate"] }) })]);
add("continue_stops_before_reply", a({ restart: "transient" }), [call({ noreply_next: C(["stop", "shutdown"]) }), { op: "which_children", sup: "root" }]);
add("continue_crashes_before_reply", a(), [call({ noreply_next: C(["crash", "boom"]) })]);
add("continue_crashes_after_reply", a(), [call({ reply_next: ["yes", C(["crash", "boom"])] })]);
add("continue_then_timeout", a(), [next(C("c", T(80))), advance()]);
add("continue_then_timeout_zero_with_message", a(), [next(S("m", C("c", T(0)))), advance(100)]);
add("timeout_then_continue", a(), [next(T(60, C("c", T(60, C("d"))))), advance(600)]);
add("continue_traps_and_stops", a({ traps_exit: true }), [next(C(["stop", { shutdown: "x" }])), { op: "which_children", sup: "root" }]);
add("continue_in_dynamic_child", [{ id: "p", strategy: "simple_one_for_one", intensity: 3, period: 30, children: [w("t", { init: [{ next: C("c") }] })] }], [{ op: "start_child", sup: "p", name: "w1" }, { op: "start_child", sup: "p", name: "w2" }, crash("w1")]);

// ---- hibernate ------------------------------------------------------------------
add("hibernate_wakes", a(), [next("hibernate"), cast("m"), next("hibernate"), call({ reply: 1 })]);
add("hibernate_with_message_waiting", a(), [next(S("m", "hibernate"))]);
add("hibernate_has_no_timeout", a(), [next("hibernate"), advance(200), next(T(60, "hibernate")), advance(300)]);
add("hibernate_in_init", a({ init: [{ next: "hibernate" }] }), [cast("m"), crash("a"), send("m")]);
add("hibernate_in_reply", a(), [call({ reply_next: ["yes", "hibernate"] }), cast("m")]);
add("hibernate_stopped", a({ traps_exit: true }), [next("hibernate"), { op: "terminate_child", sup: "root", child: "a" }]);
add("hibernate_after_continue", a(), [next(C("c", "hibernate")), cast("m")]);

// ---- stopping and suspending from outside -----------------------------------------
const stopServer = (proc, reason, o = {}) => ({ op: "stop_server", proc, ...(reason === undefined ? {} : { reason }), ...o });
const suspend = (proc = "a") => ({ op: "suspend", proc });
const resume = (proc = "a") => ({ op: "resume", proc });
const which = { op: "which_children", sup: "root" };
for (const restart of ["permanent", "transient", "temporary"])
  for (const [label, reason] of [["normal", "normal"], ["shutdown", "shutdown"], ["shutdown_term", { shutdown: "x" }], ["abnormal", "boom"]])
    add(`stop_server_${restart}_${label}`, a({ restart }), [stopServer("a", reason), which]);
add("stop_server_default", a({ restart: "transient" }), [stopServer("a"), which]);
add("stop_server_trapping", a({ traps_exit: true, restart: "transient" }), [stopServer("a", "boom"), which]);
add("stop_server_twice", a({ restart: "temporary" }), [stopServer("a"), stopServer("a")]);
add("stop_server_killed_before", a({ restart: "temporary" }), [sig("a", "kill"), stopServer("a")]);
add("stop_server_terminate_crashes", a({ on_shutdown: { crash: "late" } }), [stopServer("a", "shutdown"), which]);
add("stop_server_with_timeout_pending", a({ restart: "transient" }), [next(T(LATE)), stopServer("a"), which]);
add("stop_server_while_calling", a({ restart: "transient" }), [batch({ op: "call", from: "a", to: "b", request: { reply_after: [100, "slow"] }, timeout: 400 }, stopServer("a")), which]);
add("stop_server_fails_its_callers", a({ restart: "transient" }), [batch(call("noreply", { timeout: 2000 }), stopServer("a", "gone")), which]);
add("suspend_keeps_messages", a(), [suspend(), cast("m1"), send("m2"), resume(), cast("m3")]);
add("suspend_keeps_their_order", a(), [suspend(), next(S("m", C("c"))), next(C("d")), resume()]);
add("suspend_twice", a(), [suspend(), suspend(), cast("m"), resume(), resume()]);
add("resume_alone", a(), [resume(), cast("m")]);
add("suspend_dead", a({ restart: "temporary" }), [sig("a", "kill"), suspend(), resume()]);
add("suspend_killed", a(), [suspend(), cast("m"), sig("a", "kill"), which]);
add("suspend_exit_signal", a(), [suspend(), sig("a", "boom"), which]);
add("suspend_trapping_exit_signal", a({ traps_exit: true }), [suspend(), sig("a", "boom"), resume()]);
add("suspend_shut_down", a(), [suspend(), cast("m"), { op: "terminate_child", sup: "root", child: "a" }, which]);
add("suspend_shut_down_trapping", a({ traps_exit: true }), [suspend(), cast("m"), { op: "terminate_child", sup: "root", child: "a" }, which]);
add("suspend_call_times_out", a(), [suspend(), call({ reply: "late" }, { timeout: 60 }), resume()]);
add("suspend_call_waits", a(), [suspend(), batch(call({ reply: "at last" }, { timeout: 2000 }), resume())]);
add("suspend_timeout_starts_again", a(), [batch(next(T(200)), suspend()), advance(400), resume(), advance(500)]);
add("suspend_timeout_cancelled_meanwhile", a(), [batch(next(T(200)), suspend()), cast("m"), resume(), advance(500)]);
add("suspend_stop_server", a({ restart: "transient" }), [suspend(), stopServer("a"), which]);
add("suspend_group_restart", a(), [suspend(), crash("b"), which], { strategy: "one_for_all" });

for (const s of out) console.log(JSON.stringify(s));
