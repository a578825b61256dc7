/** Models to run: small trees with a point each. */
import type { Edge, ProcessFacts, TreeModel } from "../../src/model/index.ts";
import { plainFacts } from "../model/plain.ts";
import { child, location, model, supervisor } from "../protocol/samples.ts";

export const APP = "src/app.ts#AppSup";
export const CONN = "src/app.ts#ConnSup";

export function edge(from: string, to: string, kind: Edge["kind"], more: Partial<Edge> = {}): Edge {
  return { from, to, kind, phase: "later", location, via: to.slice(to.lastIndexOf("/") + 1), ...more };
}

export function facts(more: Partial<ProcessFacts> = {}): ProcessFacts {
  return plainFacts({ symbol: "X", location, ...more });
}

/** conn_sup (a pool), registry which calls it in init, http: the talk's lesson 5. */
export function registryApp(
  strategy: "one_for_one" | "rest_for_one" | "one_for_all" = "rest_for_one",
): TreeModel {
  return model(
    [
      supervisor(
        "AppSup",
        [
          child(APP, "conn_sup", { supervisor: CONN, type: "supervisor", shutdown: "infinity" }),
          child(APP, "registry", { name: "registry" }),
          child(APP, "http"),
        ],
        { strategy, intensity: 3 },
      ),
      supervisor(
        "ConnSup",
        [
          child(CONN, "?1", {
            id: null,
            dynamic: true,
            cardinality: "many",
            restart: "temporary",
            start: { symbol: "Connection", file: null, line: null },
          }),
        ],
        { dynamic: true, intensity: 10 },
      ),
    ],
    {
      edges: [
        edge(`${APP}/registry`, CONN, "call", { phase: "init" }),
        edge(`${APP}/http`, `${APP}/registry`, "call"),
      ],
    },
  );
}

/** A flat tree of workers. */
export function flat(
  ids: string[],
  more: Parameters<typeof supervisor>[2] = {},
  edges: Edge[] = [],
): TreeModel {
  return model(
    [
      supervisor(
        "AppSup",
        ids.map((id) => child(APP, id)),
        more,
      ),
    ],
    { edges },
  );
}
