/** Moving pictures of screenshots: a PNG with more frames, as the PNG specification, third edition, section 11.3.4 has it. */
import { crc32 } from "node:zlib";

export interface Frame {
  /** As the browser takes it: 8 bits a channel, not interlaced. Every frame lies within the first one. */
  png: Buffer;
  /** Pixels from the first frame's left and top. */
  x: number;
  y: number;
  /** Milliseconds. */
  shown: number;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunk {
  type: string;
  data: Buffer;
}

function chunksOf(png: Buffer): Chunk[] {
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error("A frame is no PNG.");
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), data });
    at += length + 12;
  }
  return chunks;
}

function bytesOf({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([numbers(data.length), body, numbers(crc32(body))]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, n) => {
    bytes.writeUInt32BE(value, 4 * n);
  });
  return bytes;
}

/** Plays without end. @throws when a frame is no PNG or differs from the first one in its kind of pixels */
export function movingPicture(frames: readonly Frame[]): Buffer {
  const read = frames.map(({ png }) => chunksOf(png));
  const header = read[0]?.find(({ type }) => type === "IHDR")?.data;
  if (header === undefined) throw new Error("There is no frame.");
  const out: Chunk[] = [
    { type: "IHDR", data: header },
    { type: "acTL", data: numbers(frames.length, 0) },
  ];
  let sequence = 0;
  for (const [n, { x, y, shown }] of frames.entries()) {
    const chunks = read[n] ?? [];
    const own = chunks.find(({ type }) => type === "IHDR")?.data ?? Buffer.alloc(13);
    if (!own.subarray(8).equals(header.subarray(8)))
      throw new Error("Frames have different kinds of pixels.");
    const delay = Buffer.from([shown >> 8, shown & 255, 1000 >> 8, 1000 & 255, 0, 0]);
    const size = own.subarray(0, 8);
    out.push({ type: "fcTL", data: Buffer.concat([numbers(sequence++), size, numbers(x, y), delay]) });
    for (const { type, data } of chunks)
      if (type === "IDAT")
        out.push(
          n === 0 ? { type, data } : { type: "fdAT", data: Buffer.concat([numbers(sequence++), data]) },
        );
  }
  out.push({ type: "IEND", data: Buffer.alloc(0) });
  return Buffer.concat([SIGNATURE, ...out.map(bytesOf)]);
}
