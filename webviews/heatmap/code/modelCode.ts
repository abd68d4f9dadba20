/** The model of a run as Python: a `HookedTransformer` with the same weights, processed as they were. Pure. */
import type { Provenance } from '../../../protocol/experiments';
import { PROCESSING } from '../../../protocol/settings';
import type { Processing } from '../../../protocol/settings';
import { comment, pythonText } from './python';
import type { Code } from './sweepCode';

type Model = Provenance['model'];

/** A name that TransformerLens may know; anything else is a folder or a file. */
const HUB_NAME = /^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/;
/** A snapshot in the Hugging Face cache, which lies there under the name of its model. */
const SNAPSHOT = /[\\/]models--([^\\/]+)[\\/]snapshots[\\/]([^\\/]+)[\\/]?$/;

const RAW = '# The weights as they are: no folding, no centring.';

/**
 * @param named - the model as the experiment names it
 * @param model - what the result says of it; null when there is none yet
 */
export function modelCode(named: string | undefined, model: Model | null): Code {
  const path = named ?? model?.name ?? 'demo';
  const processing = model?.processing ?? [];
  if (path === 'demo') {
    const where = 'The folder of the checkpoint: here that of the demo model, inside the extension’s folder.';
    return { lines: gpt2Lines('media/demo/model', where, processing) };
  }
  const published = publishedModel(path);
  if (published !== null) return { lines: publishedLines(published, processing) };
  const family = model?.family;
  switch (family) {
    case undefined:
    case 'gpt2':
      return {
        lines: gpt2Lines(path, 'The folder of the checkpoint, of the GPT-2 architecture.', processing),
      };
    case 'llama2.c':
      return { why: 'it has no reader of llama2.c checkpoints.' };
    case 'transformer_lens':
      return { lines: ownLines(path, processing) };
    default:
      return { lines: folderLines(path, family, processing) };
  }
}

interface Published {
  readonly id: string;
  /** A branch, tag or commit. */
  readonly revision: string | undefined;
}

/** A model of a hub by its name, or by its snapshot in the cache; null for other folders and files. */
function publishedModel(path: string): Published | null {
  const [, folder, commit] = SNAPSHOT.exec(path) ?? [];
  if (folder !== undefined) return { id: folder.replace('--', '/'), revision: commit };
  const [id = '', revision] = path.split('@');
  return HUB_NAME.test(id) ? { id, revision } : null;
}

function publishedLines({ id, revision }: Published, processing: readonly Processing[]): readonly string[] {
  return [
    ...(revision === undefined
      ? []
      : comment(`The run was of revision ${revision}; this loads what is published now.`)),
    ...pretrainedLines(pythonText(id), [], processing),
  ];
}

/** @param more - further arguments */
function pretrainedLines(
  name: string,
  more: readonly string[],
  processing: readonly Processing[],
): readonly string[] {
  const [load, flags] =
    processing.length === 0
      ? ['from_pretrained_no_processing', []]
      : ['from_pretrained', processingArguments(processing)];
  return [
    ...processingComment(processing),
    ...call(`model = HookedTransformer.${load}`, [name, ...more, ...flags]),
  ];
}

/** A folder of any family but GPT-2: TransformerLens has their architectures only under the names of published models. */
function folderLines(folder: string, family: string, processing: readonly Processing[]): readonly string[] {
  return [
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    '# The folder of the checkpoint.',
    `folder = ${pythonText(folder)}`,
    ...comment(
      `TransformerLens loads the family ${family} by the name of a published model only, and takes sizes and settings from ` +
        'that. Fill in the name of one whose config.json says the same as the folder’s.',
    ),
    'name = ""',
    'checkpoint = AutoModelForCausalLM.from_pretrained(folder)',
    'try:',
    '    tokenizer = AutoTokenizer.from_pretrained(folder)',
    'except Exception:',
    '    tokenizer = None  # then the tokenizer is that of the named model',
    ...pretrainedLines('name', ['hf_model=checkpoint', 'tokenizer=tokenizer'], processing),
  ];
}

function gpt2Lines(folder: string, where: string, processing: readonly Processing[]): readonly string[] {
  const load =
    processing.length === 0
      ? ['model.load_state_dict(convert_gpt2_weights(checkpoint, cfg), strict=False)']
      : call('model.load_and_process_state_dict', [
          'convert_gpt2_weights(checkpoint, cfg)',
          ...processingArguments(processing),
        ]);
  return [
    'from transformer_lens import HookedTransformerConfig',
    'from transformer_lens.pretrained.weight_conversions import convert_gpt2_weights',
    'from transformers import AutoTokenizer, GPT2LMHeadModel',
    '',
    ...comment(where),
    `folder = ${pythonText(folder)}`,
    'checkpoint = GPT2LMHeadModel.from_pretrained(folder)',
    'c = checkpoint.config',
    'cfg = HookedTransformerConfig(',
    '    n_layers=c.n_layer, n_heads=c.n_head, d_model=c.n_embd, d_head=c.n_embd // c.n_head,',
    '    d_mlp=c.n_inner or 4 * c.n_embd, n_ctx=c.n_positions, d_vocab=c.vocab_size, act_fn=c.activation_function,',
    '    eps=c.layer_norm_epsilon, scale_attn_by_inverse_layer_idx=c.scale_attn_by_inverse_layer_idx,',
    '    normalization_type="LN", device="cpu",',
    ')',
    'try:',
    '    tokenizer = AutoTokenizer.from_pretrained(folder)',
    'except Exception:',
    '    tokenizer = None  # then answers must be ids',
    'model = HookedTransformer(cfg, tokenizer=tokenizer)',
    ...processingComment(processing),
    ...load,
  ];
}

/** A HookedTransformer's state dict: only whoever saved it knows how it is read. */
function ownLines(path: string, processing: readonly Processing[]): readonly string[] {
  const load =
    processing.length === 0
      ? ['model.load_state_dict(state)']
      : call('model.load_and_process_state_dict', ['state', ...processingArguments(processing)]);
  return [
    'from transformer_lens import HookedTransformerConfig',
    '',
    ...comment(
      `The checkpoint ${path} is a HookedTransformer’s state dict. Fill in its config and its tensors by name, as whoever saved it reads them.`,
    ),
    'config = {}',
    'state = {}',
    'model = HookedTransformer(HookedTransformerConfig.from_dict(config))',
    ...processingComment(processing),
    ...load,
  ];
}

function processingComment(processing: readonly Processing[]): readonly string[] {
  if (processing.length === 0) return [RAW];
  return comment(`The run’s hook points are those of weights after ${processing.join(', ')}.`);
}

/** Every flag is said, since those that are not are on. */
function processingArguments(processing: readonly Processing[]): readonly string[] {
  return PROCESSING.map((flag) => `${flag}=${processing.includes(flag) ? 'True' : 'False'}`);
}

/** A call on one line where it is short. */
function call(what: string, parameters: readonly string[]): readonly string[] {
  if (parameters.length <= 3) return [`${what}(${parameters.join(', ')})`];
  return [`${what}(`, ...parameters.map((parameter) => `    ${parameter},`), ')'];
}
