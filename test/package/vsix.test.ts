// Opens the packages and looks at what people would install.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CURRENT_TARGET, TARGETS } from '../../scripts/lib/targets.mjs';
import { packVsix } from '../../scripts/lib/vsix.mjs';
import { readZip, type ZipEntry } from '../support/zip';

/** Bytes: the demo (at most 16 MB), the bundles (1 MB) and that platform's onnxruntime 1.30 packed (11, 13, 18 or 30 MB). */
const SIZE_CEILINGS = new Map([
  ['linux-x64', 36e6],
  ['linux-arm64', 29e6],
  ['darwin-arm64', 31e6],
  ['win32-x64', 48e6],
  ['win32-arm64', 48e6],
]);

const EXPECTED = [
  'extension/package.json',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/LICENSE.txt',
  'extension/dist/extension.js',
  'extension/dist/server.js',
  'extension/dist/engine.js',
  'extension/dist/cli.js',
  'extension/dist/webviews/dashboard.js',
  'extension/dist/ThirdPartyNotices.txt',
  'extension/dist/node_modules/onnxruntime-common/dist/cjs/index.js',
  'extension/dist/node_modules/onnxruntime-node/dist/index.js',
];

const ALLOWED =
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt|media\/.+|dist\/(webviews\/)?[\w-]+\.(js|css)|dist\/ThirdPartyNotices\.txt|dist\/node_modules\/onnxruntime-(node|common)\/.+)$/;

const NATIVE = /\.(node|so(\.\d+)*|dylib|dll)$/;

describe.each(TARGETS)('the package for %s', (target) => {
  let file: string;
  let entries: Map<string, ZipEntry>;

  beforeAll(async () => {
    file = await packVsix(target);
    entries = readZip(file);
  });

  it('is made for that target', () => {
    const manifest = entries.get('extension.vsixmanifest')?.read().toString('utf8');
    expect(manifest).toContain(`TargetPlatform="${target}"`);
  });

  it('holds the extension, the server, the engine, the command line, the panels and the demo', () => {
    expect([...entries.keys()]).toEqual(expect.arrayContaining(EXPECTED));
    const demo = [...entries.keys()].filter((name) => name.startsWith('extension/media/demo/'));
    expect(demo).toContain('extension/media/demo/model/model.safetensors');
    expect(demo).toContain('extension/media/demo/model/tokenizer.json');
    for (const sample of ['capitals.txt', 'capital.graph.json', 'day-before.graph.json'])
      expect(demo).toContain(`extension/media/demo/workspace/${sample}`);
    expect(demo.filter((name) => name.endsWith('/sae_weights.safetensors'))).not.toHaveLength(0);
  });

  it("holds that platform's native files and no other's", () => {
    const folder = `extension/dist/node_modules/onnxruntime-node/bin/napi-v6/${target.replace('-', '/')}/`;
    const native = [...entries.keys()].filter((name) => NATIVE.test(name));
    expect(native).toContain(`${folder}onnxruntime_binding.node`);
    expect(native.filter((name) => !name.startsWith(folder))).toEqual([]);
  });

  it('holds nothing else: no sources, source maps, tests or packages', () => {
    const inside = [...entries.keys()].filter((name) => name.startsWith('extension/'));
    expect(inside.filter((name) => !ALLOWED.test(name))).toEqual([]);
    expect(inside.filter((name) => /\.(map|ts|tsx)$/.test(name))).toEqual([]);
  });

  it('is no larger than it needs to be', () => {
    expect(statSync(file).size).toBeLessThan(SIZE_CEILINGS.get(target)!);
  });
});

describe('the command line of the package', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'featurescope-package-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs the demo from the unpacked package alone', async () => {
    for (const entry of readZip(await packVsix(CURRENT_TARGET)).values()) {
      const file = path.join(folder, entry.name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, entry.read());
    }
    const cli = path.join(folder, 'extension', 'dist', 'cli.js');
    const prompt = 'When Mary and John went to the store, John gave a drink to';
    const options = ['features', '--model', 'demo', '--prompt', prompt, '--json'];
    const output = execFileSync(process.execPath, [cli, ...options], { cwd: folder, encoding: 'utf8' });
    const { tokens } = JSON.parse(output) as {
      tokens: { text: string; features: { label: string | null }[] }[];
    };
    expect(tokens.map(({ text }) => text).join('')).toContain('Mary');
    const labels = tokens.at(-1)!.features.map(({ label }) => label);
    expect(labels).toContainEqual(expect.stringMatching(/name/));
  });
});
