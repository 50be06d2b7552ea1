/**
 * The automaton that finds every pattern in one pass.
 *
 * Nodes near the root, and those with several children, are dense: a row of a table gives the next node for every class of
 * bytes. The others are one or two bytes and a link, since nearly all nodes are chains that text never enters. Dense nodes
 * where nothing ends come first, so that one comparison tells that there is nothing to do.
 *
 * An entry of the table is a place: that of a dense node is where its row begins, so that the next entry is
 * `table[place + class]`; those of the other nodes follow. Bytes that the scanner has to look at itself have a stopping
 * class, where every row has {@link stop}, beside their true one.
 */
import {
  buildTrie,
  childOf,
  type Ending,
  type FormEnding,
  nothingEnds,
  type Pattern,
  type Trie,
} from "./trie.ts";

/** See above. Nodes are numbers, and 0 is the root. */
export interface Automaton {
  readonly table: Int32Array;
  /** A row is `1 << shift` wide. */
  readonly shift: number;
  readonly stoppingClass: Uint16Array;
  readonly trueClass: Uint16Array;
  /** Places below this one are dense nodes where nothing ends. */
  readonly plainPlaces: number;
  readonly denseNodes: number;
  /** Of the other nodes: up to two children by their bytes, where -1 is no byte. */
  readonly firstByte: Int16Array;
  readonly firstChild: Int32Array;
  readonly secondByte: Int16Array;
  readonly secondChild: Int32Array;
  readonly fail: Int32Array;
  readonly depth: Int32Array;
  /** How many of the bytes read last may become part of what is looked for: where a form ends for good, fewer than its depth. */
  readonly wanted: Int32Array;
  /** Whether a form of a secret, not only a shape, leads through the node: 1, and 3 if it can be broken by gaps. */
  readonly secret: Uint8Array;
  readonly breakable: Uint8Array;
  /** Index into `endings`; 0 where nothing ends. */
  readonly ending: Int32Array;
  readonly endings: readonly Ending[];
}

const stop = 0x7fffffff;

const lineBreaks = [0x0a, 0x0d];
const escapeByte = 0x1b;

/** Placeholders begin with these two: the scanner looks at the second. */
const opening = { bracket: 0x5b, letter: 0x52 } as const;

/** Builds it: about a millisecond for every ten thousand bytes of patterns. */
export function buildAutomaton(patterns: readonly Pattern[]): Automaton {
  const trie = buildTrie(patterns);
  const numbers = renumber(trie);
  const classes = classify(trie);
  const endings = [...trie.endings];
  const ending = new Int32Array(trie.size);
  for (const [index, [node]] of endings.entries()) ending[numbers.of[node] as number] = index + 1;
  return {
    table: fillTable(trie, numbers, classes),
    shift: classes.shift,
    stoppingClass: classes.stopping,
    trueClass: classes.true,
    plainPlaces: numbers.plain << classes.shift,
    denseNodes: numbers.dense,
    ...sparseChildren(trie, numbers),
    fail: renumbered(trie.fail, numbers).map((node) => numbers.of[node] as number),
    depth: renumbered(trie.depth, numbers),
    wanted: renumbered(wantedDepths(trie), numbers),
    secret: Uint8Array.from(renumbered(trie.secret, numbers)),
    breakable: Uint8Array.from(renumbered(trie.breakable, numbers)),
    ending,
    endings: [nothingEnds, ...endings.map(([, each]) => each)],
  };
}

/** The code of what ends at a node where the pattern is broken by gaps, by the code of what ends there otherwise. */
export function joinedCode({ endings }: Pick<Automaton, "endings">, code: number): number {
  return code + endings.length;
}

/** The form of a secret that a code stands for. */
export function formOf({ endings }: Pick<Automaton, "endings">, code: number): FormEnding {
  if (code < endings.length) return endings[code] as Ending;
  return (endings[code - endings.length] as Ending).joined;
}

/** The node that a place stands for. */
export function nodeAt(
  { shift, denseNodes }: Pick<Automaton, "shift" | "denseNodes">,
  place: number,
): number {
  const sparse = place - (denseNodes << shift);
  return sparse < 0 ? place >> shift : sparse + denseNodes;
}

/** The depth of the deepest node that is reached by links, the node itself included, and that leads on. */
function wantedDepths({ breadthFirst, firstChild, fail, depth, size }: Trie): Int32Array {
  const wanted = new Int32Array(size);
  for (const node of breadthFirst) {
    const from = firstChild[node] === 0 ? wanted[fail[node] as number] : depth[node];
    wanted[node] = from as number;
  }
  return wanted;
}

interface Numbers {
  /** The number of a node of the tree. */
  readonly of: Int32Array;
  readonly plain: number;
  readonly dense: number;
}

const denseDepth = 2;

