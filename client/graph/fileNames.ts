/** What graph files are called. Pure. */

/** What the names of graph files end with. */
export const GRAPH_EXTENSION = '.graph.json';

/** Longest part of a name that is made of a prompt. */
const LONGEST = 40;

/** Whether a path is one that opens as a graph by itself. */
export function isGraphFile(path: string): boolean {
  return path.toLowerCase().endsWith(GRAPH_EXTENSION);
}

/** A name for the graph of a prompt: its last words. @param number from 1; the first has none in its name */
export function nameFor(prompt: string, number: number): string {
  const words =
    prompt
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const chosen: string[] = [];
  for (const word of [...words].reverse()) {
    if ([...chosen, word].join('-').length > LONGEST) break;
    chosen.unshift(word);
  }
  const parts = ['why', ...(chosen.length > 0 ? chosen : ['this']), ...(number > 1 ? [String(number)] : [])];
  return `${parts.join('-')}${GRAPH_EXTENSION}`;
}
