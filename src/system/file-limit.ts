import { callersFileLimit } from "./inherited.ts";
import type { FileLimit, Libc } from "./libc.ts";

/** Starts something with the caller's own soft limit on open files, and takes ours back afterwards. */
export function underCallersFileLimit<Started>(libc: Libc, start: () => Started): Started {
  const ours = libc.openFilesLimit();
  const lowered = ours && callersLimit(ours, libc);
  if (!ours || !lowered) return start();
  libc.setOpenFilesLimit(lowered);
  try {
    return start();
  } finally {
    libc.setOpenFilesLimit(ours);
  }
}

function callersLimit({ hard }: FileLimit, libc: Libc): FileLimit | null {
  const soft = callersFileLimit(hard, libc);
  return soft === null ? null : { soft, hard };
}
