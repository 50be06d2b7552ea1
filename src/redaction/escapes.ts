import { more, no, type View } from "./view.ts";

/** What every escape sequence begins with. */
export const escapeByte = 0x1b;
const longestSequence = 32;

/** Behind the colour or cursor sequence that begins here (ECMA-48, CSI); `no` when none does. */
export function escapeEnd({ bytes, end, atEnd }: Pick<View, "bytes" | "end" | "atEnd">, at: number): number {
  if (bytes[at] !== escapeByte) return no;
  for (let index = at + 1; index < at + longestSequence; index++) {
    if (index >= end) return atEnd ? no : more;
    const byte = bytes[index] as number;
    if (index === at + 1) {
      if (byte !== 0x5b) return no;
    } else if (byte >= 0x40 && byte <= 0x7e) return index + 1;
    else if (byte < 0x20 || byte > 0x3f) return no;
  }
  return no;
}