function renumber(trie: Trie): Numbers {
  const isDense = (node: number) =>
    (trie.depth[node] as number) <= denseDepth || hasThreeChildren(trie, node);
  const of = new Int32Array(trie.size).fill(-1);
  let next = 0;
  const number = (wanted: (node: number) => boolean): number => {
    for (const node of trie.breadthFirst) if (of[node] === -1 && wanted(node)) of[node] = next++;
    return next;
  };
  const plain = number((node) => isDense(node) && !trie.endings.has(node));
  const dense = number(isDense);
  number(() => true);
  return { of, plain, dense };
}

function hasThreeChildren({ firstChild, sibling }: Trie, node: number): boolean {
  const second = sibling[firstChild[node] as number] as number;
  return firstChild[node] !== 0 && second !== 0 && sibling[second] !== 0;
}

function renumbered(values: Int32Array | Uint8Array, { of }: Numbers): Int32Array {
  const moved = new Int32Array(of.length);
  for (let node = 0; node < of.length; node++) moved[of[node] as number] = values[node] as number;
  return moved;
}

interface Classes {
  readonly true: Uint16Array;
  readonly stopping: Uint16Array;
  readonly shift: number;
  /** The stopping classes of line breaks, of what escape sequences begin with, and of the second byte of a placeholder. */
  readonly lineBreak: number;
  readonly escape: number;
  readonly letter: number;
}

/** Bytes that stand in no pattern share a class. */
function classify(trie: Trie): Classes {
  const used = [...new Set(trie.byte.subarray(1, trie.size))].sort((one, other) => one - other);
  const classes = {
    true: new Uint16Array(256),
    lineBreak: used.length + 1,
    escape: used.length + 2,
    letter: used.length + 3,
  };
  for (const [index, byte] of used.entries()) classes.true[byte] = index + 1;
  const stopping = classes.true.slice();
  for (const byte of lineBreaks) stopping[byte] = classes.lineBreak;
  stopping[escapeByte] = classes.escape;
  stopping[opening.letter] = classes.letter;
  return { ...classes, stopping, shift: Math.ceil(Math.log2(used.length + 4)) };
}

function fillTable(trie: Trie, numbers: Numbers, classes: Classes): Int32Array {
  const { shift } = classes;
  const densePlaces = numbers.dense << shift;
  const placeOf = (node: number) => {
    const number = numbers.of[node] as number;
    return number < numbers.dense ? number << shift : densePlaces + number - numbers.dense;
  };
  const table = new Int32Array(densePlaces);
  const set = (row: number, byte: number, target: number) => {
    table[row + (classes.true[byte] as number)] = placeOf(target);
    if (byte === opening.letter && table[row + classes.letter] !== stop)
      table[row + classes.letter] = placeOf(target);
  };
  for (const node of trie.breadthFirst) {
    const row = placeOf(node);
    if (row >= densePlaces) continue;
    const fallback = placeOf(trie.fail[node] as number);
    if (node !== 0 && fallback < densePlaces) table.copyWithin(row, fallback, fallback + (1 << shift));
    else if (node !== 0) fillFromChain(trie, node, (byte, target) => set(row, byte, target));
    if (trie.byte[node] === opening.bracket) table[row + classes.letter] = stop;
    for (let child = trie.firstChild[node] as number; child !== 0; child = trie.sibling[child] as number)
      set(row, trie.byte[child] as number, child);
    table[row + classes.lineBreak] = stop;
    table[row + classes.escape] = stop;
  }
  // Outside of every pattern a line break is nothing to look at, unless a pattern begins with one.
  if (lineBreaks.every((byte) => childOf(trie, 0, byte) === 0)) table[classes.lineBreak] = 0;
  return table;
}

/** Where each byte leads from a node whose link leads to one without a row. */
function fillFromChain(trie: Trie, node: number, set: (byte: number, target: number) => void): void {
  for (let byte = 0; byte < 256; byte++) {
    let from = trie.fail[node] as number;
    while (from !== 0 && childOf(trie, from, byte) === 0) from = trie.fail[from] as number;
    const target = childOf(trie, from, byte);
    if (target !== 0) set(byte, target);
  }
}

function sparseChildren(
  trie: Trie,
  { of, dense }: Numbers,
): Pick<Automaton, "firstByte" | "firstChild" | "secondByte" | "secondChild"> {
  const children = {
    firstByte: new Int16Array(trie.size).fill(-1),
    firstChild: new Int32Array(trie.size),
    secondByte: new Int16Array(trie.size).fill(-1),
    secondChild: new Int32Array(trie.size),
  };
  for (let node = 0; node < trie.size; node++) {
    const number = of[node] as number;
    const first = trie.firstChild[node] as number;
    if (number < dense || first === 0) continue;
    children.firstByte[number] = trie.byte[first] as number;
    children.firstChild[number] = of[first] as number;
    const second = trie.sibling[first] as number;
    if (second === 0) continue;
    children.secondByte[number] = trie.byte[second] as number;
    children.secondChild[number] = of[second] as number;
  }
  return children;
}
