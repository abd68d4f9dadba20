/** PyTorch files: of both formats as torch wrote them, with zip64 records, and with pickles that attack. */
import { existsSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { openTorchWeights } from '../../../server/src/formats/torch/stateDict';
import type { TensorFile } from '../../../server/src/formats/tensorFile';
import { readZip } from '../../support/zip';
import { expectSane, type Format, type Part, type Sample } from '../format';
import {
  append,
  appends,
  build,
  circle,
  command,
  deep,
  doubling,
  emptyDict,
  emptyList,
  global,
  join,
  mark,
  none,
  type Pickle,
  proto2,
  reduce,
  repeat,
  setItem,
  small,
  stop,
  text,
  tuple,
  tuple1,
} from '../pickles';
import { zipFile } from '../zipFile';
import { layOut } from './files';
import { ownSample } from './fixtures';

/** Reads every tensor of a file. */
export function readTensors(file: TensorFile): void {
  for (const [name, { byteOffset, byteLength, shape }] of file.tensors) {
    expectSane(byteOffset >= 0 && byteOffset + byteLength <= file.size, `${name} lies outside the file`);
    const elements = shape.reduce((a, b) => a * b, 1);
    expectSane(Number.isSafeInteger(elements) && elements >= 0, `${name} has ${elements} elements`);
    // A view may repeat numbers up to 64 MB: one of these is enough to read in each file.
    if (elements < 1e6)
      expectSane(file.readBytes(name).length % Math.max(1, elements) === 0, `${name} is no whole`);
  }
}

function readTorch(path: string, canary: string): void {
  try {
    const { file, config } = openTorchWeights(path);
    readTensors(file);
    JSON.stringify(config);
  } finally {
    expectSane(!existsSync(canary), 'the command of a pickle was run');
  }
}

function sampleOf(folder: string, name: string, parts: readonly Part[], isBad = false): Sample {
  const place = layOut(folder, name, {});
  const file = joinPath(place, 'pytorch_model.bin');
  const read = (): void => {
    readTorch(file, joinPath(place, 'canary'));
  };
  return { name, file, parts, read, ...(isBad ? { isBad } : {}) };
}

/** The archive as it is, and its pickle in an archive that is sound. */
function archiveParts(path: string): Part[] {
  const entries = Object.fromEntries([...readZip(path)].map(([name, entry]) => [name, entry.read()]));
  const pickle = Object.keys(entries).find((name) => name.endsWith('/data.pkl'))!;
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const fields = [8, 10, 12, 16].map((back) => ({ offset: end + back, width: back < 12 ? 2 : 4 }) as const);
  return [
    { kind: 'bytes', bytes, fields },
    {
      kind: 'bytes',
      bytes: entries[pickle]!,
      wrap: (changed) => zipFile({ ...entries, [pickle]: changed }).bytes,
    },
  ];
}

function wideParts(path: string): Part[] {
  const entries = Object.fromEntries([...readZip(path)].map(([name, entry]) => [name, entry.read()]));
  const { bytes, fields } = zipFile(entries, true);
  return [{ kind: 'bytes', bytes, fields }];
}

/** A state dict with one tensor, and what else is in it. */
export function dictWith(key: string, value: Pickle): Pickle {
  const storage = join(
    mark,
    text('storage'),
    global('torch', 'FloatStorage'),
    text('0'),
    text('cpu'),
    small(4),
    tuple,
  );
  const tensor = join(
    global('torch._utils', '_rebuild_tensor_v2'),
    mark,
    join(storage, Buffer.from('Q')),
    small(0),
    join(small(4), tuple1),
    join(small(1), tuple1),
    Buffer.from([0x89]),
    join(global('collections', 'OrderedDict'), Buffer.from(')'), reduce),
    tuple,
    reduce,
  );
  return join(proto2, emptyDict, text(key), value, setItem, text('w'), tensor, setItem, stop);
}

/** A file of PyTorch around a pickle. */
export function archiveOf(pickle: Pickle): Uint8Array {
  return zipFile({ 'a/data.pkl': pickle, 'a/data/0': Buffer.alloc(16, 1), 'a/version': Buffer.from('3\n') })
    .bytes;
}

/** An archive around a pickle that is damaged in its place. */
function pickleParts(pickle: Pickle): Part[] {
  return [{ kind: 'bytes', bytes: pickle, wrap: archiveOf }];
}

export const torchZip: Format = {
  name: 'torch-zip',
  samples: (folder) => [
    ...['zip.pt', 'wrapped.pt', 'protocol4.pt'].map((name) =>
      sampleOf(folder, name, archiveParts(ownSample(name))),
    ),
    sampleOf(folder, 'zip64', wideParts(ownSample('zip.pt'))),
  ],
};

export const torchLegacy: Format = {
  name: 'torch-legacy',
  samples: (folder) => [
    sampleOf(folder, 'legacy', [{ kind: 'bytes', bytes: readFileSync(ownSample('legacy.pt')) }]),
  ],
};

/** Commands that are not run, and data that cannot be followed to its end. */
export const pickle: Format = {
  name: 'pickle',
  samples: (folder) => {
    const canary = joinPath(folder, 'commands', 'canary');
    const reduced = join(
      global('argparse', 'Namespace'),
      Buffer.from(')'),
      Buffer.from([0x81]),
      emptyDict,
      build,
    );
    const numpy = join(
      global('numpy.core.multiarray', '_reconstruct'),
      mark,
      none,
      tuple,
      reduce,
      none,
      build,
    );
    const inert = join(emptyList, mark, command(canary), reduced, numpy, appends);
    return [
      sampleOf(folder, 'commands', pickleParts(dictWith('config', inert))),
      sampleOf(folder, 'circle', pickleParts(dictWith('other', circle))),
      sampleOf(folder, 'doubling', pickleParts(dictWith('other', doubling(60)))),
      sampleOf(
        folder,
        'circle in the config',
        pickleParts(dictWith('config', join(emptyDict, text('a'), circle, setItem))),
        true,
      ),
      sampleOf(
        folder,
        'doubling in the config',
        pickleParts(dictWith('config', join(emptyDict, text('a'), doubling(60), setItem))),
        true,
      ),
      sampleOf(
        folder,
        'deep in the config',
        pickleParts(dictWith('config', join(emptyDict, text('a'), deep(2000), setItem))),
        true,
      ),
      sampleOf(folder, 'appends', pickleParts(join(proto2, emptyList, repeat(append, 5), stop)), true),
    ];
  },
};
