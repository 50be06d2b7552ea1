/**
 * A glance that settles most short texts: where no form of a secret and no prefix of a shape stands, nothing is masked.
 *
 * Asking a text for each of them takes microseconds. Building the automaton that finds everything takes some fifteen
 * milliseconds in a process that has just begun, which is longer than all that a short command does.
 */
import type { Secret } from "../core/secret-name.ts";
import { needlesOf } from "./needles.ts";
import { beginning } from "./placeholder.ts";
import { shapePrefixes } from "./shapes.ts";
import { mayHoldSecretParts } from "./value-parts.ts";

/** Whether nothing in a text can be secret. False says nothing: somebody has to look. */
export type Glance = (text: string) => boolean;

/** A longer text is worth an automaton. */
const mostCharacters = 16_384;

/** A glance that knows these secrets. */
export function createGlance(secrets: readonly Secret[]): Glance {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const { bytes } of needlesOf(secret)) forms.add(withoutIndentation(byteText(bytes)));
  }
  const wanted = [...forms, ...beginnings()];
  return (text) => {
    if (text.length > mostCharacters || text.includes(escapeCharacter)) return false;
    return !holdsOneOf(wanted, byteText(new TextEncoder().encode(text)));
  };
}

/**
 * Whether one of these values may hold something that is secret by itself. All are asked at once: one by one takes 3 ms for
 * the variables of a process that has just begun.
 */
export function mayHoldParts(values: readonly string[]): boolean {
  const joined = values.join("\0");
  return mayHoldShape(joined) || mayHoldSecretParts(joined);
}

/** Whether a value holds the prefix of a shape, so that a part of it may be secret. */
export function mayHoldShape(value: string): boolean {
  return value.includes(escapeCharacter) || holdsOneOf(beginnings(), value);
}

/** In a loop, as all that a short command runs: each of the runtime's own array functions is compiled at its first use. */
function holdsOneOf(wanted: readonly string[], text: string): boolean {
  for (const view of viewsOf(text)) {
    for (const form of wanted)
      if (view.includes(form) && (form !== urlMark || urlWithAt.test(view))) return true;
  }
  return false;
}

/** Stands in every URL; a password only in one with an `@` behind it, in the same value. */
const urlMark = "://";
const urlWithAt = /:\/\/[^\0]*@/;

/** What may stand inside a secret takes a parser to leave out. */
const escapeCharacter = "\u001b";

/** None of them begins with a blank. Made once: it takes half as long as looking for all of them. */
function beginnings(): readonly string[] {
  begun ??= [...shapePrefixes(), beginning];
  return begun;
}

let begun: readonly string[] | null = null;

/** As it is, and without the line breaks that may stand inside a secret, with the indentation after them (gaps.ts). */
function viewsOf(text: string): readonly string[] {
  return /[\r\n]/.test(text) ? [text, text.replace(/[\r\n]+[ \t]*/g, "")] : [text];
}

/** The second view has none at the beginning of a line. */
function withoutIndentation(form: string): string {
  return form.replace(/^[\r\n \t]+/, "");
}

/** A character for each byte: forms are cut into pieces anywhere. */
function byteText(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
