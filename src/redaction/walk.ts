/** Steps in an automaton. */
import { type Automaton, nodeAt } from "./automaton.ts";

/** The node after one more byte. The links are followed at most once for every byte that was read. */
export function nextNode(automaton: Automaton, from: number, byte: number): number {
  const { denseNodes, firstByte, secondByte, fail } = automaton;
  let node = from;
  while (node >= denseNodes) {
    if (firstByte[node] === byte) return automaton.firstChild[node] as number;
    if (secondByte[node] === byte) return automaton.secondChild[node] as number;
    node = fail[node] as number;
  }
  const row = node << automaton.shift;
  return nodeAt(automaton, automaton.table[row + (automaton.trueClass[byte] as number)] as number);
}

/** How many bytes of a pattern that gaps may break end at this node. */
export function breakableDepth({ breakable, fail, depth }: Automaton, from: number): number {
  let node = from;
  while (breakable[node] === 0 && node !== 0) node = fail[node] as number;
  return depth[node] as number;
}

/** How many bytes of a secret's form end at this node; of kind 3, of one that can be broken by gaps. */
export function secretDepth({ secret, fail, depth }: Automaton, from: number, kind: 1 | 3): number {
  let node = from;
  while ((secret[node] as number) < kind && node !== 0) node = fail[node] as number;
  return depth[node] as number;
}
