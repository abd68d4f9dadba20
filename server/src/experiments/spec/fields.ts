/** Every field that an experiment file may have: the one place that says so. The types are in protocol/experimentSpec.ts. */
import type {
  AblateRun,
  AttentionRun,
  AttributeRun,
  CellSpec,
  DirectRun,
  Expectation,
  ExperimentSpec,
  LensRun,
  PatchRun,
  PromptPair,
  SiteSpec,
  SteerRun,
  SteerSpec,
  SweepRange,
} from '../../../../protocol/experimentSpec';
import type {
  ChoiceShape,
  EitherShape,
  Field,
  FieldsOf,
  FieldsShape,
  ListShape,
  NumberRole,
  NumberShape,
  Shape,
} from './shape';

const text: Shape = { type: 'text' };
const truth: Shape = { type: 'truth' };
const list = (of: Shape, least = 1): ListShape => ({ type: 'list', of, least });
const choice = (words: Readonly<Record<string, string>>): ChoiceShape => ({ type: 'choice', words });
const either = (...options: Shape[]): EitherShape => ({ type: 'either', options });
const count = (least: number): NumberShape => ({ type: 'number', whole: true, least });
const index = (role: NumberRole): NumberShape => ({ type: 'number', whole: true, least: 0, role });
const position: NumberShape = { type: 'number', whole: true, role: 'position' };
const fields = (title: string, table: Readonly<Record<string, Field>>): FieldsShape => ({
  type: 'fields',
  title,
  fields: table,
});

/** Where something is changed or read. */
export const sites = choice({
  embed: 'Token embeddings, [position, d_model].',
  pos_embed: 'Positional embeddings, [position, d_model].',
  resid_pre: 'The residual stream before a layer, [position, d_model].',
  resid_mid: 'The residual stream between attention and MLP of a layer, [position, d_model].',
  resid_post: 'The residual stream after a layer, [position, d_model].',
  attn_out: 'What the attention of a layer adds to the residual stream, [position, d_model].',
  mlp_out: 'What the MLP of a layer adds to the residual stream, [position, d_model].',
  q: 'Queries of the heads, [position, head, d_head].',
  k: 'Keys of the heads, [position, head, d_head].',
  v: 'Values of the heads, [position, head, d_head].',
  z: 'What each head has gathered, before the output matrix, [position, head, d_head].',
  pattern: 'Attention of each head after the softmax, [head, destination, source].',
  mlp_pre: 'Neurons before the activation function, [position, d_mlp].',
  mlp_post: 'Neurons after the activation function, [position, d_mlp].',
  features: 'Features of a dictionary, [position, feature].',
  error: 'What a dictionary does not reconstruct, [position, d_in].',
});

const axes = choice({
  layer: 'Layers, from 0.',
  position: 'Positions of the run that is changed.',
  head: 'Heads, from 0.',
  source: 'Positions that are attended to (pattern).',
  neuron: 'Neurons of the MLP.',
  feature: 'Features of the dictionary.',
});

const directions = choice({
  denoise: 'Run the corrupted prompt and put clean activations in: what restores the answer.',
  noise: 'Run the clean prompt and put corrupted activations in: what destroys the answer.',
});

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const BOUND = String.raw`^\s*(?:(?:>=|<=|==|>|<)\s*${NUMBER}|${NUMBER}\s*\.\.\s*${NUMBER})\s*$`;

/** What a number is held against. */
export const bound: Shape = {
  type: 'text',
  pattern: { source: BOUND, words: `a bound in quotes, such as '>= 0.8', '< 2', '== 3' or '0.4 .. 0.6'` },
};

const metric: Field = {
  shape: { type: 'text', names: 'metric' },
  meaning:
    'What is measured: logit_diff, logit, log_prob or prob_diff (of the answers of each pair, or of those named, as in logit_diff:" Mary"," John"), kl, loss, or a feature. Read at the last position unless @p or @p..q follows; negative positions count from the end. Default: logit_diff, or log_prob where pairs have no wrong answer. A run overrides the file.',
};

const tokenIds = fields('a mapping with tokens', {
  tokens: {
    shape: list(index('token')),
    required: true,
    meaning: 'Exact token ids; nothing is put before them.',
  },
} satisfies FieldsOf<{ tokens: 0 }>);
const prompt = either({ type: 'text', names: 'prompt' }, tokenIds);
const answer = either(index('token'), { type: 'text', names: 'token' });
const answers = either(...answer.options, list(answer));

