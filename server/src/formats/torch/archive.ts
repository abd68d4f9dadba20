/** The zip format of PyTorch 1.6 and later (`torch/serialization.py`): `data.pkl` and one entry for each storage. */
import { FileFormatError } from '../errors';
import { readRange } from '../regularFile';
import { ByteReader, DAMAGED } from './byteReader';
import type { PickledFile, StoragePlace } from './checkpoint';
import { storageOf } from './rebuild';
import { unpickle } from './unpickle';
import { type OpenFile, openZip, type Zip, type ZipEntry } from './zip';

/** A state dict of 10,000 tensors has a pickle of 2 MB. */
export const LARGEST_PICKLE = 32 * 2 ** 20;

/** @throws FileFormatError */
export function readArchive(file: OpenFile): PickledFile {
  const zip = openZip(file);
  const pickle = [...zip.entries.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw new FileFormatError(
      file.path,
      'it is a zip archive, but not one of PyTorch: it has no data.pkl',
      'Name a file that torch.save wrote',
    );
  }
  const prefix = pickle.slice(0, pickle.indexOf('/') + 1);
  refuseOthers(file, zip, prefix);
  const header = readEntry(file, zip, zip.entries.get(pickle)!, LARGEST_PICKLE);
  const root = unpickle(new ByteReader(header, file.path), (id) => storageOf(id, file.path));
  const storages = locateStorages(zip, `${prefix}data/`);
  return { header, root, locate: (key) => storages.get(key) ?? null };
}

function locateStorages(zip: Zip, folder: string): Map<string, StoragePlace> {
  const entries = [...zip.entries.values()].filter(({ name }) => name.startsWith(folder));
  return new Map(
    entries.map((entry) => [
      entry.name.slice(folder.length),
      { offset: zip.locate(entry), length: entry.size },
    ]),
  );
}

function refuseOthers(file: OpenFile, zip: Zip, prefix: string): void {
  if (zip.entries.has(`${prefix}constants.pkl`)) {
    throw new FileFormatError(
      file.path,
      'it is a TorchScript program, not a checkpoint',
      "Save the module's state_dict() with torch.save instead",
    );
  }
  const order = zip.entries.get(`${prefix}byteorder`);
  if (!order || new TextDecoder().decode(readEntry(file, zip, order, 16)).trim() === 'little') return;
  throw new FileFormatError(
    file.path,
    'its numbers have their highest byte first (big endian)',
    'Save it again on a machine with the lowest byte first',
  );
}

function readEntry(file: OpenFile, zip: Zip, entry: ZipEntry, most: number): Uint8Array {
  if (entry.size > most) {
    const reason = `${entry.name} in it has ${entry.size} bytes where at most ${most} are read`;
    throw new FileFormatError(file.path, reason, DAMAGED);
  }
  return readRange(file.path, file.descriptor, zip.locate(entry), entry.size);
}
