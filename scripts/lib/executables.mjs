// Finds programs on this machine.
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {string[]} names program names, or absolute paths
 * @returns {string | undefined} the first that exists, as an absolute path
 */
export function findExecutable(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const suffixes = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  const candidates = names.flatMap((name) =>
    path.isAbsolute(name)
      ? [name]
      : folders.flatMap((folder) => suffixes.map((suffix) => path.join(folder, name + suffix))),
  );
  return candidates.find(isExecutable);
}

/** Whether a window can be shown. */
export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

/**
 * The desktop VS Code: VSCODE_EXECUTABLE, or `code` on the PATH.
 *
 * Inside VS Code's own remote terminal `code` only talks to the window that is open, so it does not count.
 * @returns {string | undefined}
 */
export function findDesktopCode() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (process.env.VSCODE_IPC_HOOK_CLI || !hasDisplay()) return undefined;
  return findExecutable('code');
}
