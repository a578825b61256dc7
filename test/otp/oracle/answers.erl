%% Short questions to OTP about timers, start timeouts and via names, which the scenarios do not ask:
%%   erlc answers.erl && erl -noshell -s answers main -s init stop
%% prints one line per question: its name and what was seen, in order.
-module(answers).
-behaviour(gen_server).
-export([main/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).

init({sleep, Ms}) -> timer:sleep(Ms), {ok, none};
init(sup) ->
    {ok, {#{}, [#{id => slow, start => {gen_server, start_link, [?MODULE, {sleep, 5000}, [{timeout, 20}]]}}]}};
init(Any) -> {ok, Any}.
handle_call(Request, _From, State) -> {reply, Request, State}.
handle_cast(_, State) -> {noreply, State}.
handle_info({forward, To, Message}, State) -> To ! Message, {noreply, State};
handle_info(_, State) -> {noreply, State}.

main() ->
    [io:format("~s ~s~n", [Name, lists:join(" ", [say(Seen) || Seen <- apart(fun() -> ask(Name) end)])])
     || Name <- [read_pending, read_fired, read_cancelled, cancel_twice, read_of_the_dead, read_of_a_name,
                 read_by_another, outlives_starter, interval_repeats, interval_cancelled, interval_target_dies,
                 start_timeout, start_timeout_trapping, start_timeout_name_free, start_timeout_unlinked,
                 start_in_time, supervised_start_timeout, via_call, via_taken, via_noproc, via_cast_nobody,
                 via_free_after_death]].

say(Seen) when is_integer(Seen) -> "integer";
say(Seen) when is_pid(Seen) -> "pid";
say({Tag, Seen}) -> io_lib:format("~s:~s", [Tag, say(Seen)]);
say(Seen) -> atom_to_list(Seen).

%% In a process of its own, so that a question leaves nothing behind.
apart(Fun) ->
    {_, Ref} = spawn_monitor(fun() -> exit({seen, Fun()}) end),
    receive {'DOWN', Ref, process, _, {seen, Seen}} -> Seen;
            {'DOWN', Ref, process, _, Why} -> [died, element(1, {Why})]
    end.

idle() -> {ok, Pid} = gen_server:start(?MODULE, idle, []), Pid.
dead(Pid) -> Ref = monitor(process, Pid), exit(Pid, kill), receive {'DOWN', Ref, _, _, _} -> ok end.
got(Ms) -> receive Message -> Message after Ms -> nothing end.
slow(Start, Name) ->
    case Name of
        none -> gen_server:Start(?MODULE, {sleep, 5000}, [{timeout, 20}]);
        _ -> gen_server:Start(Name, ?MODULE, {sleep, 5000}, [{timeout, 20}])
    end.

ask(read_pending) -> [erlang:read_timer(erlang:send_after(5000, self(), tick))];
ask(read_fired) -> T = erlang:send_after(1, self(), tick), [got(1000), erlang:read_timer(T)];
ask(read_cancelled) -> T = erlang:send_after(5000, self(), tick), [erlang:cancel_timer(T), erlang:read_timer(T)];
ask(cancel_twice) -> T = erlang:send_after(5000, self(), tick), [erlang:cancel_timer(T), erlang:cancel_timer(T)];
ask(read_of_the_dead) ->
    P = idle(), T = erlang:send_after(5000, P, tick), dead(P), [erlang:read_timer(T)];
ask(read_of_a_name) ->
    P = idle(), register(holder, P), T = erlang:send_after(5000, holder, tick), dead(P), [erlang:read_timer(T)];
ask(read_by_another) ->
    T = erlang:send_after(5000, self(), tick), Me = self(),
    spawn(fun() -> Me ! {read, erlang:read_timer(T)} end), [got(1000)];
ask(outlives_starter) ->
    Me = self(), P = spawn(fun() -> erlang:send_after(30, Me, tick), Me ! started, receive never -> ok end end),
    Started = got(1000), dead(P), [Started, got(1000)];
ask(interval_repeats) ->
    {ok, T} = timer:send_interval(5, tick), Seen = [got(1000), got(1000), got(1000)], timer:cancel(T), Seen;
ask(interval_cancelled) ->
    {ok, T} = timer:send_interval(5, tick), First = got(1000), timer:cancel(T), flush(), [First, got(50)];
ask(interval_target_dies) ->
    P = idle(), {ok, _} = timer:send_interval(5, P, {forward, self(), tick}), First = got(1000), dead(P), flush(), [First, got(50)];
ask(start_timeout) -> [slow(start_link, none), got(50)];
ask(start_timeout_trapping) -> process_flag(trap_exit, true), [slow(start_link, none), got(50)];
ask(start_timeout_name_free) ->
    Result = slow(start_link, {local, slow}), timer:sleep(50), [Result, whereis(slow)];
ask(start_timeout_unlinked) -> [slow(start, none), got(50)];
ask(start_in_time) -> [gen_server:start_link(?MODULE, {sleep, 1}, [{timeout, 2000}]), got(50)];
ask(supervised_start_timeout) ->
    process_flag(trap_exit, true),
    {error, {shutdown, {failed_to_start_child, Id, Why}}} = supervisor:start_link(?MODULE, sup), [{Id, Why}];
ask(via_call) ->
    {ok, _} = gen_server:start({via, global, a}, ?MODULE, idle, []), [gen_server:call({via, global, a}, hello)];
ask(via_taken) ->
    {ok, P} = gen_server:start({via, global, b}, ?MODULE, idle, []),
    {error, {already_started, P}} = gen_server:start({via, global, b}, ?MODULE, idle, []), [already_started];
ask(via_noproc) ->
    [try gen_server:call({via, global, nobody}, hello) catch exit:{Why, _} -> Why end];
ask(via_cast_nobody) -> [gen_server:cast({via, global, nobody}, hello)];
ask(via_free_after_death) ->
    {ok, P} = gen_server:start({via, global, c}, ?MODULE, idle, []), dead(P),
    timer:sleep(50), [gen_server:start({via, global, c}, ?MODULE, idle, [])].

flush() -> receive _ -> flush() after 0 -> ok end.
