#!/usr/bin/env node
/** `suptree`: the command line. */
import module from "node:module";
import { compileCacheFolder } from "./compile-cache.ts";
import { processIo, surviveBrokenPipes } from "./io.ts";

// Loading the compiler is most of what a short run costs. New in Node 22.8, hence the question mark.
const cache = "enableCompileCache" in module ? compileCacheFolder() : null;
if (cache !== null) module.enableCompileCache?.(cache);
surviveBrokenPipes([process.stdout, process.stderr]);
const { runProgram } = await import("./program.ts");
// The code is set, not forced: output that is still on its way to a pipe arrives.
process.exitCode = await runProgram(process.argv.slice(2), processIo());
