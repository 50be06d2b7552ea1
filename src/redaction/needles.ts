import type { Secret } from "../core/secret-name.ts";
import { base64Forms, hexForms, textForms } from "./encodings.ts";
import { withoutGaps } from "./gaps.ts";

/** Bytes to look for, and the name they are masked with. */
export interface Needle {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** In base64: what follows in the same run belongs to it. */
  readonly base64: boolean;
  /** Whether gaps may stand inside: where they are skipped, no form has a line break, nor a blank at its beginning. */
  readonly breakable: boolean;
}

/** Fewer bytes would stand in ordinary text by chance: a value this short is looked for only where a policy named it. */
export const shortestForm = 8;

/** A longer form is looked for in pieces of this size, so that little is held back. */
const pieceBytes = 8192;

/** Every form in which a value is looked for, each once. */
export function needlesOf({ name, value }: Pick<Secret, "name" | "value">): readonly Needle[] {
  const forms = new Map<string, boolean>();
  for (const whole of wholes(value)) for (const [form, base64] of formsOf(whole)) forms.set(form, base64);
  return Array.from(forms, ([form, base64]) => ({
    form: new TextEncoder().encode(form),
    base64,
    breakable: isBreakable(form),
  })).flatMap(({ form, base64, breakable }) =>
    pieces(form).map((bytes) => ({ name, bytes, base64, breakable })),
  );
}

/** The value, its trimmed self, and each line that is long enough; a line end may be written as `\n`. */
function wholes(value: string): readonly string[] {
  const broken = value.replaceAll("\\r", "\r").replaceAll("\\n", "\n");
  const lines = broken.split(/[\r\n]+/).map((line) => line.trim());
  const single = lines.length === 1;
  const long = single ? [] : lines.filter((line) => !pemMarker.test(line) && line.length >= shortestForm);
  const trimmed = [value.trim(), broken.trim()].filter(
    (form) => form.length >= Math.min(shortestForm, value.length),
  );
  return [...new Set([value, ...trimmed, ...long])];
}

/** It stands around every key. */
const pemMarker = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

function formsOf(whole: string): ReadonlyArray<readonly [form: string, base64: boolean]> {
  const text = textForms(whole).flatMap((form) => [form, withoutGaps(form)]);
  const long = (form: string) => form.length >= shortestForm;
  return [
    ...text.filter((form) => form === whole || long(form)).map((form) => [form, false] as const),
    ...hexForms(whole)
      .filter(long)
      .map((form) => [form, false] as const),
    ...base64Forms(whole)
      .filter(long)
      .map((form) => [form, true] as const),
  ];
}

function isBreakable(form: string): boolean {
  return !/^[ \t]|[\r\n]/.test(form) && withoutGaps(form) === form;
}

function pieces(form: Uint8Array): readonly Uint8Array[] {
  const count = Math.max(1, Math.floor(form.length / pieceBytes));
  return Array.from({ length: count }, (_, index) =>
    form.subarray(index * pieceBytes, index === count - 1 ? form.length : (index + 1) * pieceBytes),
  );
}
