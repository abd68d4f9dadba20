/** Finding the state dict of a checkpoint, however it was wrapped. */
import { FileFormatError } from '../errors';
import { describe, type JsonObject } from '../json';
import type { TensorFile } from '../tensorFile';
import { openTorchCheckpoint } from './checkpoint';
import { plainObject } from './plain';
import { describeMaker, describeValue, Dict, Global, Instance, type PickleValue, TensorView } from './values';

/** The weights of a file, and the config that some files hold beside them. */
export interface TorchWeights {
  readonly file: TensorFile;
  /** The dict or record `config` or `cfg`, or null. */
  readonly config: JsonObject | null;
}

/** Under these names training scripts keep a state dict among other things. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'model', 'module'];
const CONFIGS = ['config', 'cfg'];
/** `module.` is DataParallel's, `_orig_mod.` that of torch.compile. */
const PREFIXES = ['module.', '_orig_mod.'];

/**
 * Opens a checkpoint for its state dict: the pickled dict itself, or one in it.
 * @throws FileFormatError when it holds none, or a tensor of it cannot be read
 */
export function openTorchWeights(path: string): TorchWeights {
  const checkpoint = openTorchCheckpoint(path);
  const dicts = unwrap(checkpoint.root, checkpoint.path);
  const tensors = tensorsOf(dicts.at(-1)!, checkpoint.path);
  const configs = dicts.map((dict) => configIn(dict, checkpoint.path));
  return {
    file: checkpoint.select(withoutPrefix(tensors)),
    config: configs.find((config) => config !== null) ?? null,
  };
}

type Entries = ReadonlyMap<PickleValue, PickleValue>;

/** The dicts from the outermost to the state dict. */
function unwrap(root: PickleValue, file: string): Entries[] {
  const dicts: Entries[] = [];
  for (let value: PickleValue | undefined = root; dicts.length < 4;) {
    const entries: Entries | null = entriesOf(value);
    if (!entries) break;
    dicts.push(entries);
    const wrapper = WRAPPERS.find((name) => entriesOf(entries.get(name)) !== null);
    if (wrapper !== undefined) value = entries.get(wrapper);
    else if ([...entries.values()].some(isTensor)) return dicts;
    else break;
  }
  throw new FileFormatError(
    file,
    `it holds ${describeValue(root)} and no dict of tensors`,
    "Save the module's state_dict() with torch.save",
  );
}

/** Of a dict, or of a record that is a dict of some kind. */
function entriesOf(value: PickleValue | undefined): Entries | null {
  if (value instanceof Dict) return value.entries;
  return value instanceof Instance && value.entries.size > 0 ? value.entries : null;
}

function isTensor(value: PickleValue): boolean {
  return value instanceof TensorView || unreadableKind(value) !== null;
}

/** What makes a tensor that is not read here: sparse, quantised, nested and others. */
function unreadableKind(value: PickleValue): string | null {
  if (!(value instanceof Instance) || !(value.maker instanceof Global)) return null;
  return /^torch\._(utils|tensor)\._rebuild_/.test(value.maker.path) ? describeMaker(value) : null;
}

function tensorsOf(entries: Entries, file: string): Map<string, TensorView> {
  const tensors = new Map<string, TensorView>();
  for (const [name, value] of entries) {
    if (typeof name !== 'string') continue;
    if (value instanceof TensorView) tensors.set(name, value);
    const kind = unreadableKind(value);
    if (kind !== null) {
      const reason = `tensor ${describe(name)} is of a kind that is not read (${kind})`;
      throw new FileFormatError(file, reason, 'Save it as a plain, dense tensor');
    }
  }
  return tensors;
}

/** Names without the prefixes that all of them have; wrappers may be wrapped themselves. */
function withoutPrefix(tensors: ReadonlyMap<string, TensorView>): ReadonlyMap<string, TensorView> {
  let named = tensors;
  for (let round = 0; round < 4 && named.size > 0; round++) {
    const names = [...named.keys()];
    const prefix = PREFIXES.find((one) => names.every((name) => name.startsWith(one)));
    if (prefix === undefined) break;
    named = new Map([...named].map(([name, view]) => [name.slice(prefix.length), view]));
  }
  return named;
}

function configIn(entries: Entries, file: string): JsonObject | null {
  const found = CONFIGS.map((name) => entries.get(name)).find(
    (value) => value instanceof Dict || value instanceof Instance,
  );
  return found === undefined ? null : plainObject(found, file);
}
