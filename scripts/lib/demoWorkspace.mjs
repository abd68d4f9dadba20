// The sample workspace, copied so that nobody's edits touch the shipped one.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { inRoot } from './paths.mjs';

const SAMPLE = inRoot('media', 'demo', 'workspace');

/**
 * @param {string} folder where the copy goes; files that are there already are kept
 * @returns {string} the folder
 */
export function copyDemoWorkspace(folder) {
  mkdirSync(folder, { recursive: true });
  if (existsSync(SAMPLE)) cpSync(SAMPLE, folder, { recursive: true, force: false });
  return folder;
}
