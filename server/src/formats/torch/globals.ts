/**
 * The few callables of checkpoints that are known here, each as a function from plain data to plain data. Whatever else a pickle
 * calls becomes an inert record.
 */
import { FileFormatError } from '../errors';
import { DAMAGED } from './byteReader';
import { rebuildTensor, rebuildTypedTensor } from './rebuild';
import {
  describeValue,
  Dict,
  Global,
  Instance,
  List,
  type PickleValue,
  SetOf,
  TensorView,
  Tuple,
} from './values';

type Callable = (args: readonly PickleValue[], file: string) => PickleValue;

const FROM_TYPE = 'torch._tensor._rebuild_from_type_v2';

/** What `maker(*args)` is, as far as it is known to be harmless. @throws FileFormatError when a known callable gets what it cannot take */
export function call(maker: PickleValue, args: PickleValue, file: string): PickleValue {
  if (!(args instanceof Tuple)) {
    throw new FileFormatError(file, `it calls something with ${describeValue(args)}`, DAMAGED);
  }
  const known = maker instanceof Global ? callables.get(maker.path) : undefined;
  return known ? known(args.items, file) : new Instance(maker, args);
}

const callables: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ['collections.OrderedDict', dictOf],
  ['collections.Counter', dictOf],
  ['builtins.set', setOf],
  ['builtins.frozenset', setOf],
  ['__builtin__.set', setOf],
  ['builtins.bytearray', ([content]) => (content instanceof Uint8Array ? content : new Uint8Array(0))],
  ['_codecs.encode', encode],
  ['torch.Size', ([sizes]) => new Tuple(itemsOf(sizes))],
  [
    'torch.device',
    (parts) =>
      parts
        .filter((part) => part !== null)
        .map(scalarText)
        .join(':'),
  ],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor_v3', rebuildTypedTensor],
  ['torch._utils._rebuild_parameter', firstTensor],
  ['torch._utils._rebuild_parameter_with_state', firstTensor],
  ['torch.nn.parameter.Parameter', firstTensor],
  // A subclass of Tensor: what it wraps is called in its place, but never itself, which could go on without end.
  [
    FROM_TYPE,
    ([maker, , args], file) =>
      maker instanceof Global && maker.path !== FROM_TYPE
        ? call(maker, args ?? null, file)
        : new Instance(maker ?? null, args ?? null),
  ],
]);

function firstTensor([data]: readonly PickleValue[], file: string): PickleValue {
  if (data instanceof TensorView || data instanceof Instance) return data;
  throw new FileFormatError(file, `it makes a parameter of ${describeValue(data ?? null)}`, DAMAGED);
}

/** An empty dict, a copy of one, or one of a list of pairs. */
function dictOf([content]: readonly PickleValue[]): Dict {
  const dict = new Dict();
  if (content instanceof Dict) for (const [key, value] of content.entries) dict.entries.set(key, value);
  for (const pair of itemsOf(content)) {
    const [key, value] = itemsOf(pair);
    if (key !== undefined && value !== undefined) dict.entries.set(key, value);
  }
  return dict;
}

function setOf([content]: readonly PickleValue[]): SetOf {
  const set = new SetOf();
  for (const item of itemsOf(content)) set.items.push(item);
  return set;
}

function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  return value instanceof List || value instanceof Tuple || value instanceof SetOf ? value.items : [];
}

function scalarText(value: PickleValue): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : describeValue(value);
}

/** Protocol 2 has no bytes: it writes them as the text that latin-1 would make of them. */
function encode([text, encoding]: readonly PickleValue[], file: string): Uint8Array {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) {
    throw new FileFormatError(file, 'it encodes bytes in a way that is not known', DAMAGED);
  }
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
