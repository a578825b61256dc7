/** A file system host that asks the other end of the port: for web workers, which have no file system. */
import { type FileSystemHost, HostError } from "../discover/host.ts";
import type { FileAnswer, FileRequest, FromWorker, Port, ToWorker } from "./protocol.ts";

/** `port` must pass on messages of type `fileAnswer`, whatever else listens to it. */
export function remoteHost(port: Port<FromWorker, ToWorker>): FileSystemHost {
  const waiting = new Map<number, (answer: FileAnswer) => void>();
  let nextId = 1;
  port.onMessage((message) => {
    if (message.type !== "fileAnswer") return;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  async function ask<T>(request: (id: number) => FileRequest): Promise<T | HostError> {
    const id = nextId++;
    const answer = await new Promise<FileAnswer>((resolve) => {
      waiting.set(id, resolve);
      port.postMessage(request(id));
    });
    if (answer.error !== undefined) return new HostError(answer.error.kind, answer.error.message);
    return answer.value as T;
  }
  return {
    readFile: (path, limit) => ask((id) => ({ type: "file", id, op: "readFile", path, limit })),
    readDirectory: (path) => ask((id) => ({ type: "file", id, op: "readDirectory", path })),
    stat: (path) => ask((id) => ({ type: "file", id, op: "stat", path })),
    realPath: (path) => ask((id) => ({ type: "file", id, op: "realPath", path })),
  };
}
