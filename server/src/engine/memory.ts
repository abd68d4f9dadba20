/** Memory of this process. */
import { readFileSync } from 'node:fs';

/**
 * Private memory in bytes: on Linux the anonymous part of what is resident (mapped weights are not counted), elsewhere
 * all that is resident.
 */
export function privateMemory(): number {
  if (process.platform !== 'linux') return process.memoryUsage.rss();
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return kilobytes === undefined ? process.memoryUsage.rss() : Number(kilobytes) * 1024;
}
