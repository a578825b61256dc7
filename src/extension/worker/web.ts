/** Entry of the web worker: what the worker thread runs, on the files of the page that started it. */
import { remoteHost } from "../../analysis/worker/remote-host.ts";
import { serveSession } from "../../analysis/worker/server.ts";
import { webPort } from "../../analysis/worker/web-port.ts";
import { lintCheck } from "./check.ts";

const port = webPort();
serveSession(port, { host: remoteHost(port), check: lintCheck() });
