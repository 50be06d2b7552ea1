const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A duration as people write it, in milliseconds: `90`, `90s`, `75m`, `1h30m`, `500ms`, `30d`; a bare number is
 * seconds. Null for anything else: a junk value is refused by the caller, never replaced.
 */
export function parseDuration(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return wholeMs(Number(text) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitMs[unit ?? ""] ?? Number.NaN);
  }
  return wholeMs(total);
}

/** A length of time for people: `1.5 s`, `75 min`. */
export function describeDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${trim(ms / 1000)} s`;
  if (ms < 7_200_000) return `${trim(ms / 60_000)} min`;
  return `${trim(ms / 3_600_000)} h`;
}

function wholeMs(ms: number): number | null {
  return Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : null;
}

function trim(value: number): string {
  return String(Math.round(value * 10) / 10);
}
