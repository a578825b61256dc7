import { HISTORY } from "@app/names.ts";
import { Supervisor, type SupervisorSpec } from "suptree";
import { History } from "./history.ts";
import { Room } from "./room.ts";

const ROOMS = [
  "lobby",
  "help",
  "news",
  "random",
  "music",
  "films",
  "books",
  "games",
  "sports",
  "travel",
  "food",
  "jobs",
] as const;

export class RoomsSup extends Supervisor {
  override init(): SupervisorSpec {
    return {
      strategy: "one_for_one",
      // Smell (restart-budget): twelve rooms are linked to one history. Its crash is thirteen restarts, three are allowed.
      intensity: 3,
      period: 5,
      children: [
        { id: "history", start: [History], name: HISTORY },
        ...ROOMS.map((name) => ({ id: `room-${name}`, start: [Room, name] as const })),
      ],
    };
  }
}
