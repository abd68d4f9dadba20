// Copies onnxruntime for one platform beside the bundles, so that dist/ needs no node_modules around it.
import { cpSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

// The macOS folder holds the same library twice; the loader asks for the short name.
const UNWANTED = /\.(map|ts)$|libonnxruntime\.\d+\.\d+\.\d+\.dylib$/;

/**
 * @param {string} dist the folder that receives node_modules/
 * @param {string} target e.g. linux-x64
 */
export function copyOnnxRuntime(dist, target) {
  const parts = [
    'onnxruntime-node/package.json',
    'onnxruntime-node/dist',
    `onnxruntime-node/bin/napi-v6/${target.replace('-', '/')}`,
    'onnxruntime-common/package.json',
    'onnxruntime-common/dist/cjs',
  ];
  for (const part of parts) {
    cpSync(inRoot('node_modules', part), path.join(dist, 'node_modules', part), {
      recursive: true,
      dereference: true,
      filter: (file) => !UNWANTED.test(file),
    });
  }
}
