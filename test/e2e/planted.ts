/** Secrets of every kind to plant, and what must not be found of them afterwards. */

export interface Planted {
  /** Variables of the parent. */
  readonly variables: Readonly<Record<string, string>>;
  /** Each secret in each encoding, with what stands beside it where that tells that it is one. */
  readonly printed: readonly string[];
  /** All of that between words that are no secret. */
  readonly text: string;
  /** No file may hold one of these. */
  readonly forms: readonly string[];
}

/** Forty secrets: twenty-two that variables hold, in every encoding, and eighteen that are known by their shape only. */
export function plantedSecrets(random: () => number): Planted {
  const word = wordsFrom(random);
  const variables = { ...variablesOf(word), PLAIN_URL: `postgres://app:${word(14)}@db.example/x` };
  const shapes = shapesOf(word);
  const held = Object.values(variables).flatMap(secretsIn);
  const forms = held.flatMap(encodings);
  const printed = [...forms, ...shapes.map((shape) => shape.printed)];
  const text = printed.map((form, index) => `line ${index}: <${form}> and on.\n`).join("");
  const ends = held
    .filter((value) => value.length >= 16 && !value.startsWith("{"))
    .flatMap((value) => [value.slice(0, 12), value.slice(-12)]);
  return { variables, printed, text, forms: [...forms, ...ends, ...shapes.map(({ secret }) => secret)] };
}

type Word = (length: number, alphabet?: string) => string;

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function wordsFrom(random: () => number): Word {
  return (length, alphabet = letters) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

function variablesOf(word: Word): Record<string, string> {
  const plain = Array.from(
    { length: 12 },
    (_, index) => [`SERVICE_${index}_TOKEN`, word(8 + index * 5)] as const,
  );
  const first = word(20);
  return {
    ...Object.fromEntries(plain),
    PREFIX_TOKEN: first,
    LONGER_TOKEN: `${first}${word(10)}`,
    QUOTES_PASSWORD: `it's "${word(9)}" \\ & <${word(5)}>`,
    SLASHES_SECRET: `p@ss/${word(8)}+${word(6)}=%41`,
    LINES_SECRET: `${word(12)}\n${word(14)}\n${word(11)}`,
    UMLAUT_PASSWORD: `p\u00e4ss-w\u00f6rd-${word(8)}`,
    REPEATING_TOKEN: "abcabcabcabd".repeat(3),
    REGULAR_API_KEY: `^(${word(6)}|.*)+$[${word(5)}]`,
    JSON_CREDENTIALS: JSON.stringify({ client_id: "someone", client_secret: word(24) }),
  };
}

/** What of a value is secret: of a URL the password alone, of JSON the whole and the secret inside. */
function secretsIn(value: string): readonly string[] {
  if (value.startsWith("postgres://")) return [/:([^:@]+)@/.exec(value)?.[1] ?? ""];
  return value.startsWith("{") ? [value, JSON.parse(value).client_secret] : [value];
}

function encodings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  const shell = value.replaceAll("'", "'\\''");
  const xml = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const hex = bytes.toString("hex");
  const base64 = ["", "u", "us"].flatMap((before) => {
    const at = Math.ceil((before.length * 8) / 6);
    const whole = Buffer.concat([Buffer.from(before), bytes]).toString("base64");
    const inner = whole.slice(at, Math.floor(((before.length + bytes.length) * 8) / 6));
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const lower = url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const lines = value.includes("\n") ? value.split("\n") : [];
  const texts = [value, json, JSON.stringify(json).slice(1, -1), url, lower, shell, xml, ...lines];
  return [...new Set([...texts, hex, hex.toUpperCase(), ...base64])].filter((form) => form.length >= 8);
}

/** `printed` holds more than the secret where the shape is known by what stands beside it. */
function shapesOf(word: Word): readonly { readonly secret: string; readonly printed: string }[] {
  const alone = [
    `ghp_${word(36)}`,
    `ghs_${word(80)}`,
    `github_pat_${word(22)}_${word(59)}`,
    `glpat-${word(20)}`,
    `sk-ant-api03-${word(93)}AA`,
    `sk-ant-oat01-${word(95)}`,
    `sk-proj-${word(48)}`,
    `AKIA${word(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
    `xoxb-${word(12, "0123456789")}-${word(24)}`,
    `npm_${word(36)}`,
    `hf_${word(34)}`,
    `AIza${word(35)}`,
    `sk_live_${word(24)}`,
    `pypi-AgEIcHlwaS5vcmc${word(60)}`,
    `hvs.${word(90)}`,
    `eyJ${word(20)}.eyJ${word(40)}.${word(43)}`,
  ].map((secret) => ({ secret, printed: secret }));
  const [key, basic, url, query] = [word(64), word(30), word(16), word(24)];
  return [
    ...alone,
    { secret: key, printed: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----` },
    { secret: basic, printed: `Authorization: Bearer ${basic}` },
    { secret: url, printed: `https://user:${url}@example.com/` },
    { secret: query, printed: `/z?access_token=${query}` },
  ];
}