/** Two prompts and their answers. */
export const pair = fields('a pair of prompts', {
  clean: { shape: prompt, required: true, meaning: 'The prompt whose behaviour is explained.' },
  corrupt: {
    shape: prompt,
    meaning:
      'The prompt that differs in what is asked about. May be missing where one run is enough: reading, ablation by zero or mean, steering.',
  },
  answer: {
    shape: answers,
    meaning:
      'The right next token of the clean prompt: its exact text (in quotes, with the leading space that it mostly has) or its id; several count as a group.',
  },
  wrong: {
    shape: answers,
    meaning: 'The next token that the corrupted prompt calls for; several count as a group.',
  },
} satisfies FieldsOf<PromptPair>);

const siteFields = {
  at: { shape: sites, required: true, meaning: 'Where.' },
  layer: {
    shape: index('layer'),
    meaning: 'Layer, from 0. Default: all; embed, pos_embed, features and error have none.',
  },
  head: { shape: index('head'), meaning: 'Head, from 0 (q, k, v, z, pattern). Default: all.' },
  position: {
    shape: position,
    meaning:
      'Position in the run that is changed, from 0 (the first may be BOS); negative counts from the end. Default: all.',
  },
  source: { shape: position, meaning: 'Position that is attended to (pattern). Default: all.' },
  neuron: { shape: index('neuron'), meaning: 'Neuron of the MLP (mlp_pre, mlp_post). Default: all.' },
  feature: { shape: index('feature'), meaning: 'Feature of the dictionary. Default: all.' },
  dictionary: {
    shape: { type: 'text', names: 'dictionary' },
    meaning: 'Dictionary, when the file names several.',
  },
} satisfies FieldsOf<SiteSpec>;
const site = fields('a site such as {at: z, layer: 3, head: 1}', siteFields);
const sitesAtOnce: Shape = {
  ...either(site, list(site)),
  words: `${site.title}, or a list of sites that are changed together`,
};
const swept: Shape = {
  ...either(sites, list(sitesAtOnce)),
  words: 'a site such as z, or a list of sites: [{at: z, layer: 9}]',
};

const runFields: Pick<FieldsOf<Required<PatchRun>>, 'name' | 'metric'> = {
  name: {
    shape: text,
    meaning: 'Names the run in results and in expect; unique in the file. Default: its kind.',
  },
  metric,
};

const sweepFields = {
  by: {
    shape: list(axes),
    meaning:
      'Axes of the heatmap, in order; what is not named is covered whole. Default: layer x position; layer x head for q, k, v, z and pattern; neuron or feature x position for those.',
  },
  layers: { shape: list(index('layer')), meaning: 'Layers to cover. Default: all.' },
  positions: {
    shape: list(position),
    meaning: 'Positions to cover; negative counts from the end. Default: all.',
  },
  heads: { shape: list(index('head')), meaning: 'Heads to cover. Default: all.' },
  units: {
    shape: list(index('unit')),
    meaning:
      'Features or neurons to cover. Default: the strongest by attribution patching, so many as top says.',
  },
  top: { shape: count(1), meaning: 'How many of the strongest features or neurons to cover. Default: 20.' },
  dictionary: {
    shape: { type: 'text', names: 'dictionary' },
    meaning: 'Dictionary whose features are covered, when the file names several.',
  },
} satisfies FieldsOf<SweepRange>;

const patch = fields('a patch run', {
  patch: {
    shape: swept,
    required: true,
    meaning:
      'Activation patching: a site to sweep over, or a list of sites, each changed alone (or together, as a list of its own).',
  },
  direction: { shape: directions, meaning: 'Which prompt is run and changed. Default: denoise.' },
  ...runFields,
  ...sweepFields,
} satisfies FieldsOf<PatchRun>);

const ablate = fields('an ablate run', {
  ablate: {
    shape: swept,
    required: true,
    meaning: 'Ablation on the clean run: a site to sweep over, or a list of sites or of sets of sites.',
  },
  with: {
    shape: choice({
      zero: 'Zeros.',
      mean: 'The mean over all positions of the texts of over.',
      'position-mean': 'The mean at each position of the texts of over.',
      resample: 'The activation of the corrupted run.',
    }),
    meaning: 'What takes the place of the activation. Default: zero.',
  },
  over: {
    shape: list(prompt),
    meaning: 'Texts over which means are taken. Default: the clean prompts of the file.',
  },
  ...runFields,
  ...sweepFields,
} satisfies FieldsOf<AblateRun>);

