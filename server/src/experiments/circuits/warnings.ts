/** What a user must know of a graph beside its numbers. */
import type { GraphTarget } from '../../../../protocol/graphs';
import { type CircuitRun, type CircuitSources, SILENT_POSITIONS } from '../../engine/circuits/requests';
import type { Laboratory } from '../lab/laboratory';
import type { BuiltCircuit, LogitNode } from './circuit';
import { flatWarning } from './targets';
import { transcodersByLayer } from './transcoders';

/** Layers without a dictionary, dictionaries that find nothing, and a flat distribution; a sentence each. */
export function circuitWarnings(
  run: CircuitRun,
  sources: CircuitSources,
  target: GraphTarget,
  logits: readonly LogitNode[],
  lab: Pick<Laboratory, 'dictionaries'>,
): string[] {
  const found =
    run.tokens.length <= SILENT_POSITIONS
      ? [
          'The prompt is one token, and the first position has neither features nor errors: write a longer one.',
        ]
      : [bareWarning(sources), deadWarning(run, sources, lab), flatWarning(target, logits)];
  return found.filter((warning) => warning !== null);
}

/** For a graph that has some of the active features as nodes; nothing for one that has all, or is not finished. */
export function cappedWarning({
  features,
  sources,
  complete,
}: Pick<BuiltCircuit, 'features' | 'sources' | 'complete'>): string[] {
  const [nodes, active] = [features.length, sources.layers.length];
  if (!complete || nodes === active) return [];
  return [
    `Of ${active} active features the ${nodes} that count most are nodes; what the others carry is missing from the edges.`,
  ];
}

function bareWarning({ bareLayers, starts }: CircuitSources): string | null {
  if (bareLayers.length === 0) return null;
  const layers = starts.length - 1;
  const which =
    bareLayers.length === layers
      ? 'No layer has a transcoder'
      : bareLayers.length === 1
        ? `Layer ${bareLayers[0]!} has no transcoder`
        : `Layers ${bareLayers.join(', ')} have no transcoder`;
  return `${which}: what the MLP writes there is one error node a token.`;
}

/** Dictionaries without an active feature anywhere in the prompt. */
function deadWarning(
  { dictionaries: used }: CircuitRun,
  { starts }: CircuitSources,
  { dictionaries }: Pick<Laboratory, 'dictionaries'>,
): string | null {
  const summaries = used.flatMap((id) => dictionaries.get(id)?.summary ?? []);
  const dead = [...transcodersByLayer(summaries)].flatMap(([layer, { id }]) =>
    starts[layer + 1] === starts[layer] ? [id] : [],
  );
  if (dead.length === 0) return null;
  return (
    `No feature of ${dead.join(', ')} is active in this prompt: what the MLP writes there is all error. ` +
    'Check that it was made for this model.'
  );
}
