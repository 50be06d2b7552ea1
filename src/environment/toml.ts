import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { neutralize } from "../core/neutralize.ts";

/** A TOML file's values, and where each of them stands. */
export interface TomlDocument {
  readonly kind: "document";
  /** Tables have no prototype, so that a key is never one that JavaScript objects have of their own. */
  readonly value: unknown;
  /** The line of a key, or of the closest one above it that is written down. */
  readonly lineOf: (path: TomlPath) => number;
}

/** Why a text is not TOML, and where. */
export interface TomlFault {
  readonly kind: "fault";
  readonly line: number;
  readonly message: string;
}

/** Keys and positions in lists, from the top of a file down. */
export type TomlPath = readonly (string | number)[];

/** Reads TOML 1.1. Never throws. */
export function readToml(text: string): TomlDocument | TomlFault {
  try {
    const [top] = parseTOML(text, { tomlVersion: "1.1" }).body;
    const lines = new Map<string, number>();
    const value = tableOf(top, lines);
    return { kind: "document", value, lineOf: (path) => lineOf(path, lines) };
  } catch (error) {
    if (error instanceof ParseError) return faultOf(error, text);
    if (error instanceof Unusable) return { kind: "fault", line: error.line, message: error.message };
    // A thousand brackets, or one huge string, take the parser more stack than there is.
    if (error instanceof RangeError) return { kind: "fault", line: 1, message: "it nests too deep" };
    throw error;
  }
}

/** More than anybody writes. The cost of noting where a key stands grows with its square. */
const deepest = 32;

/** Keys that mean something else to JavaScript; valibot leaves them out of a record without a word. */
const unusableKeys: TomlPath = ["__proto__", "constructor", "prototype"];

class Unusable extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

function refuseUnusable(path: TomlPath, line: number): void {
  if (path.length > deepest) throw new Unusable(line, "it nests too deep");
  const key = path.find((each) => unusableKeys.includes(each));
  if (key !== undefined) throw new Unusable(line, `"${key}" cannot be a key`);
}

type Table = Record<string, unknown>;

function tableOf(top: AST.TOMLTopLevelTable, lines: Map<string, number>): Table {
  const root: Table = Object.create(null);
  for (const entry of top.body) {
    if (entry.type === "TOMLKeyValue") put(entry, { table: root, path: [], lines });
    else {
      const table = open(entry.resolvedKey, entry.loc.start.line, { table: root, path: [], lines });
      for (const pair of entry.body) put(pair, { table, path: entry.resolvedKey, lines });
    }
  }
  return root;
}

/** Where a key is being put. */
interface Place {
  readonly table: Table;
  readonly path: TomlPath;
  readonly lines: Map<string, number>;
}

function put(pair: AST.TOMLKeyValue, place: Place): void {
  const keys = pair.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
  const { line } = pair.key.loc.start;
  const path = [...place.path, ...keys];
  refuseUnusable(path, line);
  note(path, line, place.lines);
  const table = open(keys.slice(0, -1), line, place);
  table[keys.at(-1) ?? ""] = plainValue(pair.value, path, place.lines);
}

/** The table under these keys, made where it is not there yet. A number is a place in a list of tables. */
function open(keys: TomlPath, line: number, { table, path, lines }: Place): Table {
  refuseUnusable([...path, ...keys], line);
  let current = table;
  keys.forEach((key, index) => {
    note([...path, ...keys.slice(0, index + 1)], line, lines);
    current[key] ??= typeof keys[index + 1] === "number" ? [] : Object.create(null);
    current = current[key] as Table;
  });
  return current;
}

function plainValue(node: AST.TOMLContentNode, path: TomlPath, lines: Map<string, number>): unknown {
  // No policy holds a date. As a number it fails where a table, which an object would pass for, is asked for.
  if (node.type === "TOMLValue") return node.value instanceof Date ? node.value.getTime() : node.value;
  refuseUnusable(path, node.loc.start.line);
  if (node.type === "TOMLArray") {
    return node.elements.map((element, index) => {
      note([...path, index], element.loc.start.line, lines);
      return plainValue(element, [...path, index], lines);
    });
  }
  const table: Table = Object.create(null);
  for (const pair of node.body) put(pair, { table, path, lines });
  return table;
}

function note(path: TomlPath, line: number, lines: Map<string, number>): void {
  const key = JSON.stringify(path);
  if (!lines.has(key)) lines.set(key, line);
}

function lineOf(path: TomlPath, lines: ReadonlyMap<string, number>): number {
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

/** The values of a line are never shown: one may be a secret. */
function faultOf(error: ParseError, text: string): TomlFault {
  const line = error.lineNumber;
  const key = neutralize((text.split(/\r?\n/)[line - 1] ?? "").split("=")[0]?.trim() ?? "");
  const said = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const message = /multiple times/.test(said)
    ? `${key} stands here for the second time, keep one`
    : `it is not TOML here, ${said} (column ${error.column + 1})`;
  return { kind: "fault", line, message };
}
