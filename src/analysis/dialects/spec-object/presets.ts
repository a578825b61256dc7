/** What the two families of supervisors call things, for configurations that say `preset`. */
import type { SpecObjectConfig } from "../../options.ts";

export const PRESETS: Record<NonNullable<SpecObjectConfig["preset"]>, Partial<SpecObjectConfig>> = {
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
