%% The workloads on the BEAM with OTP's own gen_server and supervisor. bench:main([Workload, Samples, Clock]) prints one
%% line of JSON. One scheduler is asked for on the command line (+S 1:1).
-module(bench).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2]).
-export([start_child/1]).

main([Workload, Samples, Clock]) ->
    put(clock, list_to_atom(Clock)),
    process_flag(trap_exit, true),
    error_logger:tty(false),
    logger:set_primary_config(level, none),
    Result = workload(list_to_atom(Workload), list_to_integer(Samples)),
    io:format("{~s}~n", [lists:join($,, [io_lib:format("\"~s\":~.4f", [K, V * 1.0]) || {K, V} <- Result])]),
    halt(0).

workload('call-1', S) ->
    Server = counter(),
    loop(S, 200000, fun(N) -> adds(Server, N) end);
workload('call-1000', S) ->
    Server = counter(),
    loop(S, 200000, fun(N) ->
        Self = self(),
        Clients = [spawn_link(fun() -> adds(Server, N div 1000), Self ! {done, self()} end) || _ <- lists:seq(1, 1000)],
        [receive {done, C} -> ok end || C <- Clients]
    end);
workload('cast-1k', S) ->
    Server = counter(),
    loop(S, 1000000, fun(N) -> [burst(Server, 1000) || _ <- lists:seq(1, N div 1000)] end);
workload('cast-10k', S) ->
    Server = counter(),
    loop(S, 200000, fun(N) -> [burst(Server, 10000) || _ <- lists:seq(1, N div 10000)] end);
workload('cast-1m', S) ->
    Server = counter(),
    loop(S, 1000000, fun(N) -> burst(Server, N) end);
workload(spawn, S) ->
    N = 20000,
    Once = fun() ->
        erlang:garbage_collect(),
        Before = erlang:memory(processes_used),
        {Start, Servers} = timed(fun() -> [counter() || _ <- lists:seq(1, N)] end),
        Bytes = (erlang:memory(processes_used) - Before) / N,
        {Stop, _} = timed(fun() -> [gen_server:stop(P) || P <- Servers] end),
        {Start / N, Stop / N, Bytes}
    end,
    Once(),
    {Starts, Stops, Bytes} = lists:unzip3([Once() || _ <- lists:seq(1, S)]),
    [{us, median(Starts)}, {stopUs, median(Stops)}, {bytes, median(Bytes)}];
workload(crash, S) ->
    Self = self(),
    {ok, _} = supervisor:start_link(?MODULE, {supervisor, Self}),
    Child = receive {up, Pid} -> Pid end,
    put(child, Child),
    %% The supervisor filters the list of its restarts at each: few at a time, and the period over in between.
    loop(S, 200, fun(N) ->
        [begin
            catch gen_server:call(get(child), crash),
            receive {up, New} -> put(child, New), gen_server:call(New, get) end
         end || _ <- lists:seq(1, N)]
    end, 2100);
workload(ring, S) ->
    Self = self(),
    Members = [element(2, gen_server:start_link(?MODULE, {member, Self}, [])) || _ <- lists:seq(1, 1000)],
    [First | Rest] = Members,
    [gen_server:call(M, {next, Next}) || {M, Next} <- lists:zip(Members, Rest ++ [First])],
    loop(S, 1000000, fun(N) -> gen_server:cast(First, {token, N}), receive ring_done -> ok end end).

loop(Samples, N, Work) -> loop(Samples, N, Work, 0).

loop(Samples, N, Work, Pause) ->
    Work(N),
    Times = [begin
        timer:sleep(Pause),
        {T, _} = timed(fun() -> Work(N) end),
        T / N
    end || _ <- lists:seq(1, Samples)],
    [{us, median(Times)}].

%% Microseconds, of the wall clock or of work.
timed(Work) ->
    Begin = now_us(get(clock)),
    Result = Work(),
    {now_us(get(clock)) - Begin, Result}.

now_us(cpu) -> element(1, erlang:statistics(runtime)) * 1000;
now_us(wall) -> erlang:monotonic_time(microsecond).

median(List) -> lists:nth((length(List) + 1) div 2, lists:sort(List)).

counter() ->
    {ok, Pid} = gen_server:start(?MODULE, counter, []),
    Pid.

adds(_, 0) -> ok;
adds(Server, N) -> gen_server:call(Server, {add, 1}), adds(Server, N - 1).

burst(Server, N) ->
    Before = gen_server:call(Server, get, infinity),
    casts(Server, N),
    After = gen_server:call(Server, get, infinity),
    N = After - Before.

casts(_, 0) -> ok;
casts(Server, N) -> gen_server:cast(Server, {add, 1}), casts(Server, N - 1).

start_child(Parent) -> gen_server:start_link(?MODULE, {child, Parent}, []).

init(counter) -> {ok, 0};
init({child, Parent}) -> Parent ! {up, self()}, {ok, 0};
init({member, Parent}) -> {ok, {Parent, undefined}};
init({supervisor, Parent}) ->
    {ok, {#{strategy => one_for_one, intensity => 1000000, period => 1},
          [#{id => child, start => {?MODULE, start_child, [Parent]}}]}}.

handle_call({add, By}, _, Total) -> {reply, Total + By, Total + By};
handle_call(crash, _, _) -> error(told_to_crash);
handle_call(get, _, Total) -> {reply, Total, Total};
handle_call({next, Next}, _, {Parent, _}) -> {reply, ok, {Parent, Next}}.

handle_cast({add, By}, Total) -> {noreply, Total + By};
handle_cast({token, 0}, {Parent, _} = State) -> Parent ! ring_done, {noreply, State};
handle_cast({token, Left}, {_, Next} = State) -> gen_server:cast(Next, {token, Left - 1}), {noreply, State}.
