/** How programs write a value: every encoding in which a secret is looked for. */

const encoder = new TextEncoder();

/** The value as it is and in each encoding of text, each once. */
export function textForms(value: string): readonly string[] {
  return [
    ...new Set([
      value,
      ...jsonForms(value),
      ...urlForms(encoder.encode(value)),
      ...shellForms(value),
      ...xmlForms(value),
    ]),
  ];
}

/** Hexadecimal in both cases. */
export function hexForms(value: string): readonly string[] {
  const lower = Array.from(encoder.encode(value), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [lower, lower.toUpperCase()];
}

/**
 * What base64 and base64url always hold of the value, whatever stands before and after it: for each of the three places
 * in a group of three bytes at which it may begin, the characters that come from its own bits alone.
 */
export function base64Forms(value: string): readonly string[] {
  const bytes = encoder.encode(value);
  const forms = [0, 1, 2].map((before) => {
    const text = base64(bytes, before);
    const first = Math.ceil((before * 8) / 6);
    return text.slice(first, Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [...new Set(forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]))];
}

/** Text from base64 or base64url, null when it is none. */
export function fromBase64(text: string): string | null {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function base64(bytes: Uint8Array, zerosBefore: number): string {
  let binary = "\0".repeat(zerosBefore);
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Escaped once and twice, as JSON.stringify does it and as Python, Go and PHP do by default. */
function jsonForms(value: string): readonly string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const slashes = plain.replaceAll("/", "\\/");
  const once = [plain, escapeCharacters(plain, /[<>&\u2028\u2029]/g), slashes];
  const ascii = [plain, slashes].map((text) => escapeCharacters(text, /[\u0080-\uffff]/g));
  const upper = ascii.map((text) =>
    text.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`),
  );
  const all = [...new Set([...once, ...ascii, ...upper])];
  return [...all, ...all.map((text) => JSON.stringify(text).slice(1, -1))];
}

function escapeCharacters(text: string, which: RegExp): string {
  return text.replace(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The characters that an encoder of URLs leaves alone, for each usual encoder, and what it makes of a space. */
const urlEncoders: ReadonlyArray<readonly [safe: RegExp, space: string]> = [
  [/[A-Za-z0-9\-_.!~*'()]/, "%20"], // encodeURIComponent
  [/[A-Za-z0-9\-_.~]/, "%20"], // RFC 3986
  [/[A-Za-z0-9\-_.~/]/, "%20"], // a path, as Python's quote
  [/[A-Za-z0-9\-_.!~*'();/?:@&=+$,#]/, "%20"], // encodeURI
  [/[A-Za-z0-9\-_.*]/, "+"], // a form, as URLSearchParams
  [/[A-Za-z0-9\-_.~]/, "+"], // Python's quote_plus
];

function urlForms(bytes: Uint8Array): readonly string[] {
  const lower = urlEncoders.map(([safe, space]) => percentEncode(bytes, safe, space));
  return [...lower, ...lower.map((form) => form.replace(/%[0-9a-f]{2}/g, (code) => code.toUpperCase()))];
}

function percentEncode(bytes: Uint8Array, safe: RegExp, space: string): string {
  const encodeByte = (byte: number) => {
    const character = String.fromCharCode(byte);
    if (byte < 0x80 && safe.test(character)) return character;
    return byte === 0x20 ? space : `%${byte.toString(16).padStart(2, "0")}`;
  };
  return Array.from(bytes, encodeByte).join("");
}

/** In single quotes both ways, in double quotes, with backslashes as `printf %q`, and as `$'…'`. */
function shellForms(value: string): readonly string[] {
  const ansi = value
    .replace(/[\\']/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("\r", "\\r");
  return [
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replace(/["\\$`]/g, "\\$&"),
    value.replace(/[^\w@%+=:,./-]/g, "\\$&"),
    ansi,
  ];
}

/** As text, as an attribute, and with each usual way to write a quote. */
function xmlForms(value: string): readonly string[] {
  const text = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = [text, text.replaceAll('"', "&quot;"), text.replaceAll('"', "&#34;")];
  return quoted.flatMap((form) => [
    form,
    ...["&apos;", "&#39;", "&#x27;"].map((code) => form.replaceAll("'", code)),
  ]);
}
