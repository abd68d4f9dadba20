/** Sweeps (patching and ablation) as Python. Pure. */
import type {
  AblateRun,
  ExperimentSpec,
  PatchRun,
  PromptPair,
  Site,
  SiteSpec,
  SweepAxis,
} from '../../../protocol/experimentSpec';
import type { RunResult } from '../../../protocol/experiments';
import { indented, python, pythonText } from './python';

export type Code = { readonly lines: readonly string[] } | { readonly why: string };

type Swept = PatchRun | AblateRun;

/** Functions of transformer_lens.patching, by site and axes; each covers its axes whole. */
const READY: Readonly<Record<string, string>> = {
  'resid_pre layer,position': 'get_act_patch_resid_pre',
  'resid_mid layer,position': 'get_act_patch_resid_mid',
  'attn_out layer,position': 'get_act_patch_attn_out',
  'mlp_out layer,position': 'get_act_patch_mlp_out',
  'z layer,head': 'get_act_patch_attn_head_out_all_pos',
  'q layer,head': 'get_act_patch_attn_head_q_all_pos',
  'k layer,head': 'get_act_patch_attn_head_k_all_pos',
  'v layer,head': 'get_act_patch_attn_head_v_all_pos',
  'pattern layer,head': 'get_act_patch_attn_head_pattern_all_pos',
  'z layer,position,head': 'get_act_patch_attn_head_out_by_pos',
  'q layer,position,head': 'get_act_patch_attn_head_q_by_pos',
  'k layer,position,head': 'get_act_patch_attn_head_k_by_pos',
  'v layer,position,head': 'get_act_patch_attn_head_v_by_pos',
  'pattern layer,head,position': 'get_act_patch_attn_head_pattern_by_pos',
  'pattern layer,head,position,source': 'get_act_patch_attn_head_pattern_dest_src_pos',
};

const OF_HEADS: readonly Site[] = ['q', 'k', 'v', 'z', 'pattern'];
const OF_DICTIONARIES: readonly Site[] = ['features', 'error'];

/** How a sweep reads in Python: `value(pair)` gives the grid of one pair. */
export function sweepCode(spec: ExperimentSpec, swept: Swept, run: RunResult): Code {
  const sites = sitesOf(swept);
  if (sites.some((site) => OF_DICTIONARIES.includes(site)))
    return { why: 'it changes dictionary features or errors, and TransformerLens has no dictionaries.' };
  const way = waysOf(spec, swept, run);
  if ('why' in way) return way;
  const ready = readyFunction(swept, run);
  return { lines: ready ? readyLines(ready, run) : generalLines(swept, run, way) };
}

function siteOf(swept: Swept): Site | null {
  const site = 'patch' in swept ? swept.patch : swept.ablate;
  return typeof site === 'string' ? site : null;
}

function setsOf(swept: Swept): readonly (readonly SiteSpec[])[] {
  const sets = 'patch' in swept ? swept.patch : swept.ablate;
  if (typeof sets === 'string') return [];
  return sets.map((set) => (Array.isArray(set) ? (set as readonly SiteSpec[]) : [set as SiteSpec]));
}

function sitesOf(swept: Swept): readonly Site[] {
  const site = siteOf(swept);
  return site === null ? setsOf(swept).flatMap((set) => set.map(({ at }) => at)) : [site];
}

/** Where the new values come from: Python for `name` (hook point), `there` (positions of the other run) and `inner`. */
interface Way {
  readonly base: 'clean' | 'corrupt';
  /** The run that values come from; null for values that are given. */
  readonly source: 'clean' | 'corrupt' | null;
  readonly value: string;
  readonly before: readonly string[];
}

function waysOf(spec: ExperimentSpec, swept: Swept, run: RunResult): Way | { readonly why: string } {
  const fromRun = 'cache[name][0][(there, *inner)]';
  if ('patch' in swept) {
    const [base, source] =
      run.direction === 'noise' ? (['clean', 'corrupt'] as const) : (['corrupt', 'clean'] as const);
    return { base, source, value: fromRun, before: [] };
  }
  const method = swept.with ?? 'zero';
  if (method === 'resample') return { base: 'clean', source: 'corrupt', value: fromRun, before: [] };
  if (method === 'zero') return { base: 'clean', source: null, value: '0.0', before: [] };
  if (sitesOf(swept).includes('pattern'))
    return { why: 'a mean of attention patterns is not written out here.' };
  const value = method === 'mean' ? 'mean(name)[inner]' : 'mean(name)[(positions, *inner)]';
  return { base: 'clean', source: null, value, before: meanLines(spec, swept, run) };
}

