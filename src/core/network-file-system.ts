import { dirname } from "../system/path.ts";
import type { Files } from "../system/system.ts";

/**
 * The name of the network file system that a path lies on, or null. There an append is never atomic, and a lock may not
 * reach the other hosts: open(2), "O_APPEND may lead to corrupted files on NFS".
 */
export function networkFileSystem(path: string, files: Pick<Files, "fileSystemType">): string | null {
  const type = files.fileSystemType(path) ?? files.fileSystemType(dirname(path));
  return type === null ? null : nameOf(type);
}

/** The magic numbers of statfs(2). FUSE counts, since nobody can tell sshfs from a local one by its number. */
function nameOf(type: number): string | null {
  switch (type) {
    case 0x6969:
      return "NFS";
    case 0x517b:
    case 0xff534d42:
    case 0xfe534d42:
      return "SMB";
    case 0x01021997:
      return "9P";
    case 0x65735546:
      return "FUSE";
    case 0x5346414f:
    case 0x6b414653:
      return "AFS";
    case 0x73757245:
      return "Coda";
    case 0x0bd00bd0:
      return "Lustre";
    case 0x00c36400:
      return "Ceph";
    case 0x47504653:
      return "GPFS";
    default:
      return null;
  }
}
