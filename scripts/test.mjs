#!/usr/bin/env node
/**
 * `npm test`: everything that can be checked on this machine, from a fresh clone. Built-ins only, on any Node
 * from 20: installs what is missing, then hands over to scripts/test/main.ts on the project's own Node.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { environment, install, root } from "./util/bootstrap.mjs";

install();
const { status } = spawnSync("node", [join("scripts", "test", "main.ts"), ...process.argv.slice(2)], {
  cwd: root,
  env: environment,
  stdio: "inherit",
});
process.exit(status ?? 1);
