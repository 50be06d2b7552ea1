import type { Files, OpenFile } from "../system/system.ts";
import type { World } from "./policy.ts";

/** The wanted locale, for example `en_US.UTF-8`, where the machine has it; else `C.UTF-8`. */
export function locale(wanted: string, world: Pick<World, "files" | "host">): string {
  return isInstalled(wanted, world) ? wanted : "C.UTF-8";
}

/** Whether the machine has a locale. Programs take another one in silence where it is missing. */
export function isInstalled(wanted: string, { files, host }: Pick<World, "files" | "host">): boolean {
  if (/^(C|POSIX)(\.UTF-?8)?$/i.test(wanted)) return true;
  const spellings = [wanted, wanted.replace(/(?<=\.)[^@]+/, (codeset) => plain(codeset))];
  const directory = localesOf(host);
  return (
    spellings.some((name) => isDirectory(`${directory}/${name}`, files)) ||
    archivedNames(`${directory}/locale-archive`, files).some((name) => spellings.includes(name))
  );
}

/** Whether it can be told at all: musl has no such directory, and takes every name. */
export function knowsLocales({ files, host }: Pick<World, "files" | "host">): boolean {
  return isDirectory(localesOf(host), files);
}

function localesOf({ platform }: World["host"]): string {
  return platform === "darwin" ? "/usr/share/locale" : "/usr/lib/locale";
}

/** A codeset as glibc spells it in the names of its files: `UTF-8` is `utf8`. */
function plain(codeset: string): string {
  return codeset.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

function isDirectory(path: string, files: Files): boolean {
  try {
    return files.status(path)?.kind === "directory";
  } catch {
    return false;
  }
}

/** The names in glibc's archive of locales; `[]` where there is none to read. */
function archivedNames(path: string, files: Files): readonly string[] {
  let archive: OpenFile;
  try {
    archive = files.openRead(path);
  } catch {
    return [];
  }
  try {
    return readNames(archive);
  } catch {
    return [];
  } finally {
    archive.close();
  }
}

/** glibc's `struct locarhead` (locale/locarchive.h): 32-bit words; the name table's place and length are words 5 and 6. */
const archiveMagic = 0xde020109;
const headerBytes = 32;
/** Every locale that glibc ships takes about 12 KB here, while the archive itself is some 200 MB. */
const maxNameBytes = 1 << 20;

function readNames(archive: OpenFile): readonly string[] {
  const header = archive.readAt(0, headerBytes);
  if (header.length < headerBytes) return [];
  const words = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (words.getUint32(0, true) !== archiveMagic) return [];
  const names = archive.readAt(words.getUint32(20, true), Math.min(words.getUint32(24, true), maxNameBytes));
  return new TextDecoder().decode(names).split("\0");
}
