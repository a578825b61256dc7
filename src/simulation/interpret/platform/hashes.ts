/** Hashes of Node's crypto that services use: nothing of Node is there where simulations run. */
import { hmac } from "@noble/hashes/hmac.js";
import { md5, ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { spend } from "../budget.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { NodeBuffer } from "./bytes.ts";
import { decode, encode, encodingOf } from "./encodings.ts";
import { seen } from "./hosted.ts";

const ALGORITHMS = { md5, sha1, sha224, sha256, sha384, sha512, ripemd160 };

type Algorithm = (typeof ALGORITHMS)[keyof typeof ALGORITHMS];
type Running = Pick<ReturnType<Algorithm["create"]>, "update" | "digest"> & { clone(): Running };

function algorithmOf(given: unknown): Algorithm {
  const name = String(given).toLowerCase().replace("-", "");
  if (!Object.hasOwn(ALGORITHMS, name)) throw new NotInterpreted(`the hash ${String(given)}`);
  return ALGORITHMS[name as keyof typeof ALGORITHMS];
}

function bytesOf(of: unknown, encoding?: unknown): Uint8Array {
  if (typeof of === "string") return encode(of, encodingOf(encoding));
  if (of instanceof Uint8Array) return of;
  throw new TypeError('The "data" argument must be of type string or an instance of Buffer');
}

class Hash {
  readonly #running: Running;
  #ended = false;

  constructor(running: Running) {
    this.#running = running;
  }

  #check(): void {
    if (this.#ended) throw new Error("Digest already called");
  }

  update(of: unknown, encoding?: unknown): this {
    this.#check();
    const bytes = bytesOf(of, encoding);
    spend(bytes.length);
    this.#running.update(bytes);
    return this;
  }

  digest(encoding?: unknown): unknown {
    this.#check();
    this.#ended = true;
    const bytes = this.#running.digest();
    return encoding === undefined || encoding === "buffer"
      ? NodeBuffer.from(bytes)
      : decode(bytes, encodingOf(encoding));
  }

  copy(): Hash {
    this.#check();
    return new Hash(this.#running.clone());
  }
}
seen(Hash, "update digest copy", "write end read pipe on once emit");

export function createHash(name: unknown): Hash {
  return new Hash(algorithmOf(name).create());
}

export function createHmac(name: unknown, secret: unknown): Hash {
  return new Hash(hmac.create(algorithmOf(name), bytesOf(secret)));
}

export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) throw new RangeError("Input buffers must have the same byte length");
  return a.every((byte, n) => byte === b[n]);
}
