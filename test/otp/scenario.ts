/** The format of scenarios and traces: see README.md. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Term = string | { [tag: string]: Term };

export interface WorkerSpec {
  id: string;
  restart?: string;
  shutdown?: number | string;
  significant?: boolean;
  traps_exit?: boolean;
  init?: (string | { error?: Term; crash?: Term; slow_error?: [number, Term]; next?: NextSpec })[];
  on_shutdown?: "stop" | "hang" | { crash: Term };
  register?: string;
  extra?: Json;
}

export interface SupervisorSpecJson {
  id: string;
  strategy: string;
  intensity?: number;
  period?: number;
  auto_shutdown?: string;
  children?: (WorkerSpec | SupervisorSpecJson)[];
  init?: string[];
  restart?: string;
  shutdown?: number | string;
  significant?: boolean;
}

/** What a callback asks for besides its result. */
export type NextSpec =
  | "hibernate"
  | {
      timeout?: number | "infinity" | [number | "infinity", NextSpec];
      continue?: Json;
      self?: [Json, NextSpec];
      reply?: [Json, NextSpec];
    };

export type Request =
  | "noreply"
  | {
      reply?: Json;
      reply_next?: [Json, NextSpec];
      noreply_next?: NextSpec;
      reply_after?: [number, Json];
      stop?: Term;
      stop_reply?: [Term, Json];
      crash?: Term;
      raise?: Term;
      forward?: { to: string; request: Request; timeout?: number | "infinity" };
    };

export interface Op {
  op: string;
  proc?: string;
  from?: string;
  to?: string | { name: string };
  reason?: Term;
  how?: string;
  next?: NextSpec;
  value?: boolean;
  request?: Request;
  timeout?: number | "infinity";
  catch?: boolean;
  msg?: Json;
  ms?: number;
  name?: string;
  sup?: string;
  child?: string;
  by_pid?: boolean;
  spec?: WorkerSpec | SupervisorSpecJson;
  ops?: Op[];
  gap?: number;
}

export interface Block {
  op: "start" | number;
  result?: Json;
  events: Json[];
  order?: number[][];
}

export interface Scenario {
  name: string;
  category: string;
  tree: SupervisorSpecJson;
  ops: Op[];
  trace: Block[];
}
