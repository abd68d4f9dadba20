/** What a process has used so far, as Linux tells it. */
import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, on all machines (USER_HZ). */
const TICKS_PER_SECOND = 100;
const PAGE = 4096;

export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Null where the system does not tell, or the process has ended. See proc(5). */
export function processUse(pid: number): ProcessUse | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and parentheses; what follows the last one are numbers, from field 3 on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: Number(fields[21]) * PAGE };
  } catch {
    return null;
  }
}
