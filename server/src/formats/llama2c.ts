/**
 * llama2.c's `.bin` files (karpathy/llama2.c, `export.py` and `run.c`): a header of seven numbers and float32 tensors behind one
 * another, each kind for all layers together. Version 0 has no mark of its own and is known by its size alone.
 */
import { createHash } from 'node:crypto';
import { realpathSync, type Stats } from 'node:fs';
import { FileFormatError, fileError } from './errors';
import type { JsonObject } from './json';
import { RangedFile } from './rangedFile';
import { readRange, withRegularFile } from './regularFile';
import type { TensorFile, TensorInfo } from './tensorFile';

/** A model of llama2.c, described like a Hugging Face checkpoint. */
export interface Llama2c {
  /** Tensors under the names of `LlamaForCausalLM`; queries and keys are meant for rotary on adjacent pairs. */
  readonly file: TensorFile;
  /** `model_type` `llama2.c`, and the header's numbers by their names in llama2.c: dim, hidden_dim, n_layers ...; and where texts end. */
  readonly config: JsonObject;
}

interface Header {
  readonly dim: number;
  readonly hidden_dim: number;
  readonly n_layers: number;
  readonly n_heads: number;
  readonly n_kv_heads: number;
  readonly vocab_size: number;
  readonly max_seq_len: number;
}

const FIELDS = [
  'dim',
  'hidden_dim',
  'n_layers',
  'n_heads',
  'n_kv_heads',
  'vocab_size',
  'max_seq_len',
] as const;
const MAGIC = 0x616b3432;
/** BOS, at which `run.c` stops: in the training data it stands between texts. */
const END = 1;
const VERSION_0_HEADER = 4 * FIELDS.length;
const VERSION_1_HEADER = 256;
/** More than any model has; larger numbers mean that these are other bytes. */
const LARGEST = 2 ** 24;
const MOST_LAYERS = 1024;

/**
 * Does the file look like one of llama2.c?
 * @param start its first 32 bytes or more
 * @param size of the whole file
 */
export function isLlama2c(start: Uint8Array, size: number): boolean {
  if (start.length < 32) return false;
  const view = new DataView(start.buffer, start.byteOffset);
  return view.getUint32(0, true) === MAGIC || version0(view, size) !== null;
}

/** Opens a file of version 0 or 1: reads its header alone. @throws FileFormatError for any other */
export function openLlama2c(path: string): Llama2c {
  try {
    const real = realpathSync(path);
    return withRegularFile(real, (descriptor, stat) => read(real, descriptor, stat));
  } catch (error) {
    throw fileError(path, error);
  }
}

function read(path: string, descriptor: number, stat: Stats): Llama2c {
  const bytes = readRange(path, descriptor, 0, Math.min(stat.size, VERSION_1_HEADER));
  const view = new DataView(bytes.buffer);
  const isMarked = bytes.length >= 32 && view.getUint32(0, true) === MAGIC;
  const found = isMarked ? version1(path, view, stat.size) : version0(view, stat.size);
  if (!found)
    throw refuse(path, 'it is no file of llama2.c, or it is cut short: its size does not fit its header');
  const { header, groups, start } = found;
  const hash = createHash('sha256').update(bytes.subarray(0, start)).digest('hex');
  const format = `llama2.c (version ${isMarked ? 1 : 0})`;
  const file = new RangedFile(path, format, hash, stat, tensorsOf(groups, start, header.n_layers));
  return { file, config: { model_type: 'llama2.c', ...header, eos_token_id: END } };
}

function refuse(path: string, reason: string): FileFormatError {
  return new FileFormatError(path, reason, 'Download or export the model again');
}

interface Found {
  readonly header: Header;
  readonly groups: readonly Group[];
  /** Where the first tensor begins. */
  readonly start: number;
}

/** Whether the unembedding is its own is told by the size; the sign of the vocabulary, which says it too, is younger than some files. */
function version0(view: DataView, size: number): Found | null {
  const header = view.byteLength < VERSION_0_HEADER ? null : numbersAt(view, 0);
  if (!header) return null;
  const { embedding, attentionNorm, attention, mlpNorm, mlp, finalNorm, angles, unembedding } =
    groupsOf(header);
  const groups = [embedding, attentionNorm, ...attention, mlpNorm, ...mlp, finalNorm, angles];
  const start = VERSION_0_HEADER;
  const left = size - start - bytesOf(groups, header.n_layers);
  if (left === 0) return { header, groups, start };
  return left === bytesOf([unembedding], 1) ? { header, groups: [...groups, unembedding], start } : null;
}

