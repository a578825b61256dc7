/** What the two families of supervisors call things, for configurations that say `preset`. */
import type { SpecObjectConfig } from "../../options.ts";

const PRESETS: Record<NonNullable<SpecObjectConfig["preset"]>, Partial<SpecObjectConfig>> = {
  erlang: {
    keys: { intensity: "intensity", period: "period" },
    units: { period: "s", shutdown: "ms" },
    defaults: { strategy: "one_for_one", intensity: 1, period: 5, restart: "permanent", shutdown: 5000 },
  },
  elixir: {
    keys: { intensity: "maxRestarts", period: "maxSeconds" },
    units: { period: "s", shutdown: "ms" },
    defaults: { strategy: "one_for_one", intensity: 3, period: 5, restart: "permanent", shutdown: 5000 },
  },
};

const OTP_WORDS = { oneForOne: "one_for_one", oneForAll: "one_for_all", restForOne: "rest_for_one" };
export const ACTORBOY: SpecObjectConfig = {
  name: "actorboy",
  module: "actorboy",
  callee: "Supervisor.start",
  argument: 1,
  childrenArgument: 0,
  keys: { intensity: "maxRestarts", period: "maxSeconds" },
  spellings: OTP_WORDS,
  units: { period: "s" },
  // A child is asked to stop by its signal, and waited for.
  defaults: { strategy: "one_for_one", intensity: 3, period: 5, restart: "permanent", shutdown: "infinity" },
};

/** Libraries of this shape that are read without any setting. */
export const LIBRARIES: readonly SpecObjectConfig[] = [
  // Its parts are entry points of their own: `import * as Supervisor from "actorboy/supervisor"`.
  { ...ACTORBOY, module: "actorboy/supervisor", callee: "start" },
  ACTORBOY,
  {
    name: "grove",
    module: "@vyntral/grove-core",
    callee: "supervise",
    helpers: ["agent"],
    keys: { intensity: "restart.intensity", period: "restart.period", id: "name" },
    units: { period: "ms" },
    defaults: { strategy: "one_for_one", intensity: 5, period: 60, restart: "permanent" },
  },
];

/** The configuration with its preset filled in. */
export function withPreset(config: SpecObjectConfig): SpecObjectConfig {
  if (config.preset === undefined) return config;
  const preset = PRESETS[config.preset];
  if (preset === undefined) return config;
  return {
    ...config,
    keys: { ...preset.keys, ...config.keys },
    units: { ...preset.units, ...config.units },
    defaults: { ...preset.defaults, ...config.defaults },
  };
}
