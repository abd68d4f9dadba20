import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import { temporaryCopy, temporaryFolder } from '../../../../test/support/temporary';
import { FileFormatError } from '../errors';
import { openTorchCheckpoint } from './checkpoint';
import { openTorchWeights } from './stateDict';
import { describeMaker, Dict, Instance } from './values';

const fixture = (name: string): string => fixturePath('torch', name);

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[] | null;
}

const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Record<string, Expected>;

const WIDTHS: Readonly<Record<string, number>> = {
  'torch.float64': 8,
  'torch.int64': 8,
  'torch.float32': 4,
  'torch.bfloat16': 2,
  'torch.float16': 2,
  'torch.int8': 1,
  'torch.bool': 1,
};

describe('openTorchWeights', () => {
  it.each(['zip.pt', 'legacy.pt', 'protocol4.pt', 'config-dict.pt'])('reads every tensor of %s', (name) => {
    const { file } = openTorchWeights(fixture(name));
    expect([...file.tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [tensor, { shape, values, dtype }] of Object.entries(expected)) {
      expect(file.tensors.get(tensor)!.shape, tensor).toEqual(shape);
      const elements = shape.reduce((a, b) => a * b, 1);
      expect(file.readBytes(tensor), tensor).toHaveLength(elements * WIDTHS[dtype]!);
      if (values) expect([...file.readFloat32(tensor)], tensor).toEqual(values.map(Math.fround));
    }
    expect([...new BigInt64Array(file.readBytes('i64').buffer)]).toEqual([-1n, 2n ** 40n]);
  });

  it('maps tied tensors to one range, and says which are views', () => {
    const { tensors } = openTorchWeights(fixture('zip.pt')).file;
    expect(tensors.get('tied')).toEqual(tensors.get('plain'));
    expect(tensors.get('row')).toMatchObject({ byteOffset: tensors.get('plain')!.byteOffset + 16 });
    const views = [...tensors].filter(([, { strides }]) => strides).map(([name]) => name);
    expect(views).toEqual(['transposed', 'column', 'expanded', 'f16_view']);
  });

  it('reads parameters and types that have no storage of their own', () => {
    const { file } = openTorchWeights(fixture('parameter.pt'));
    expect(file.tensors.get('p')).toMatchObject({ dtype: 'F32', shape: [3, 4] });
    expect(file.tensors.get('u16')).toMatchObject({ dtype: 'U16', shape: [1], byteLength: 2 });
  });

  it.each([
    ['dict', { d_model: 8, ids: [3, 4], cls: 'torch.float16' }],
    ['namespace', { d_model: 8, layers: [1, 2], nested: { a: 1 } }],
    ['class', { d_model: 8, act_fn: 'gelu', dtype: 'torch.float32', sizes: [1, 2.5, null, true] }],
    ['slots', { d_model: 8 }],
  ])('reads a config that is a %s', (kind, config) => {
    const found = openTorchWeights(fixture(`config-${kind}.pt`));
    expect(found.config).toEqual(config);
    expect(found.file.tensors.has('plain')).toBe(true);
  });

  it.each([
    ['sparse.pt', 'tensor "s" is of a kind that is not read (torch._utils._rebuild_sparse_tensor)'],
    ['quantised.pt', 'tensor "q" is of a kind that is not read (torch._utils._rebuild_qtensor)'],
    ['complex.pt', 'tensor "c" is of type ComplexDoubleStorage, which is not read'],
    ['module.pt', 'it holds an object of torch.nn.modules.linear.Linear and no dict of tensors'],
    ['script.pt', 'it is a TorchScript program, not a checkpoint'],
    ['compressed.pt', 'in it is compressed or encrypted'],
    ['big-endian.pt', 'its numbers have their highest byte first'],
    ['short-storage.pt', 'needs a storage of 48 bytes, and it has 8'],
    ['missing-storage.pt', 'needs the storage "0", which is missing'],
    ['expected.json', 'it is not a file that torch.save wrote'],
    ['absent.pt', 'there is no such file'],
  ])('refuses %s', (name, reason) => {
    const path = fixture(name);
    expect(() => openTorchWeights(path)).toThrow(FileFormatError);
    expect(() => openTorchWeights(path)).toThrow(reason);
    expect(() => openTorchWeights(path)).toThrow(path);
  });

  it.each([
    ['system', 'posix.system'],
    ['eval', '__builtin__.eval'],
    ['popen', 'commands.Popen'],
    ['exit', 'an unknown class'],
  ])('executes nothing of a pickle that calls %s', (name, maker) => {
    const { root } = openTorchCheckpoint(fixture(`hostile-${name}.pt`));
    const weight = root instanceof Dict ? root.entries.get('weight') : null;
    expect(weight).toBeInstanceOf(Instance);
    expect(describeMaker(weight as Instance)).toBe(maker);
    for (const file of [`hostile-${name}.pt`, `hostile-${name}-config.pt`]) {
      expect(() => openTorchWeights(fixture(file))).toThrow('no dict of tensors');
    }
    expect(existsSync('executed')).toBe(false);
  });

  it('names a tar archive of before version 0.1.10', () => {
    const path = join(temporaryFolder(), 'old.pt');
    const tar = Buffer.alloc(1024);
    tar.write('sys_info', 0);
    tar.write('ustar', 257);
    writeFileSync(path, tar);
    expect(() => openTorchWeights(path)).toThrow(
      'a tar archive, as PyTorch wrote them before version 0.1.10',
    );
  });

  it.each(['zip.pt', 'legacy.pt'])('refuses %s cut short at any byte', (name) => {
    const path = join(temporaryCopy(fixturePath('torch')), name);
    const size = readFileSync(path).length;
    for (let length = size - 1; length > 0; length -= 7) {
      truncateSync(path, length);
      expect(() => openTorchWeights(path), `${basename(path)} at ${length}`).toThrow(FileFormatError);
    }
  });

  it('refuses a zip directory that lies', () => {
    const good = readFileSync(fixture('zip.pt'));
    const end = good.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    const directory = good.readUInt32LE(end + 16);
    const lies: [number, number][] = [
      [end + 16, 0xfffffff0],
      [end + 12, 0xfffffff0],
      [end + 10, 0xfffe],
      [directory + 42, 0x7fffffff],
      [directory + 20, 0x7fffffff],
      [directory, 0],
    ];
    const path = join(temporaryFolder(), 'lying.pt');
    for (const [at, value] of lies) {
      const bytes = Buffer.from(good);
      if (value === 0xfffe) bytes.writeUInt16LE(value, at);
      else bytes.writeUInt32LE(value, at);
      writeFileSync(path, bytes);
      expect(() => openTorchWeights(path), `${at}`).toThrow(FileFormatError);
    }
  });
});
