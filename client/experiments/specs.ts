/** The experiments that the commands start, as specs: what could as well stand in an experiment file. Pure. */
import type {
  Answer,
  Direction,
  ExperimentRun,
  ExperimentSpec,
  PromptPair,
} from '../../protocol/experimentSpec';
import type { ModelsState } from '../../protocol/models';
import type { MetricChoice, SiteChoice } from './choices';
import { siteText } from './choices';
import { promptPair } from './promptPair';

/** How a title quotes a prompt, in UTF-16 units. */
const LONGEST_QUOTE = 32;

/** The model and dictionaries that a spec names, so that it means the same when it is run from a file. */
export type ModelFields = Pick<ExperimentSpec, 'model' | 'dictionaries'>;

/** @param dictionaries ids of those that the experiment needs: with one, runs need not name it */
export function modelFields(
  { models, dictionaries: known }: ModelsState,
  dictionaries: readonly string[],
): ModelFields {
  const model = models.find(({ state }) => state === 'loaded');
  const named = dictionaries.map((id) => {
    const path = known.find((dictionary) => dictionary.id === id)?.path ?? id;
    // The demo's are named, since its folder is elsewhere on every machine.
    return model?.path === 'demo' ? id : path;
  });
  return {
    ...(model ? { model: model.path } : {}),
    ...(named.length > 0 ? { dictionaries: named } : {}),
  };
}

export interface PatchChoices {
  readonly clean: string;
  readonly corrupt: string;
  readonly site: SiteChoice;
  /** The one layer that is patched; all when missing. */
  readonly layer?: number;
  readonly direction: Direction;
  readonly metric: MetricChoice;
  readonly answer?: Answer;
  readonly wrong?: Answer;
  /** Whether the prompts have different numbers of tokens. */
  readonly unequal: boolean;
}

/** Activation patching over one site. */
export function patchSpec(choices: PatchChoices, model: ModelFields): ExperimentSpec {
  const { clean, corrupt, site, layer, direction, metric, answer, wrong, unequal } = choices;
  return {
    title: `Patch ${siteText(site).label}: ${quote(clean)}`,
    ...model,
    prompts: promptPair(clean, corrupt, answer, wrong),
    ...(unequal ? { align: 'auto' } : {}),
    metric,
    runs: [{ patch: site.site, ...(layer === undefined ? {} : { layers: [layer] }), direction }],
  };
}

export interface FeatureAblation {
  /** Its name, for the title. */
  readonly feature: string;
  readonly index: number;
  readonly prompt: string;
  /** Of the token, in the prompt's own tokens. */
  readonly position: number;
  readonly metric: MetricChoice;
  readonly answer?: Answer;
}

/** One feature ablated at each position in turn, and at one. */
export function ablateFeatureSpec(ablation: FeatureAblation, model: ModelFields): ExperimentSpec {
  const { feature, index, prompt, position, metric, answer } = ablation;
  return {
    title: `Ablate “${feature}”: ${quote(prompt)}`,
    ...model,
    prompts: promptPair(prompt, undefined, answer, undefined),
    metric,
    runs: [
      { name: 'at each position', ablate: 'features', units: [index] },
      { name: 'here', ablate: [{ at: 'features', feature: index, position }] },
    ],
  };
}

export interface Dependence {
  /** Everything before the token. */
  readonly prompt: string;
  readonly metric: MetricChoice;
  readonly answer: Answer;
  /** The model's other favourite, for a difference. */
  readonly wrong?: Answer;
  /** The token as it is shown. */
  readonly token: string;
}

/** What speaks for a prediction directly, and what it loses by ablation: none of it needs a second prompt. */
export function dependenceSpec(dependence: Dependence, model: ModelFields): ExperimentSpec {
  const { prompt, metric, answer, wrong, token } = dependence;
  const runs: readonly ExperimentRun[] = [
    { name: 'direct by layer', direct: 'layers' },
    { name: 'direct by head', direct: 'heads' },
    { name: 'heads ablated', ablate: 'z' },
    { name: 'MLPs ablated by position', ablate: 'mlp_out' },
  ];
  return {
    title: `What ${token} depends on: ${quote(prompt)}`,
    ...model,
    prompts: promptPair(prompt, undefined, answer, wrong),
    metric,
    runs,
  };
}

/** What a new experiment file begins with: two sweeps that together show where and by which heads. */
export function templateSpec(pair: PromptPair, model: ModelFields): ExperimentSpec {
  return {
    title: 'Where is the answer computed?',
    ...model,
    prompts: pair,
    metric: pair.wrong !== undefined ? 'logit_diff' : pair.answer !== undefined ? 'log_prob' : 'kl',
    runs: [
      { name: 'residual stream', patch: 'resid_pre', direction: 'denoise' },
      { name: 'heads', patch: 'z', direction: 'denoise' },
    ],
  };
}

/** The end of a prompt, which is what tells two of them apart, in one line. */
function quote(prompt: string): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  if (line.length <= LONGEST_QUOTE) return line;
  const end = line.slice(-LONGEST_QUOTE);
  return `…${end.slice(end.indexOf(' ') + 1)}`;
}
