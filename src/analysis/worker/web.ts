/** Entry of the web worker without a check: the same analysis, on the files of the host that started it. */
import { remoteHost } from "./remote-host.ts";
import { serveSession } from "./server.ts";
import { webPort } from "./web-port.ts";

const port = webPort();
serveSession(port, { host: remoteHost(port) });
