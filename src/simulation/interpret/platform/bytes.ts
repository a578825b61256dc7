/** Bytes: the language's typed arrays, and Node's Buffer as the simulation has it. */
import { bounded, room, spend } from "../budget.ts";
import { InstanceOf } from "../instances.ts";
import { counted } from "../natives.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { decode, type Encoding, encode, encodingOf } from "./encodings.ts";
import { hosted } from "./hosted.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const LIST =
  "length byteLength byteOffset buffer BYTES_PER_ELEMENT at copyWithin entries every fill filter find findIndex findLast findLastIndex forEach includes indexOf join keys lastIndexOf map reduce reduceRight reverse set slice some sort subarray toReversed toSorted toString values with";

const ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** What a typed array may be made of. */
function source(of: unknown): unknown {
  if (typeof of === "number") room(of);
  else if (of instanceof InstanceOf) throw new NotInterpreted("bytes of an object of a class");
  const list = counted(of);
  if (Array.isArray(list)) spend(list.length / 10);
  return list;
}

const numberNames = [
  "Int8",
  "Uint8",
  "Int16",
  "Uint16",
  "Int32",
  "Uint32",
  "Float32",
  "Float64",
  "BigInt64",
  "BigUint64",
];
const VIEW = [
  "buffer byteLength byteOffset",
  ...numberNames.flatMap((name) => [`get${name}`, `set${name}`]),
].join(" ");

function typed(Cls: (typeof ARRAYS)[number]): readonly [string, unknown] {
  const Any = Cls as unknown as {
    new (...args: unknown[]): Bytes;
    from(...args: unknown[]): unknown;
    of(...args: unknown[]): unknown;
  };
  const part = hosted(Cls, {
    members: LIST,
    make: ([first, ...rest]) =>
      bounded(new Any(...(first === undefined ? [] : [source(first), ...rest]))) as never,
    statics: {
      from: (of: unknown, ...rest: unknown[]) => Any.from(source(of), ...rest),
      of: (...all: unknown[]) => Any.of(...all),
      BYTES_PER_ELEMENT: Cls.BYTES_PER_ELEMENT,
    },
  });
  return [Cls.name, part];
}

// ---- Node's Buffer ----

const KINDS: Readonly<Record<string, string>> = {
  Int8: "Int8",
  UInt8: "Uint8",
  Int16: "Int16",
  UInt16: "Uint16",
  Int32: "Int32",
  UInt32: "Uint32",
  Float: "Float32",
  Double: "Float64",
  BigInt64: "BigInt64",
  BigUInt64: "BigUint64",
};

