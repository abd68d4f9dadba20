// The licences of what is inside the bundles: they must go with every copy.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

const SHIPPED_AS_FILES = ['node_modules/onnxruntime-node', 'node_modules/onnxruntime-common'];

/**
 * The package that a bundled file belongs to.
 * @param {string} file relative to the repository
 * @returns {string | undefined} the package's folder
 */
export const packageOf = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

/** @param {string} folder */
function notice(folder) {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(inRoot(folder, 'package.json'), 'utf8'),
  );
  const names = readdirSync(inRoot(folder)).filter((each) => /^(licen[cs]e|notice)/i.test(each));
  const texts = names.map((each) => readFileSync(inRoot(folder, each), 'utf8').trim());
  const source = typeof repository === 'string' ? repository : (repository?.url ?? '');
  return [`${name} ${version} (${license}) ${source}`.trim(), ...texts].join('\n\n');
}

/**
 * @param {string[]} bundledFiles relative to the repository
 * @returns {string} the text of ThirdPartyNotices.txt
 */
export function thirdPartyNotices(bundledFiles) {
  const folders = new Set([...bundledFiles.flatMap((file) => packageOf(file) ?? []), ...SHIPPED_AS_FILES]);
  const known = [...folders].filter((folder) => existsSync(inRoot(path.join(folder, 'package.json'))));
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Featurescope contains these packages of others.${rule}${known.sort().map(notice).join(rule)}\n`;
}
