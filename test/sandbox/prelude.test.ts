import { describe, expect, it } from "vitest";
import { closeDoors } from "../../src/sandbox/prelude.ts";

class WorkerGlobalScope {
  fetch() {
    return "open";
  }
  importScripts() {
    return "open";
  }
  get indexedDB() {
    return "open";
  }
}

class Scope extends WorkerGlobalScope {
  Worker = class {};
  BroadcastChannel = class {};
  navigator = Object.create({ serviceWorker: {}, storage: {}, hardwareConcurrency: 2 });
  URL: { createObjectURL?: () => void } = { createObjectURL() {} };
  setTimeout = () => {};
}

describe("the prelude", () => {
  it("takes the doors away, from the prototypes too, and nothing else", () => {
    const scope = new Scope();
    expect(closeDoors(scope)).toEqual([]);
    for (const name of ["Worker", "BroadcastChannel", "fetch", "importScripts", "indexedDB"] as const) {
      expect(scope[name], name).toBeUndefined();
      expect(Reflect.get(Object.getPrototypeOf(scope), name), name).toBeUndefined();
      expect(Reflect.get(WorkerGlobalScope.prototype, name), name).toBeUndefined();
    }
    expect(scope.navigator.serviceWorker).toBeUndefined();
    expect(scope.navigator.hardwareConcurrency).toBe(2);
    expect(scope.URL.createObjectURL).toBeUndefined();
    expect(scope.setTimeout).toBeTypeOf("function");
  });

  it("leaves no way to put them back", () => {
    const scope = new Scope();
    closeDoors(scope);
    expect(() => {
      scope.Worker = class {};
    }).toThrow(TypeError);
    expect(() => Object.defineProperty(scope, "fetch", { value: () => "open" })).toThrow(TypeError);
  });

  it("says what it could not close", () => {
    const scope = Object.defineProperty({}, "Worker", { value: class {}, configurable: false });
    expect(closeDoors(scope)).toEqual(["Worker"]);
  });
});
