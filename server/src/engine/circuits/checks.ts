/** What requests about attribution graphs are refused for. */
import { layerOfTranscoder } from '../../dictionaries/transcoders';
import { RunError } from '../feeds';
import type { ModelHost } from '../modelHost';
import type { FrozenRun, Transcoder } from './frozenRun';
import type { CircuitChange, CircuitRun, CircuitTarget } from './requests';

/** By layer; undefined where there is none. @throws RunError naming what is no transcoder of one layer's MLP */
export function transcodersByLayer(
  host: ModelHost,
  ids: CircuitRun['dictionaries'],
): (Transcoder | undefined)[] {
  checkModel(host);
  const found = Array.from(
    { length: host.architecture.dimensions.layers },
    (): Transcoder | undefined => undefined,
  );
  for (const id of ids) {
    const slot = host.dictionaries.get(id);
    if (!slot) throw new RunError(`the dictionary ${id} is not loaded`);
    const { config } = slot.algebra;
    const { hookName, hookNameOut } = config;
    const layer = layerOfTranscoder(config);
    if (layer === null || !leadsTo(host, hookName, hookNameOut))
      throw new RunError(
        `the dictionary ${id} reads ${hookName} and writes ${hookNameOut}: ` +
          "attribution graphs are built of transcoders from a block's MLP input to its hook_mlp_out",
      );
    const other = found[layer];
    if (other) throw new RunError(`${other.id} and ${id} both stand for the MLP of layer ${layer}: give one`);
    found[layer] = { id, slot };
  }
  return found;
}

/** Graphs follow what flows from MLP to MLP, from earlier positions to later ones. */
function checkModel({ architecture, hooks }: ModelHost): void {
  if (!architecture.causal)
    throw new RunError('attribution graphs need a model whose positions see only what is before them');
  const layers = Array.from({ length: architecture.dimensions.layers }, (_, layer) => layer);
  const bare = layers.find((layer) => !hooks.includes(`blocks.${layer}.hook_mlp_out`));
  if (bare !== undefined)
    throw new RunError(`attribution graphs follow what MLPs write, and layer ${bare} of this model has none`);
}

/** Is the hook point one that is computed before the other? */
function leadsTo({ hooks }: ModelHost, from: string, to: string): boolean {
  return hooks.indexOf(from) < hooks.indexOf(to);
}

/** @throws RunError when a target is not of this run */
export function checkTarget(
  { tokens, transcoders }: FrozenRun,
  target: CircuitTarget,
  host: ModelHost,
): void {
  const { vocabulary, dModel } = host.architecture.dimensions;
  if (target.kind === 'logits') {
    const wrong = target.ids.find((id) => !(id >= 0 && id < vocabulary));
    if (wrong !== undefined)
      throw new RunError(`token ${wrong} is not in the vocabulary (0 to ${vocabulary - 1})`);
  } else if (target.kind === 'direction') {
    if (target.vector.length !== dModel)
      throw new RunError(
        `the direction has ${target.vector.length} numbers where the model is ${dModel} wide`,
      );
  } else checkFeature({ tokens, transcoders }, target);
}

/** @throws RunError when what is changed is not of this run */
export function checkChange(run: Pick<FrozenRun, 'tokens' | 'transcoders'>, change: CircuitChange): void {
  if (change.kind === 'feature') {
    checkFeature(run, change);
    return;
  }
  const isThere = isIndexOf(change.position, run.tokens.length);
  if (!isThere || (change.kind === 'error' && !isIndexOf(change.layer, run.transcoders.length)))
    throw new RunError(`there is no ${change.kind} at position ${change.position} to change`);
}

function checkFeature(
  { tokens, transcoders }: Pick<FrozenRun, 'tokens' | 'transcoders'>,
  { layer, position, index }: Extract<CircuitTarget, { kind: 'feature' }>,
): void {
  const width = transcoders[layer]?.slot.algebra.config.dSae ?? 0;
  if (!isIndexOf(index, width) || !isIndexOf(position, tokens.length))
    throw new RunError(`there is no feature ${index} of layer ${layer} at position ${position}`);
}

function isIndexOf(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < length;
}
