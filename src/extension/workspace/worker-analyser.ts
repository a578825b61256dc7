/** The analysis of one folder in a worker thread of its own. */
import type { MakeAnalyser } from "./analyser.ts";

export function workerAnalyser(_script: string): MakeAnalyser {
  return () => {
    throw new Error("not yet");
  };
}
