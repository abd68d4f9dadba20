/** Names of exported files. Pure. */

/** A file's name without its ending, for any file system and in any script. */
export function exportName(title: string, what: string): string {
  const name = title.replace(/[^\p{L}\p{N}.-]+/gu, '_').slice(0, 60);
  return `${name.replace(/^[-_.]+|[-_.]+$/g, '') || 'graph'}-${what}`;
}
