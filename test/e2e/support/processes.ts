// The processes under a session, read from /proc (the stand-in for VS Code runs on Linux only).
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses, which may hold spaces.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent, command };
  } catch {
    // It has ended since the folder was listed.
    return undefined;
  }
}

/**
 * The descendants of a process whose command line matches, e.g. `/dist\/engine\.js/`.
 * @returns their process ids
 */
export function findDescendants(root: number, command: RegExp): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const all = ids.flatMap((id) => readProcess(Number(id)) ?? []);
  const family = new Set([root]);
  // Each round reaches one generation further.
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid, command: line }) => family.has(pid) && command.test(line)).map(({ pid }) => pid);
}