/** @throws FileFormatError for other versions, and when the size is not the header's */
function version1(path: string, view: DataView, size: number): Found {
  const version = view.getInt32(4, true);
  if (version !== 1) {
    const quantised = version === 2 ? ' (8-bit weights)' : '';
    throw new FileFormatError(
      path,
      `it is a file of llama2.c in version ${version}${quantised}, which is not read`,
      'Export the model with version 0 or 1',
    );
  }
  const header = view.byteLength < VERSION_1_HEADER ? null : numbersAt(view, 8);
  if (!header) throw refuse(path, 'its header holds numbers that no model has');
  const { embedding, attentionNorm, attention, mlpNorm, mlp, finalNorm, unembedding } = groupsOf(header);
  const isShared = view.getUint8(36) === 1;
  const groups = [attentionNorm, mlpNorm, finalNorm, embedding, ...attention, ...mlp];
  if (!isShared) groups.push(unembedding);
  const needed = VERSION_1_HEADER + bytesOf(groups, header.n_layers);
  if (size !== needed) throw refuse(path, `it has ${size} bytes where its header needs ${needed}`);
  return { header, groups, start: VERSION_1_HEADER };
}

/** The seven numbers, or null when no model can have them. */
function numbersAt(view: DataView, at: number): Header | null {
  const numbers = FIELDS.map((_, i) => Math.abs(view.getInt32(at + 4 * i, true)));
  const header = Object.fromEntries(FIELDS.map((name, i) => [name, numbers[i]!])) as unknown as Header;
  const { dim, n_layers: layers, n_heads: heads, n_kv_heads: kvHeads } = header;
  if (numbers.some((number) => number < 1 || number > LARGEST) || layers > MOST_LAYERS) return null;
  return dim % (2 * heads) === 0 && heads % kvHeads === 0 ? header : null;
}

/** Tensors of one kind that follow each other: one, or one for each layer. */
interface Group {
  /** The tensor's name, or what stands behind `model.layers.L.`; null for what is not read. */
  readonly name: string | null;
  readonly shape: readonly number[];
  readonly perLayer: boolean;
}

function groupsOf(header: Header) {
  const { dim, hidden_dim: hidden, n_heads: heads, n_kv_heads: kvHeads, vocab_size: vocabulary } = header;
  const keys = (dim / heads) * kvHeads;
  const layered = (name: string, ...shape: number[]): Group => ({
    name: `${name}.weight`,
    shape,
    perLayer: true,
  });
  const single = (name: string, ...shape: number[]): Group => ({
    name: `${name}.weight`,
    shape,
    perLayer: false,
  });
  return {
    embedding: single('model.embed_tokens', vocabulary, dim),
    attentionNorm: layered('input_layernorm', dim),
    attention: [
      layered('self_attn.q_proj', dim, dim),
      layered('self_attn.k_proj', keys, dim),
      layered('self_attn.v_proj', keys, dim),
      layered('self_attn.o_proj', dim, dim),
    ],
    mlpNorm: layered('post_attention_layernorm', dim),
    mlp: [
      layered('mlp.gate_proj', hidden, dim),
      layered('mlp.down_proj', dim, hidden),
      layered('mlp.up_proj', hidden, dim),
    ],
    finalNorm: single('model.norm', dim),
    /** Cosines and sines of the rotary angles, which are computed anew. */
    angles: { name: null, shape: [header.max_seq_len, dim / heads], perLayer: false },
    unembedding: single('lm_head', vocabulary, dim),
  };
}

function bytesOf(groups: readonly Group[], layers: number): number {
  return groups.reduce((sum, group) => sum + groupBytes(group) * (group.perLayer ? layers : 1), 0);
}

/** Bytes of one tensor. */
function groupBytes({ shape }: Group): number {
  return 4 * shape.reduce((product, size) => product * size, 1);
}

function tensorsOf(groups: readonly Group[], start: number, layers: number): Map<string, TensorInfo> {
  const tensors = new Map<string, TensorInfo>();
  let byteOffset = start;
  for (const group of groups) {
    const { name, shape, perLayer } = group;
    const byteLength = groupBytes(group);
    for (let layer = 0; layer < (perLayer ? layers : 1); layer++) {
      const full = perLayer ? `model.layers.${layer}.${name}` : name;
      if (full !== null) tensors.set(full, { dtype: 'F32', shape, byteOffset, byteLength });
      byteOffset += byteLength;
    }
  }
  return tensors;
}
