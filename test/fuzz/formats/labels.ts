/** Labels of features: beside dictionaries, in workspaces, and as others publish them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readGraphLabels } from '../../../server/src/formats/attributionGraph/labels';
import { readDictionaryLabels } from '../../../server/src/store/labels';
import { readUserLabels } from '../../../server/src/store/userLabels';
import { expectSane, type Format, type Sample } from '../format';
import { jsonPart, layOut } from './files';
import { demo } from './fixtures';

const FEATURES = [0, 1, 2].map((index) => ({ kind: 'feature' as const, layer: 0, index, number: index }));

function dictionaryLabels(folder: string): Sample {
  const place = layOut(folder, 'dictionary', {});
  const file = JSON.parse(
    readFileSync(demo('dictionaries', 'blocks.0.hook_mlp_out', 'labels.json'), 'utf8'),
  ) as {
    labels: unknown[];
  };
  return {
    name: 'dictionary',
    file: join(place, 'labels.json'),
    parts: [jsonPart({ ...file, labels: file.labels.slice(0, 5) })],
    read: () => {
      for (const [feature, { label }] of readDictionaryLabels(place))
        expectSane(Number.isSafeInteger(feature) && typeof label === 'string', 'a label is none');
    },
  };
}

function userLabels(folder: string): Sample {
  const place = layOut(folder, 'workspace', {});
  const content = {
    version: 1,
    dictionaries: { demo: { 3: { label: 'cats' }, 7: { label: 'dogs', note: 'sometimes' } } },
  };
  return {
    name: 'user',
    file: join(place, '.featurescope', 'labels.json'),
    parts: [jsonPart(content)],
    read: () => {
      for (const features of readUserLabels(place).values())
        for (const feature of features.keys()) expectSane(Number.isSafeInteger(feature), 'a feature is none');
    },
  };
}

/** Explanations, packed: the packing is damaged as bytes, its content as JSON. */
function explanations(folder: string): Sample {
  const file = join(layOut(folder, 'explanations', {}), 'batch.jsonl.gz');
  const rows = [
    { layer: '0-res-16k', index: '1', description: 'cats' },
    { layer: 0, index: 2, description: 'dogs' },
  ];
  const text = Buffer.from(JSON.stringify(rows));
  return {
    name: 'explanations',
    file,
    parts: [
      { kind: 'json', bytes: text, wrap: (bytes) => gzipSync(bytes) },
      { kind: 'bytes', bytes: gzipSync(text) },
      { kind: 'bytes', bytes: Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')) },
    ],
    read: () => {
      readGraphLabels(file, FEATURES);
    },
  };
}

/** circuit-tracer's index with one packed file a layer. */
function featureIndex(folder: string): Sample {
  const record = (content: unknown): Buffer => {
    const packed = gzipSync(JSON.stringify(content));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(packed.length);
    return Buffer.concat([length, packed]);
  };
  const records = [0, 1, 2].map((index) =>
    record({ index, top_logits: [' a', ' b'], clerp: index === 1 ? 'cats' : '' }),
  );
  const offsets = records.reduce((ends, { length }) => [...ends, ends.at(-1)! + length], [0]);
  const place = layOut(folder, 'index', { 'layer_0.bin': Buffer.concat(records) });
  return {
    name: 'index',
    file: join(place, 'index.json.gz'),
    parts: [{ ...jsonPart([{ filename: 'layer_0.bin', offsets }]), wrap: (bytes) => gzipSync(bytes) }],
    read: () => {
      readGraphLabels(place, FEATURES);
    },
  };
}

export const labels: Format = {
  name: 'labels',
  samples: (folder) => [
    dictionaryLabels(folder),
    userLabels(folder),
    explanations(folder),
    featureIndex(folder),
  ],
};
