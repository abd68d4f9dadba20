// The platforms that a package is made for, named as VS Code's marketplace names them.
import { PlainError } from './run.mjs';

/**
 * Those for which onnxruntime-node has a binary (there is none for darwin-x64 and none for musl).
 */
export const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/** This machine, in the same words. */
export const CURRENT_TARGET = `${process.platform}-${process.arch}`;

/**
 * @param {string | undefined} wanted the value of `--target`
 * @returns {string} a target that packages exist for
 */
export function resolveTarget(wanted) {
  const target = wanted ?? CURRENT_TARGET;
  if (TARGETS.includes(target)) return target;
  throw new PlainError(
    `There is no Featurescope for ${target}: onnxruntime-node has no binary for it. Choose one with --target: ${TARGETS.join(', ')}.`,
  );
}
