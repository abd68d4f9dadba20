/** What is said about a download before it begins. Pure. */
import type { HubModel } from '../../protocol/models';
import { byteSize } from '../../protocol/wording';

/** More files than this are summed up. */
const LISTED = 8;

/** The question. */
export function downloadQuestion({ id, missingBytes }: HubModel, host: string): string {
  return `Download ${byteSize(missingBytes)} of ${id} from ${host}?`;
}

/** What it will fetch, and where from: a line each, largest file first. */
export function downloadLines({ files, bytes, missingBytes, revision }: HubModel): readonly string[] {
  const missing = files.filter(({ isPresent }) => !isPresent).toSorted((a, b) => b.bytes - a.bytes);
  const listed = missing.length > LISTED ? missing.slice(0, LISTED - 1) : missing;
  const others = missing.slice(listed.length);
  const rest = others.reduce((sum, file) => sum + file.bytes, 0);
  const here = bytes - missingBytes;
  return [
    ...listed.map((file) => `${file.path}: ${byteSize(file.bytes)}`),
    ...(others.length > 0 ? [`${others.length} more files: ${byteSize(rest)}`] : []),
    '',
    here > 0
      ? `${byteSize(here)} of ${byteSize(bytes)} are already in the Hugging Face cache of this machine.`
      : 'They go into the Hugging Face cache of this machine. Only files that loading needs are fetched.',
    `Commit ${revision.slice(0, 12)}; every file is checked against it.`,
  ];
}
