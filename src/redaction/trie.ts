/** A tree of patterns with the links of Aho and Corasick, in plain arrays: long secrets make a hundred thousand nodes. */

/** A form of a secret that ends at a node. */
export interface FormEnding {
  /** In bytes; 0 for none. */
  readonly length: number;
  /** Index of its name. */
  readonly name: number;
  /** Whether it is base64. */
  readonly base64: boolean;
}

/** What ends at a node: above all the longest form of a secret. */
export interface Ending extends FormEnding {
  /** The longest one that can be broken by gaps. */
  readonly joined: FormEnding;
  /** Whether it is not, and does not end like the beginning of a placeholder. */
  readonly plain: boolean;
  /** The shapes whose prefixes end here. */
  readonly shapes: readonly ShapePrefix[];
}

/** The prefix of a shape. */
export interface ShapePrefix {
  /** Index of the shape. */
  readonly shape: number;
  readonly length: number;
  /** Whether a gap may stand inside it. */
  readonly breakable: boolean;
}

/** Node 0 is the root, and stands for no child and no sibling too. */
export interface Trie {
  readonly size: number;
  readonly byte: Uint8Array;
  readonly firstChild: Int32Array;
  readonly sibling: Int32Array;
  readonly depth: Int32Array;
  /** The node of the longest other pattern beginning that ends here. */
  readonly fail: Int32Array;
  /** Whether a secret form, not a shape, leads through the node: 1, and 3 if it can be broken by gaps. */
  readonly secret: Uint8Array;
  /** Whether anything that can be broken by gaps leads through it. */
  readonly breakable: Uint8Array;
  readonly endings: ReadonlyMap<number, Ending>;
  /** Every node, the shallow ones first. */
  readonly breadthFirst: Int32Array;
}

/** A form of a secret, the prefix of a shape, or something that only has to be held back. */
export interface Pattern {
  readonly bytes: Uint8Array;
  readonly secret?: { readonly name: number; readonly base64: boolean; readonly breakable: boolean };
  readonly shape?: Omit<ShapePrefix, "length">;
}

/** A placeholder begins with it. */
const bracket = 0x5b;

/** What ends at most nodes. */
export const nothingEnds: Ending = {
  ...{ length: 0, name: 0, base64: false, plain: true, shapes: [] },
  joined: { length: 0, name: 0, base64: false },
};

/** Builds the tree. Of two patterns with the same bytes the first gives the name. */
export function buildTrie(patterns: readonly Pattern[]): Trie {
  const most = patterns.reduce((sum, { bytes }) => sum + bytes.length, 1);
  const growing = {
    size: 1,
    byte: new Uint8Array(most),
    firstChild: new Int32Array(most),
    sibling: new Int32Array(most),
    depth: new Int32Array(most),
    fail: new Int32Array(most),
    secret: new Uint8Array(most),
    breakable: new Uint8Array(most),
    endings: new Map<number, Ending>(),
  };
  for (const pattern of patterns) insert(growing, pattern);
  return { ...growing, breadthFirst: link(growing) };
}

/** The child by this byte; 0 when there is none. */
export function childOf(
  { byte, firstChild, sibling }: Pick<Trie, "byte" | "firstChild" | "sibling">,
  node: number,
  by: number,
): number {
  let child = firstChild[node] as number;
  while (child !== 0 && byte[child] !== by) child = sibling[child] as number;
  return child;
}

type Growing = Omit<Trie, "breadthFirst" | "size" | "endings"> & {
  size: number;
  endings: Map<number, Ending>;
};

function insert(trie: Growing, { bytes, secret, shape }: Pattern): void {
  let node = 0;
  for (const by of bytes) {
    node = childOf(trie, node, by) || addChild(trie, node, by);
    if (secret?.breakable || shape?.breakable) trie.breakable[node] = 1;
    if (secret !== undefined) trie.secret[node] = (trie.secret[node] as number) | (secret.breakable ? 3 : 1);
  }
  if (secret === undefined && shape === undefined) return;
  const before = trie.endings.get(node) ?? nothingEnds;
  const shapes = shape === undefined ? before.shapes : [...before.shapes, { ...shape, length: bytes.length }];
  const plain = before.plain && !secret?.base64 && bytes.at(-1) !== bracket;
  if (secret === undefined || before.length > 0)
    return void trie.endings.set(node, { ...before, plain, shapes });
  const { name, base64, breakable } = secret;
  const form = { length: bytes.length, name, base64 };
  trie.endings.set(node, { ...before, ...form, ...(breakable ? { joined: form } : {}), plain, shapes });
}

function addChild(trie: Growing, parent: number, by: number): number {
  const node = trie.size++;
  trie.byte[node] = by;
  trie.depth[node] = (trie.depth[parent] as number) + 1;
  trie.sibling[node] = trie.firstChild[parent] as number;
  trie.firstChild[parent] = node;
  return node;
}

/** Sets the links, the shallow nodes first, and hands every ending on to the nodes that end with it. */
function link(trie: Growing): Int32Array {
  const { firstChild, sibling, fail, byte, size } = trie;
  const order = new Int32Array(size);
  let known = 1;
  for (let index = 0; index < size; index++) {
    const node = order[index] as number;
    for (let child = firstChild[node] as number; child !== 0; child = sibling[child] as number) {
      order[known++] = child;
      if (node !== 0) fail[child] = failOf(trie, fail[node] as number, byte[child] as number);
      inherit(trie.endings, child, fail[child] as number);
    }
  }
  return order;
}

function failOf(trie: Growing, from: number, by: number): number {
  for (let node = from; ; node = trie.fail[node] as number) {
    const child = childOf(trie, node, by);
    if (child !== 0 || node === 0) return child;
  }
}

function inherit(endings: Map<number, Ending>, node: number, from: number): void {
  const shorter = endings.get(from);
  if (shorter === undefined) return;
  const own = endings.get(node) ?? nothingEnds;
  const secret = own.length > 0 ? own : shorter;
  endings.set(node, {
    length: secret.length,
    name: secret.name,
    base64: own.base64 || shorter.base64,
    joined: own.joined.length > 0 ? own.joined : shorter.joined,
    plain: own.plain && shorter.plain,
    shapes: [...own.shapes, ...shorter.shapes],
  });
}
