export { crashMatrix, type MatrixOptions } from "./crash-matrix.ts";
export type { Simulating } from "./crash-rows.ts";
export { demonstrate } from "./demonstrate.ts";
export type { Plan } from "./plan-types.ts";
export { PlanError, plan } from "./planning/make-plan.ts";
export type { Reshaped } from "./reshape.ts";
export {
  type BootResult,
  type Halt,
  type Limits,
  type OwnProgram,
  Simulation,
  SimulationError,
  type SimulationOptions,
  type Starting,
} from "./simulation.ts";
export type { Placed } from "./targets.ts";
