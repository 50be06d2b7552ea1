import { groups } from "./groups.ts";

/**
 * What is wrong with a passed value, as a check's name; null when nothing is. The checks are sudo's: such values steer
 * which files a program opens.
 */
export function failedCheck(name: string, value: string): string | null {
  if (/^(LANG|LC_.*|TERM|COLORTERM)$/.test(name)) return /[/%]/.test(value) ? "no / or %" : null;
  if (name === "TZ") return isSafeTimeZone(value) ? null : "time zone";
  if (/^no_proxy$/i.test(name) || !proxies.includes(name) || value === "") return null;
  return URL.canParse(value.includes("://") ? value : `http://${value}`) ? null : "proxy URL";
}

const proxies: readonly string[] = groups.find((group) => group.name === "proxy")?.members ?? [];

/** A zone's name or rule, with or without the colon, or a file of the zone database; never one that leads elsewhere. */
function isSafeTimeZone(value: string): boolean {
  const zone = value.replace(/^:/, "");
  if (/\s/.test(zone) || zone.split("/").includes("..")) return false;
  return !zone.startsWith("/") || zone.startsWith("/usr/share/zoneinfo/");
}
