/** What a patching experiment may be asked: sites, directions and metrics, with the words that lists show. Pure. */
import type { Direction, Site } from '../../protocol/experimentSpec';

/** What is patched: a site, and the dictionary whose features it is where it is one's. */
export interface SiteChoice {
  readonly site: Site;
  readonly dictionary?: string;
}

export interface SiteText {
  readonly label: string;
  /** The grid. */
  readonly description: string;
  readonly detail: string;
}

/** Sites that every model has, in the order of the list. */
export const SITES: readonly Site[] = [
  'resid_pre',
  'z',
  'attn_out',
  'mlp_out',
  'mlp_post',
  'pattern',
  'q',
  'k',
  'v',
  'resid_mid',
  'resid_post',
];

const TEXTS: Partial<Record<Site, SiteText>> = {
  resid_pre: text(
    'resid_pre',
    'layer × position',
    'The residual stream before each layer: where the difference is carried',
  ),
  z: text('z', 'layer × head', 'What each attention head has read, at all positions'),
  attn_out: text('attn_out', 'layer × position', 'What each attention layer adds'),
  mlp_out: text('mlp_out', 'layer × position', 'What each MLP adds'),
  mlp_post: text(
    'mlp_post',
    'neuron × position',
    'The MLP neurons of one layer: the strongest by attribution patching',
  ),
  pattern: text('pattern', 'layer × head', 'Where each attention head looks'),
  q: text('q', 'layer × head', 'What each attention head looks for'),
  k: text('k', 'layer × head', 'What each attention head is found by'),
  v: text('v', 'layer × head', 'What each attention head would read'),
  resid_mid: text('resid_mid', 'layer × position', 'The residual stream between attention and MLP'),
  resid_post: text('resid_post', 'layer × position', 'The residual stream after each layer'),
};

/** How a site is shown in a list. @param dictionary its name, for its features and its error */
export function siteText({ site, dictionary }: SiteChoice): SiteText {
  if (site === 'features')
    return text(
      `features of ${dictionary ?? ''}`,
      'feature × position',
      'Dictionary features: the strongest by attribution patching',
    );
  return TEXTS[site] ?? text(site, '', '');
}

export interface DirectionText {
  readonly direction: Direction;
  readonly label: string;
  readonly detail: string;
}

export const DIRECTIONS: readonly DirectionText[] = [
  {
    direction: 'denoise',
    label: 'Denoise: clean into corrupted',
    detail:
      'Runs the corrupted prompt and puts clean activations in: what suffices to bring the right answer back?',
  },
  {
    direction: 'noise',
    label: 'Noise: corrupted into clean',
    detail: 'Runs the clean prompt and puts corrupted activations in: what is needed for the right answer?',
  },
];

/** The metrics that a command offers; an experiment file knows more. */
export type MetricChoice = 'logit_diff' | 'log_prob' | 'prob_diff' | 'logit' | 'kl' | 'loss';

export interface MetricText {
  readonly metric: MetricChoice;
  readonly label: string;
  readonly detail: string;
}

/** The default first. */
export const PATCH_METRICS: readonly MetricText[] = [
  {
    metric: 'logit_diff',
    label: 'Logit difference',
    detail: 'Logit of the right answer less that of the wrong one',
  },
  { metric: 'log_prob', label: 'Log probability', detail: 'Of the right answer, in nats' },
  { metric: 'prob_diff', label: 'Probability difference', detail: 'Of the right answer and the wrong one' },
  {
    metric: 'kl',
    label: 'KL divergence',
    detail: 'From the clean run’s predictions, in nats: no answers are needed',
  },
];

/** How many answers a metric compares: the right one, or it and the wrong one. */
export function answersOf(metric: MetricChoice): 0 | 1 | 2 {
  if (metric === 'kl' || metric === 'loss') return 0;
  return metric === 'logit_diff' || metric === 'prob_diff' ? 2 : 1;
}

function text(label: string, description: string, detail: string): SiteText {
  return { label, description, detail };
}
