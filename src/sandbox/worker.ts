/** The entry of the sandbox's worker, bundled to one script without imports. */
import { startWorker } from "./start.ts";

startWorker();
