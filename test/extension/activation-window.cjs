/**
 * A window of the editor in which nothing works but waking up: `node activation-window.cjs EXTENSION [MANIFEST]`. It loads the
 * extension, activates it with one TypeScript document open and a workspace that holds MANIFEST as its only package.json,
 * and prints as JSON what was loaded, what was asked of the editor, which threads were started, and the processor time, in
 * milliseconds, of loading and activating.
 */
const Module = require("node:module");
// What an extension host has loaded long since: it starts processes, asks for web pages and unpacks what it is sent.
for (const loaded of "child_process crypto fs fs/promises http https module net os path stream timers/promises tls url util vm zlib".split(
  " ",
))
  require(`node:${loaded}`);
const threads = require("node:worker_threads");

const [, , extension, manifest = "{}"] = process.argv;
const asked = [];
const started = [];

/** Anything: may be called, made, extended, disposed; is empty when listed. */
function anything(name) {
  return new Proxy(function () {}, {
    get: (target, key) => {
      if (key === "then") return undefined;
      if (key === "prototype") return target.prototype;
      if (key === Symbol.toPrimitive) return () => name;
      if (key === Symbol.iterator) return [][Symbol.iterator].bind([]);
      return anything(`${name}.${String(key)}`);
    },
    apply: () => {
      if (/^workspace\.(fs|findFiles|openTextDocument)|executeCommand/.test(name)) asked.push(name);
      return anything(`${name}()`);
    },
    construct: () => anything(`new ${name}`),
    set: () => true,
  });
}

const known = {
  CancellationTokenSource: class {
    token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
    cancel() {}
    dispose() {}
  },
  workspace: {
    textDocuments: [{ languageId: "typescript", getText: () => "export const answer = 42;\n", uri: anything("uri") }],
    workspaceFolders: [
      {
        uri: { scheme: "file", path: "/app", fsPath: "/app", toString: () => "file:///app" },
        name: "app",
        index: 0,
      },
    ],
    getConfiguration: () => ({ get: (_key, otherwise) => otherwise, inspect: () => undefined }),
    findFiles: async (pattern, _without, most) => {
      asked.push(`findFiles ${pattern} ${most}`);
      return [{ path: "/app/package.json", fsPath: "/app/package.json" }];
    },
    fs: {
      readFile: async (file) => {
        asked.push(`readFile ${file.path}`);
        return Buffer.from(manifest);
      },
    },
  },
  // The side panel is not in sight.
  window: {
    createTreeView: () =>
      new Proxy({}, { get: (_, key) => (key === "visible" ? false : anything(`view.${String(key)}`)) }),
  },
};
/** What is known, and anything else. */
function mixed(own, name) {
  return new Proxy(own, {
    get: (target, key) => target[key] ?? anything(`${name}.${String(key)}`),
  });
}
const types = require("node:fs").readFileSync(require.resolve("@types/vscode/index.d.ts"), "utf8");
const vscode = {};
for (const [, name] of types.matchAll(/^\texport (?:abstract )?(?:class|namespace|enum|const|function) (\w+)/gm))
  vscode[name] = name in known ? (typeof known[name] === "function" ? known[name] : mixed(known[name], name)) : anything(name);

const loaded = new Set();
const load = Module._load;
Module._load = function (id, ...rest) {
  if (id !== extension) loaded.add(id);
  return id === "vscode" ? vscode : load.call(this, id, ...rest);
};
threads.Worker = class {
  constructor(file) {
    started.push(String(file));
  }
  on() {
    return this;
  }
  once() {
    return this;
  }
  postMessage() {}
  unref() {}
  terminate() {
    return Promise.resolve(0);
  }
};

const before = process.cpuUsage();
const { activate } = require(extension);
activate(
  new Proxy({}, { get: (_target, key) => (key === "subscriptions" ? [] : anything(`context.${String(key)}`)) }),
);
const { user, system } = process.cpuUsage(before);

setTimeout(() => {
  process.stdout.write(
    JSON.stringify({ loaded: [...loaded].sort(), asked, started, milliseconds: (user + system) / 1000 }),
  );
  process.exit(0);
}, 50);