const attribute = fields('an attribute run', {
  attribute: {
    shape: sites,
    required: true,
    meaning: 'Attribution patching: the effect of every node at this site, estimated from gradients.',
  },
  method: {
    shape: choice({
      atp: 'Attribution patching: two forward passes and one backward.',
      'atp*': 'AtP* (Kramár et al. 2024): with the exact softmax of queries and keys, and GradDrop.',
      ig: 'Integrated gradients, over steps.',
    }),
    meaning: 'How it is estimated. Default: atp.',
  },
  steps: { shape: count(1), meaning: 'Steps of ig. Default: 10.' },
  direction: { shape: directions, meaning: 'Which prompt is run and changed. Default: denoise.' },
  verify: {
    shape: count(1),
    meaning: 'So many of the top nodes are then patched exactly, and missed nodes are bounded by sampling.',
  },
  ...runFields,
  ...sweepFields,
} satisfies FieldsOf<AttributeRun>);

const direct = fields('a direct run', {
  direct: {
    shape: choice({
      layers: 'Attention and MLP of every layer.',
      heads: 'Every head.',
      neurons: 'Neurons of the MLPs.',
      features: 'Features of a dictionary.',
    }),
    required: true,
    meaning: "Direct logit attribution on the clean run, the final norm's scale frozen.",
  },
  ...runFields,
  ...sweepFields,
} satisfies FieldsOf<DirectRun>);

const lens = fields('a lens run', {
  lens: {
    shape: choice({
      resid_pre: sites.words['resid_pre']!,
      resid_mid: sites.words['resid_mid']!,
      resid_post: sites.words['resid_post']!,
    }),
    required: true,
    meaning: 'Logit lens on the clean run: the metric and the likeliest tokens after every layer.',
  },
  top: { shape: count(1), meaning: 'How many of the likeliest tokens are kept for each cell. Default: 5.' },
  ...runFields,
} satisfies FieldsOf<LensRun>);

const attention = fields('an attention run', {
  attention: {
    shape: fields('a layer and a head', {
      layer: { shape: index('layer'), required: true, meaning: 'Layer, from 0.' },
      head: { shape: index('head'), required: true, meaning: 'Head, from 0.' },
    } satisfies FieldsOf<AttentionRun['attention']>),
    required: true,
    meaning: 'The attention pattern of one head on the clean run.',
  },
  ...runFields,
} satisfies FieldsOf<AttentionRun>);

const steering = fields('a change', {
  method: {
    shape: choice({
      add: 'Adds value times the direction.',
      set: 'Sets the activation to value.',
      scale: 'Multiplies the activation by value.',
      ablate: 'Sets the activation to zero.',
      project: 'Multiplies the part along the direction by value; by 0 unless value is given.',
      cap: 'Keeps the activation at value at most, and at min at least.',
    }),
    required: true,
    meaning:
      "How the activation is changed: a feature's, through its dictionary, or the length of the part along a direction. A feature's direction is its decoder row.",
  },
  dictionary: {
    shape: { type: 'text', names: 'dictionary' },
    meaning: 'Dictionary of the feature, when the file names several.',
  },
  feature: { shape: index('feature'), meaning: 'Feature to steer with.' },
  hook: {
    shape: { type: 'text', names: 'hook' },
    meaning: 'Hook point at which a direction is applied, e.g. blocks.2.hook_resid_post.',
  },
  vector: {
    shape: list({ type: 'number' }),
    meaning: 'The direction, as many numbers as the hook point has.',
  },
  value: { shape: { type: 'number' }, meaning: 'Strength, in the unit of the activation.' },
  min: { shape: { type: 'number' }, meaning: 'Least activation that cap leaves.' },
  positions: {
    shape: either(choice({ all: 'Everywhere.', new: 'Only at tokens that are written.' }), list(position)),
    meaning:
      'Where: all, new (only tokens that are written), or positions of the prompt; negative counts from its end. Default: all.',
  },
} satisfies FieldsOf<SteerSpec>);