/** Means over texts: over positions too, or at each position. BOS before a text belongs in no mean over positions. */
function meanLines(
  { bos }: ExperimentSpec,
  { over, with: method }: AblateRun,
  run: RunResult,
): readonly string[] {
  const [pair] = run.pairs;
  const first = pair?.clean.tokens[0]?.text;
  const hasBos =
    pair?.clean.text != null && first !== undefined && (first === '' || !pair.clean.text.startsWith(first));
  const texts = over
    ? `[${over.map((text) => textTokens(text, bos ?? hasBos)).join(', ')}]`
    : '[tokens(pair["clean"]) for pair in pairs]';
  const skipped = hasBos ? 1 : 0;
  return [
    `texts = ${texts}`,
    'caches = [model.run_with_cache(text)[1] for text in texts]',
    '',
    '',
    '@functools.cache',
    'def mean(name):',
    ...indented(
      method === 'mean'
        ? [
            '"""[...]: the mean over all positions of the texts."""',
            `return torch.cat([c[name][0, ${skipped}:] for c in caches]).mean(0)`,
          ]
        : [
            '"""[pos, ...]: the mean at each position, over the texts that reach it."""',
            'reached = range(max(c[name].shape[1] for c in caches))',
            'return torch.stack([torch.stack([c[name][0, p] for c in caches if c[name].shape[1] > p]).mean(0) for p in reached])',
          ],
    ),
    '',
    '',
  ];
}

function textTokens(text: PromptPair['clean'], bos: boolean): string {
  return typeof text === 'string'
    ? `model.to_tokens(${pythonText(text)}, prepend_bos=${bos ? 'True' : 'False'})`
    : `tokens(${python(text.tokens)})`;
}

/** A function that does the whole sweep; null when the sweep is narrower, or laid out otherwise. */
function readyFunction(swept: Swept, run: RunResult): string | null {
  const site = siteOf(swept);
  if (site === null || !('patch' in swept) || !isAligned(run)) return null;
  if (swept.layers ?? swept.positions ?? swept.heads ?? swept.units) return null;
  return READY[`${site} ${run.axes.join()}`] ?? null;
}

function isAligned({ pairs }: RunResult): boolean {
  return pairs.every(
    ({ alignment, clean, corrupt }) =>
      corrupt?.tokens.length === clean.tokens.length &&
      (alignment?.every((there, here) => there === here) ?? true),
  );
}

function readyLines(name: string, { direction }: RunResult): readonly string[] {
  const [base, source] = direction === 'noise' ? ['clean', 'corrupt'] : ['corrupt', 'clean'];
  return [
    'def values_of(pair):',
    `    _, cache = model.run_with_cache(tokens(pair["${source}"]))`,
    `    score = lambda logits: metric(logits, pair, "${base}")`,
    `    return patching.${name}(model, tokens(pair["${base}"]), cache, score)`,
  ];
}

const CHANGES = [
  'def places(at, layer, positions, head, key, unit):',
  '    """Hook point and index into its activation [batch, ...] that a change replaces; positions are those of the run."""',
  '    name = utils.get_act_name(at, layer)',
  '    if at == "pattern":',
  '        return name, (0, head, positions, slice(None) if key is None else key), (head,)',
  '    inner = () if at not in ("q", "k", "v", "z") else (head,)',
  '    inner = inner if unit is None else (unit,)',
  '    return name, (0, positions, *inner), inner',
];

/** Any cells, by hooks of our own. */
function generalLines(swept: Swept, run: RunResult, way: Way): readonly string[] {
  const site = siteOf(swept);
  const isPattern = sitesOf(swept).includes('pattern');
  const cells = site === null ? setCells(swept) : sweepCells(swept, site, run);
  const counterparts = isAligned(run) || way.source === null ? 'None' : 'pair["counterparts"]';
  // Positions of a pattern are its rows; they are exchanged only between aligned prompts.
  const value = isPattern && way.source !== null ? 'cache[name][to]' : way.value;
  return [
    ...way.before,
    ...CHANGES,
    '',
    '',
    'def values_of(pair):',
    ...indented([
      `base = tokens(pair["${way.base}"])`,
      'length = base.shape[1]',
      ...(way.source === null ? [] : [`_, cache = model.run_with_cache(tokens(pair["${way.source}"]))`]),
      `counterparts = ${counterparts}`,
      '',
      'def changed(cell):',
      ...indented([
        '"""The metric with all changes of a cell at once; NaN where nothing corresponds."""',
        'hooks = []',
        'for at, layer, positions, head, key, unit in cell:',
        ...indented([
          'positions = [p % length for p in (range(length) if positions is None else positions)]',
          'if counterparts is not None:',
          '    positions = [p for p in positions if counterparts[p] is not None]',
          'there = positions if counterparts is None else [counterparts[p] for p in positions]',
          'if not positions:',
          '    return torch.tensor(float("nan"))',
          'name, to, inner = places(at, layer, positions, head, key, unit)',
          'def change(activation, hook, name=name, to=to, there=there, positions=positions, inner=inner):',
          `    activation[to] = ${value}`,
          '    return activation',
          'hooks.append((name, change))',
        ]),
        `return metric(model.run_with_hooks(base, fwd_hooks=hooks), pair, "${way.base}")`,
      ]),
      '',
      ...cells,
    ]),
  ];
}

