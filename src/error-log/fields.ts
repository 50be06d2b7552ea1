/** Parts of schemas for an entry of a sidecar, with the words that people are told. */
import * as v from "valibot";
import { signalFromWord } from "../core/signals.ts";
import { areAttributes, attributeWords, signalWords, timeFrom, timeWords } from "./field-values.ts";

/** At least one character that is not white space. */
export function someText(message: string) {
  return v.pipe(
    v.string(message),
    v.check((text) => text.trim() !== "", message),
  );
}

export const time = v.pipe(v.string(timeWords), v.transform(timeFrom), v.string(timeWords));

export const signal = v.pipe(
  v.string(signalWords),
  v.transform((word) => signalFromWord(word)),
  v.string(signalWords),
);

export const attributes = v.pipe(v.record(v.string(), v.string()), v.check(areAttributes, attributeWords));
