/** What moves the cursor of a terminal, or turns the order of the letters after it. */
const UNPRINTABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A line break inside a message would break the one-line rule of the command line and of notifications; other control
 * characters, which the names in a stranger's file may hold, would do worse.
 */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(UNPRINTABLE, '\ufffd');
}

/** Of a reason: names in a stranger's file may be of any length. */
const LONGEST_REASON = 500;

function shortened(text: string): string {
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)}...` : text;
}

/** A file that cannot be used as it is. The message is one line: `FILE: REASON. CURE`. */
export class FileFormatError extends Error {
  override readonly name = 'FileFormatError';
  /** The file or folder, as the user named it or as it was found. */
  readonly file: string;
  /** What is wrong with it, without a full stop; cut where it is long. */
  readonly reason: string;
  /** What the user can do about it: one sentence without its full stop. */
  readonly cure: string;

  constructor(file: string, reason: string, cure: string, options?: ErrorOptions) {
    const [why, what] = [shortened(oneLine(reason)), oneLine(cure)];
    super(`${oneLine(file)}: ${why}. ${what}`, options);
    this.file = file;
    this.reason = why;
    this.cure = what;
  }
}

/** A file that should be there is not: another try at getting it may be the cure. */
export class MissingFileError extends FileFormatError {}

const systemReasons: Readonly<Record<string, readonly [reason: string, cure: string]>> = {
  ENOENT: ['there is no such file or folder', 'Check the path'],
  ENOTDIR: ['a part of the path is not a folder', 'Check the path'],
  EISDIR: ['this is a folder, not a file', 'Name the file itself'],
  EACCES: ['access was denied', 'Check the permissions of the file and its folder'],
  EPERM: ['access was denied', 'Check the permissions of the file and its folder'],
  EROFS: ['the file system is read-only', 'Choose another place'],
  ENOSPC: ['the disk is full', 'Free some space and try again'],
  EDQUOT: ['the disk quota is used up', 'Free some space and try again'],
  EMFILE: ['too many files are open', 'Close some files or raise the limit on open files'],
  ELOOP: ['its symbolic links go round in a circle', 'Check the links in the path'],
};

/** The `code` of a Node system error (`ENOENT` ...), or null. */
export function systemErrorCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** Turns what the file system threw into a FileFormatError that names the file; other FileFormatErrors pass through. */
export function fileError(file: string, error: unknown): FileFormatError {
  if (error instanceof FileFormatError) return error;
  const known = systemReasons[systemErrorCode(error) ?? ''];
  const Kind = systemErrorCode(error) === 'ENOENT' ? MissingFileError : FileFormatError;
  if (known) return new Kind(file, known[0], known[1], { cause: error });
  const why = error instanceof Error ? error.message : String(error);
  return new FileFormatError(file, `the file system reports "${why}"`, 'Check the file and try again', {
    cause: error,
  });
}