export class NodeBuffer extends Uint8Array<ArrayBuffer> {
  override toString(encoding: string = "utf8", start = 0, end = this.length): string {
    return decode(this.subarray(start, end), encodingOf(encoding));
  }
  toJSON(): object {
    return { type: "Buffer", data: Array.from(this) };
  }
  equals(other: Uint8Array): boolean {
    return this.compare(other) === 0;
  }
  compare(other: Uint8Array): number {
    for (let n = 0; n < Math.min(this.length, other.length); n++)
      if (this[n] !== other[n]) return this[n]! < other[n]! ? -1 : 1;
    return Math.sign(this.length - other.length);
  }
  copy(target: Uint8Array, at = 0, start = 0, end = this.length): number {
    const part = this.subarray(start, Math.min(end, start + target.length - at));
    target.set(part, at);
    return part.length;
  }
  override slice(start?: number, end?: number): NodeBuffer {
    return this.subarray(start, end) as NodeBuffer;
  }
  write(text: string, at: unknown = 0, length: unknown = undefined, encoding: unknown = undefined): number {
    const of = [at, length, encoding].find((each) => typeof each === "string") as string | undefined;
    const from = typeof at === "number" ? at : 0;
    const most = typeof length === "number" ? length : this.length - from;
    const bytes = encode(text, encodingOf(of)).subarray(0, Math.min(most, this.length - from));
    this.set(bytes, from);
    return bytes.length;
  }
  override fill(value: unknown, start?: number, end?: number): this {
    if (typeof value === "number") return super.fill(value, start, end);
    throw new NotInterpreted("it fills a Buffer with a text");
  }
  override indexOf(what: unknown, from = 0): number {
    if (typeof what === "number") return super.indexOf(what, from);
    const bytes = typeof what === "string" ? encode(what, "utf8") : (what as Uint8Array);
    spend((this.length * bytes.length) / 1000);
    for (let at = from; at + bytes.length <= this.length; at++)
      if (bytes.every((byte, n) => this[at + n] === byte)) return at;
    return -1;
  }
  override includes(what: unknown, from?: number): boolean {
    return this.indexOf(what, from) !== -1;
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: NodeBuffer): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** @throws RangeError where there are not so many bytes */
function checkRoom({ length }: NodeBuffer, at: number, size: number): void {
  if (at >= 0 && at + size <= length) return;
  throw length < size
    ? Object.assign(new RangeError("Attempt to access memory outside buffer bounds"), {
        code: "ERR_BUFFER_OUT_OF_BOUNDS",
      })
    : Object.assign(new RangeError('The value of "offset" is out of range.'), { code: "ERR_OUT_OF_RANGE" });
}

/** `readUInt16BE` and all its kin. */
function numbered(): string {
  const found: string[] = [];
  for (const [name, kind] of Object.entries(KINDS))
    for (const order of name.endsWith("8") ? [""] : ["BE", "LE"]) {
      const size = Number(/\d+$/.exec(kind)![0]) / 8;
      const isLittle = order === "LE";
      const read = function (this: NodeBuffer, at = 0): unknown {
        checkRoom(this, at, size);
        const view = viewOf(this) as unknown as Record<string, (at: number, little: boolean) => unknown>;
        return view[`get${kind}`]!(at, isLittle);
      };
      const write = function (this: NodeBuffer, value: unknown, at = 0): number {
        checkRoom(this, at, size);
        const view = viewOf(this) as unknown as Record<
          string,
          (at: number, is: unknown, little: boolean) => unknown
        >;
        view[`set${kind}`]!(at, value, isLittle);
        return at + size;
      };
      for (const [verb, fn] of [
        ["read", read],
        ["write", write],
      ] as const)
        for (const each of [name, name.replace("UInt", "Uint")]) {
          Object.defineProperty(NodeBuffer.prototype, `${verb}${each}${order}`, { value: fn });
          found.push(`${verb}${each}${order}`);
        }
    }
  return found.join(" ");
}

function bufferOf(bytes: Uint8Array): NodeBuffer {
  const made = new NodeBuffer(new ArrayBuffer(bytes.length));
  made.set(bytes);
  return made;
}

function from(of: unknown, ...rest: unknown[]): NodeBuffer {
  if (typeof of === "string") return bufferOf(encode(of, encodingOf(rest[0])));
  if (of instanceof ArrayBuffer) return new NodeBuffer(of, ...(rest as [number?, number?]));
  if (of instanceof Uint8Array) return bufferOf(of);
  if (!Array.isArray(of)) throw new NotInterpreted("a Buffer of something that is not known");
  return bufferOf(Uint8Array.from(of as number[]));
}

function alloc(size: number, fill: unknown = 0): NodeBuffer {
  room(size);
  const made = new NodeBuffer(new ArrayBuffer(size));
  return fill === 0 ? made : made.fill(fill);
}

function concat(all: readonly Uint8Array[], length?: number): NodeBuffer {
  const whole = length ?? all.reduce((sum, each) => sum + each.length, 0);
  const made = alloc(whole);
  let at = 0;
  for (const each of all) {
    if (at >= whole) break;
    made.set(each.subarray(0, whole - at), at);
    at += each.length;
  }
  return made;
}

const OF_BUFFER = {
  from,
  alloc,
  allocUnsafe: alloc,
  concat,
  byteLength: (of: unknown, encoding?: Encoding) =>
    typeof of === "string" ? encode(of, encodingOf(encoding)).length : (of as Uint8Array).byteLength,
  isBuffer: (of: unknown) => of instanceof NodeBuffer,
  compare: (a: NodeBuffer, b: Uint8Array) => a.compare(b),
};

const NODE_BUFFER = hosted(NodeBuffer, {
  members: `${LIST} toJSON equals compare copy write ${numbered()}`,
  lacking:
    "readUIntBE readUIntLE readIntBE readIntLE writeUIntBE writeUIntLE writeIntBE writeIntLE swap16 swap32 swap64 toLocaleString parent offset inspect asciiSlice base64Slice hexSlice latin1Slice utf8Slice asciiWrite utf8Write",
  make: () => {
    throw new NotInterpreted("new Buffer");
  },
  statics: OF_BUFFER,
});

const BUFFERS: readonly (readonly [string, unknown])[] = [
  [
    "ArrayBuffer",
    hosted(ArrayBuffer, {
      members: "byteLength slice",
      make: ([size]) => {
        room(size);
        return new ArrayBuffer(Number(size ?? 0));
      },
      statics: { isView: (of: unknown) => ArrayBuffer.isView(of) },
    }),
  ],
  [
    "DataView",
    hosted(DataView, {
      members: VIEW,
      make: ([of, ...rest]) => {
        if (!(of instanceof ArrayBuffer))
          throw new TypeError("First argument to DataView constructor must be an ArrayBuffer");
        return new DataView(of, ...(rest as [number?, number?]));
      },
    }),
  ],
  ["Buffer", NODE_BUFFER],
];

const TEXTS: readonly (readonly [string, unknown])[] = [
  [
    "TextEncoder",
    hosted(TextEncoder, { members: "encode encodeInto encoding", make: () => new TextEncoder() }),
  ],
  [
    "TextDecoder",
    hosted(TextDecoder, {
      members: "decode encoding fatal ignoreBOM",
      make: ([label, options]) => {
        if (label !== undefined && encodingOf(label) !== "utf8")
          throw new NotInterpreted("a TextDecoder of this kind");
        const { fatal } = Object(options) as { fatal?: unknown };
        return new TextDecoder("utf-8", { fatal: fatal === true });
      },
    }),
  ],
];

/** By the names of the globals. */
export const BYTES: readonly (readonly [string, unknown])[] = [...ARRAYS.map(typed), ...BUFFERS, ...TEXTS];