const NAMES: Readonly<Record<SweepAxis, string>> = {
  layer: 'layer',
  head: 'head',
  position: 'position',
  source: 'key',
  neuron: 'unit',
  feature: 'unit',
};

/** The axes of the grid as loops in its order; what else is covered is changed together. */
function sweepCells(swept: Swept, site: Site, run: RunResult): readonly string[] {
  const whole = rangesOf(swept, site);
  const axes = run.axes as readonly SweepAxis[];
  const rows = axes.map((axis, i) => {
    const values = python(run.ticks[i]!.map(({ index }) => index));
    return { name: NAMES[axis], list: `${NAMES[axis]}s`, values };
  });
  const loops = [
    ...(axes.includes('layer') ? [] : [`for layer in ${whole.layers}`]),
    ...(whole.heads === null || axes.includes('head') ? [] : [`for head in ${whole.heads}`]),
    ...(whole.units === null || axes.includes('neuron') ? [] : [`for unit in ${whole.units}`]),
  ];
  const change = [
    pythonText(nameOf(site)),
    'layer',
    axes.includes('position') ? '[position]' : whole.positions,
    whole.heads === null ? 'None' : 'head',
    axes.includes('source') ? 'key' : 'None',
    whole.units === null && !axes.includes('neuron') ? 'None' : 'unit',
  ];
  return [
    ...rows.map(({ list, values }) => `${list} = ${values}`),
    'values = [',
    `    changed([${[`(${change.join(', ')})`, ...loops].join(' ')}])`,
    ...rows.map(({ name, list }) => `    for ${name} in ${list}`),
    ']',
    `return torch.stack(values).reshape(${rows.map(({ list }) => `len(${list})`).join(', ')})`,
  ];
}

/** A site as `utils.get_act_name` calls it. */
function nameOf(site: Site): string {
  return site.replace(/^mlp_(pre|post)$/, '$1');
}

interface Ranges {
  readonly layers: string;
  /** Null for sites without heads. */
  readonly heads: string | null;
  readonly positions: string;
  /** Null where all are changed at once. */
  readonly units: string | null;
}

function rangesOf({ layers, heads, positions, units }: Swept, site: Site): Ranges {
  const isEmbedding = site === 'embed' || site === 'pos_embed';
  return {
    layers: isEmbedding ? '[None]' : layers ? python(layers) : 'range(model.cfg.n_layers)',
    heads: !OF_HEADS.includes(site) ? null : heads ? python(heads) : 'range(model.cfg.n_heads)',
    positions: positions ? python(positions) : 'None',
    units: units ? python(units) : null,
  };
}

/** Listed sets of sites. */
function setCells(swept: Swept): readonly string[] {
  return [
    'cells = [',
    ...setsOf(swept).map((set) => `    [${set.map(siteChanges).join(', ')}],`),
    ']',
    'return torch.stack([changed(cell) for cell in cells])',
  ];
}

/** One site of a set; what it does not name is covered whole. */
function siteChanges({ at, layer, head, position, source, neuron }: SiteSpec): string {
  const isEmbedding = at === 'embed' || at === 'pos_embed';
  const isAllLayers = layer === undefined && !isEmbedding;
  const isAllHeads = head === undefined && OF_HEADS.includes(at);
  const change = [
    pythonText(nameOf(at)),
    isAllLayers ? 'layer' : python(layer ?? null),
    position === undefined ? 'None' : python([position]),
    isAllHeads ? 'head' : python(head ?? null),
    python(source ?? null),
    python(neuron ?? null),
  ];
  const loops = [
    ...(isAllLayers ? ['for layer in range(model.cfg.n_layers)'] : []),
    ...(isAllHeads ? ['for head in range(model.cfg.n_heads)'] : []),
  ];
  const written = `(${change.join(', ')})`;
  return loops.length === 0 ? written : `*[${[written, ...loops].join(' ')}]`;
}
