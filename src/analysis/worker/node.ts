/** Entry of the Node worker without a check. A host that wants findings writes its own with `serveSession`. */
import { nodeHost } from "../discover/host-node.ts";
import { nodePort } from "./node-port.ts";
import { serveSession } from "./server.ts";

serveSession(nodePort(), { host: nodeHost() });