const steer = fields('a steer run', {
  steer: {
    shape: list(steering),
    required: true,
    meaning:
      'Steered and unsteered continuations of the first clean prompt side by side: the changes that are made.',
  },
  tokens: {
    shape: count(1),
    meaning: 'How many tokens are written. Default: 24, or so many as the model has positions for.',
  },
  temperature: {
    shape: { type: 'number', least: 0 },
    meaning: 'Sampling temperature; 0 takes the likeliest token each time. Default: 0.',
  },
  seed: { shape: count(0), meaning: 'Seed of the sampling, so that a rerun writes the same. Default: 0.' },
  ...runFields,
} satisfies FieldsOf<SteerRun>);

/** The kinds of runs, each told by its key. */
export const runs = {
  type: 'variants',
  title: 'a run',
  by: { patch, ablate, attribute, direct, lens, attention, steer },
} as const satisfies Shape;

const cell = fields('a cell', {
  layer: { shape: index('layer'), meaning: 'Layer of the cell.' },
  position: { shape: position, meaning: 'Position of the cell; negative counts from the end.' },
  head: { shape: index('head'), meaning: 'Head of the cell.' },
  source: { shape: position, meaning: 'Source position of the cell (pattern).' },
  neuron: { shape: index('neuron'), meaning: 'Neuron of the cell.' },
  feature: { shape: index('feature'), meaning: 'Feature of the cell.' },
  site: { shape: count(0), meaning: 'Which of the listed sites or sets of sites, from 0.' },
} satisfies FieldsOf<CellSpec>);

const bounded = (meaning: string): Field => ({ shape: bound, meaning });

const expectation = fields('a clause', {
  run: {
    shape: { type: 'text', names: 'run' },
    required: true,
    meaning: 'Name of the run that is looked at.',
  },
  cell: {
    shape: cell,
    meaning: 'The cell that is looked at: one number for every axis of the run that has several places.',
  },
  value: bounded('Bound on the value of the cell as it is computed.'),
  change: bounded('Bound on the change of the metric.'),
  recovered: bounded('Bound on the share recovered: 0 as the corrupted run, 1 as the clean run.'),
  effect: bounded(
    'Bound on the share destroyed: 0 as the clean run, 1 as the corrupted run (without one: where the metric is 0).',
  ),
  clean: bounded('Bound on the metric of the clean run.'),
  corrupted: bounded('Bound on the metric of the corrupted run.'),
  top: { shape: count(1), meaning: 'So many of the strongest cells are compared with those of another run.' },
  as: { shape: { type: 'text', names: 'run' }, meaning: 'Name of the run that top compares with.' },
  shared: bounded('Bound on how many of the top cells both runs have. Default: all.'),
} satisfies FieldsOf<Expectation>);

/** The whole file. */
export const experiment = fields('an experiment', {
  title: { shape: text, meaning: 'What it is about, for headings.' },
  model: {
    shape: { type: 'text', names: 'model' },
    meaning:
      'The model: demo, a folder or a weight file (relative to this file), or an id in the cache. Default: the demo, or in the editor what is loaded.',
  },
  dictionaries: {
    shape: list({ type: 'text', names: 'dictionary' }),
    meaning: "Dictionaries: folders relative to this file, or names of the demo's.",
  },
  bos: {
    shape: truth,
    meaning:
      "Whether the beginning-of-sequence token is put before each prompt. Default: the model's own policy.",
  },
  prompts: {
    shape: either(pair, list(pair), text),
    required: true,
    meaning:
      'One pair of prompts, a list of pairs (results are averaged), or the name of a JSON-lines file of pairs beside this one.',
  },
  align: {
    shape: either(
      choice({
        auto: 'The two token sequences are aligned by what they share.',
        none: 'Prompts of unequal length are refused.',
      }),
      list({ type: 'list', of: position, least: 2, most: 2 }),
    ),
    meaning:
      'How positions of the clean and the corrupted prompt correspond: auto, none, or a list of [clean position, corrupted position]. Default: none.',
  },
  metric,
  runs: { shape: list(runs), required: true, meaning: 'What is run, in order; each has exactly one kind.' },
  expect: {
    shape: list(expectation),
    meaning: 'What must hold; when a clause does not, the command line exits with 3.',
  },
} satisfies FieldsOf<ExperimentSpec>);
