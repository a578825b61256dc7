/** Bytes as text and back, as Node has it. */
import { NotInterpreted } from "../not-interpreted.ts";

export type Encoding = "utf8" | "hex" | "base64" | "base64url" | "latin1" | "ascii";

const NAMES: Readonly<Record<string, Encoding>> = {
  "utf-8": "utf8",
  utf8: "utf8",
  hex: "hex",
  base64: "base64",
  base64url: "base64url",
  latin1: "latin1",
  binary: "latin1",
  ascii: "ascii",
};

export function encodingOf(name: unknown): Encoding {
  const known = NAMES[name === undefined || name === null ? "utf8" : String(name).toLowerCase()];
  if (known === undefined) throw new NotInterpreted(`the encoding ${String(name)}`);
  return known;
}

type Bytes = Uint8Array<ArrayBuffer>;

const binary = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const ofBinary = (text: string): Bytes => Uint8Array.from(text, (each) => each.charCodeAt(0));

export function decode(bytes: Uint8Array, encoding: Encoding): string {
  switch (encoding) {
    case "utf8":
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    case "hex":
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    case "base64":
      return btoa(binary(bytes));
    case "base64url":
      return btoa(binary(bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    case "latin1":
      return binary(bytes);
    case "ascii":
      return binary(bytes.map((byte) => byte & 127));
  }
}

export function encode(text: string, encoding: Encoding): Bytes {
  switch (encoding) {
    case "utf8":
      return new TextEncoder().encode(text);
    case "hex": {
      const [digits = ""] = /^(?:[0-9a-f]{2})*/i.exec(text) ?? [];
      return Uint8Array.from(digits.match(/../g) ?? [], (each) => Number.parseInt(each, 16));
    }
    case "base64":
    case "base64url": {
      const plain = text
        .replaceAll("-", "+")
        .replaceAll("_", "/")
        .replace(/=.*$/, "")
        .replace(/[^A-Za-z0-9+/]/g, "");
      return ofBinary(atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain));
    }
    default:
      return ofBinary(text);
  }
}
