/** Hashes of Node's crypto that services use, computed here: nothing of Node is there where simulations run. */
import { spend } from "../budget.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { NodeBuffer } from "./bytes.ts";
import { decode, encode, encodingOf } from "./encodings.ts";
import { seen } from "./hosted.ts";

type Compress = (state: Uint32Array, words: Uint32Array) => void;

interface Algorithm {
  readonly begin: readonly number[];
  readonly compress: Compress;
  /** Whether words are written with their least byte first. */
  readonly little: boolean;
}

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const rotr = (x: number, n: number): number => rotl(x, 32 - n);

const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0),
);
const fraction = (of: number): number => Math.floor((of % 1) * 2 ** 32) >>> 0;
const K256 = Uint32Array.from(PRIMES.slice(0, 64), (p) => fraction(Math.cbrt(p)));

const sha256: Compress = (state, words) => {
  const w = new Uint32Array(64);
  w.set(words);
  for (let t = 16; t < 64; t++) {
    const [a, b] = [w[t - 15]!, w[t - 2]!];
    const s0 = rotr(a, 7) ^ rotr(a, 18) ^ (a >>> 3);
    const s1 = rotr(b, 17) ^ rotr(b, 19) ^ (b >>> 10);
    w[t] = w[t - 16]! + s0 + w[t - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let t = 0; t < 64; t++) {
    const t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + K256[t]! + w[t]!;
    const t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) >>> 0, c, b, a, (t1 + t2) >>> 0];
  }
  [a, b, c, d, e, f, g, h].forEach((each, n) => {
    state[n]! += each;
  });
};

const sha1: Compress = (state, words) => {
  const w = new Uint32Array(80);
  w.set(words);
  for (let t = 16; t < 80; t++) w[t] = rotl(w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!, 1);
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
  for (let t = 0; t < 80; t++) {
    const [f, k] =
      t < 20
        ? [(b & c) | (~b & d), 0x5a827999]
        : t < 40
          ? [b ^ c ^ d, 0x6ed9eba1]
          : t < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
            : [b ^ c ^ d, 0xca62c1d6];
    [e, d, c, b, a] = [d, c, rotl(b, 30) >>> 0, a, (rotl(a, 5) + f + e + k + w[t]!) >>> 0];
  }
  [a, b, c, d, e].forEach((each, n) => {
    state[n]! += each;
  });
};

const MD5_SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const MD5_SINES = Uint32Array.from({ length: 64 }, (_, n) => Math.floor(2 ** 32 * Math.abs(Math.sin(n + 1))));

const md5: Compress = (state, words) => {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const round = t >> 4;
    const f = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round]!;
    const at = [t, 5 * t + 1, 3 * t + 5, 7 * t][round]! % 16;
    const turned = rotl((a + f + MD5_SINES[t]! + words[at]!) >>> 0, MD5_SHIFTS[round]![t % 4]!);
    [a, d, c, b] = [d, c, b, (b + turned) >>> 0];
  }
  [a, b, c, d].forEach((each, n) => {
    state[n]! += each;
  });
};

const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  sha256: { begin: PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p))), compress: sha256, little: false },
  sha1: { begin: [...INITIAL, 0xc3d2e1f0], compress: sha1, little: false },
  md5: { begin: INITIAL, compress: md5, little: true },
};

const BLOCK = 64;

function digest({ begin, compress, little }: Algorithm, message: Uint8Array): Uint8Array<ArrayBuffer> {
  spend(message.length + BLOCK);
  const size = Math.ceil((message.length + 9) / BLOCK) * BLOCK;
  const padded = new Uint8Array(size);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  const bits = message.length * 8;
  view.setUint32(little ? size - 8 : size - 4, bits >>> 0, little);
  view.setUint32(little ? size - 4 : size - 8, Math.floor(bits / 2 ** 32), little);
  const state = Uint32Array.from(begin);
  for (let at = 0; at < size; at += BLOCK)
    compress(
      state,
      Uint32Array.from({ length: 16 }, (_, n) => view.getUint32(at + 4 * n, little)),
    );
  const out = new Uint8Array(state.length * 4);
  state.forEach((word, n) => {
    new DataView(out.buffer).setUint32(4 * n, word, little);
  });
  return out;
}

function algorithmOf(name: unknown): Algorithm {
  const known = ALGORITHMS[String(name).toLowerCase().replace("-", "")];
  if (known === undefined) throw new NotInterpreted(`the hash ${String(name)}`);
  return known;
}

function bytesOf(of: unknown, encoding?: unknown): Uint8Array {
  if (typeof of === "string") return encode(of, encodingOf(encoding));
  if (of instanceof Uint8Array) return of;
  throw new TypeError('The "data" argument must be of type string or an instance of Buffer');
}

const joined = (...all: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(all.flatMap((each) => [...each]));

class Hash {
  readonly #end: (message: Uint8Array) => Uint8Array;
  readonly parts: Uint8Array[] = [];
  ended = false;

  constructor(end: (message: Uint8Array) => Uint8Array) {
    this.#end = end;
  }
  update(of: unknown, encoding?: unknown): this {
    if (this.ended) throw new Error("Digest already called");
    this.parts.push(bytesOf(of, encoding));
    return this;
  }
  digest(encoding?: unknown): unknown {
    if (this.ended) throw new Error("Digest already called");
    this.ended = true;
    const bytes = this.#end(joined(...this.parts));
    return encoding === undefined || encoding === "buffer"
      ? NodeBuffer.from(bytes)
      : decode(bytes, encodingOf(encoding));
  }
  copy(): Hash {
    const made = new Hash(this.#end);
    made.parts.push(...this.parts);
    return made;
  }
}
seen(Hash, "update digest copy", "write end read pipe on once emit");

export function createHash(name: unknown): Hash {
  const algorithm = algorithmOf(name);
  return new Hash((message) => digest(algorithm, message));
}

export function createHmac(name: unknown, secret: unknown): Hash {
  const algorithm = algorithmOf(name);
  const given = bytesOf(secret);
  const key = new Uint8Array(BLOCK);
  key.set(given.length > BLOCK ? digest(algorithm, given) : given);
  const inner = key.map((byte) => byte ^ 0x36);
  const outer = key.map((byte) => byte ^ 0x5c);
  return new Hash((message) => digest(algorithm, joined(outer, digest(algorithm, joined(inner, message)))));
}

export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) throw new RangeError("Input buffers must have the same byte length");
  return a.every((byte, n) => byte === b[n]);
}
