/** Whether a graph can be computed on with the model and the dictionaries that are loaded. */
import type { CircuitRun } from '../../engine/circuits/requests';
import { transcodersByLayer } from '../../experiments/circuits/transcoders';
import type { FileGraph } from '../../formats/attributionGraph/graph';
import type { LoadedDictionary, ReadableModel } from '../readableModel';

export interface GraphFit {
  /** Null when nothing can be computed. */
  readonly run: CircuitRun | null;
  /** Why, with the cure; null when it can. */
  readonly unable: string | null;
  /** The transcoders that features of each layer belong to; none where the model is another. */
  readonly dictionaries: ReadonlyMap<number, LoadedDictionary>;
}

/** @param identity of the model that the graph was computed on; null where that is not known */
export function fitGraph(graph: FileGraph, model: ReadableModel | null, identity: string | null): GraphFit {
  const named = graph.model === '' ? 'the model of this graph' : graph.model;
  if (!model)
    return misfit(`No model is loaded. Load ${named} and its transcoders in the view Models & Dictionaries.`);
  if (identity !== null && identity !== model.summary.identity)
    return misfit(
      `This graph was computed on ${named}, and another model is loaded now. Load it again, or build the graph anew.`,
    );
  const tokens = tokenIds(graph);
  if (typeof tokens === 'string') return misfit(tokens);
  const difference = differenceOf(graph, tokens, model);
  if (difference !== null)
    return misfit(`This graph is of another model than ${model.place.name}: ${difference}. Load ${named}.`);
  const dictionaries = loadedTranscoders(graph, model);
  const unable = missingIn(graph, dictionaries);
  const run = { tokens, dictionaries: [...dictionaries.values()].map(({ place }) => place.id) };
  return { run: unable === null ? run : null, unable, dictionaries };
}

function misfit(unable: string): GraphFit {
  return { run: null, unable, dictionaries: new Map() };
}

/** Ids of the prompt's tokens: ours, or from the ids of token nodes; a sentence where they are not known. */
function tokenIds({ origin, tokens, nodes }: FileGraph): number[] | string {
  if (origin?.tokens?.length === tokens.length) return [...origin.tokens];
  const ids = new Map<number, number>();
  for (const { kind, index, position } of nodes)
    if (kind === 'token' && index !== null) ids.set(position, index);
  const missing = tokens.findIndex((_, position) => !ids.has(position));
  if (tokens.length > 0 && missing < 0) return tokens.map((_, position) => ids.get(position)!);
  return (
    `The file does not say which token of the vocabulary stands at position ${Math.max(0, missing)}, ` +
    'so that nothing can be computed on it. Build the graph anew.'
  );
}

/** In what the prompt's tokens or the layers do not fit the model; null when they do. */
function differenceOf(
  { tokens: texts, layers }: FileGraph,
  ids: readonly number[],
  { summary, tokenizer }: ReadableModel,
): string | null {
  const { context, vocabulary, layers: blocks } = summary.dimensions;
  if (layers > blocks) return `the graph has ${layers} layers and the model ${blocks}`;
  if (ids.length > context) return `its ${ids.length} tokens are more than the model takes (${context})`;
  for (const [position, id] of ids.entries()) {
    if (id >= vocabulary) return `its token ${id} is not in the vocabulary (0 to ${vocabulary - 1})`;
    const [theirs, ours] = [texts[position]!, tokenizer.tokenText(id)];
    if (isOther(theirs, ours))
      return `token ${id} is ${JSON.stringify(theirs)} there and ${JSON.stringify(ours)} here`;
  }
  return null;
}

/** Decoders drop the space before a first word, and parts of characters have no text. */
function isOther(theirs: string, ours: string): boolean {
  const isPart = theirs.includes('\uFFFD') || ours.includes('\uFFFD');
  return theirs !== '' && !isPart && theirs.trim() !== ours.trim();
}

function loadedTranscoders({ origin }: FileGraph, model: ReadableModel): Map<number, LoadedDictionary> {
  const all = [...model.dictionaries.values()].map(({ summary }) => summary);
  const found = transcodersByLayer(all, origin?.dictionaries);
  const used = [...found].filter(([layer]) => !origin || origin.dictionaries.has(layer));
  return new Map(used.map(([layer, { id }]) => [layer, model.dictionaries.get(id)!]));
}

function missingIn(
  { nodes, origin }: FileGraph,
  dictionaries: ReadonlyMap<number, LoadedDictionary>,
): string | null {
  const other = nodes.find(({ kind, type }) => kind === 'other' || type === 'lorsa error');
  if (other)
    return `This graph has nodes of the type ${JSON.stringify(other.type)}, which cannot be computed here. It can be looked at.`;
  const features = nodes.filter(({ kind }) => kind === 'feature');
  const layers = new Set([...(origin?.dictionaries.keys() ?? []), ...features.map(({ layer }) => layer)]);
  const bare = [...layers].filter((layer) => !dictionaries.has(layer)).sort((a, b) => a - b);
  if (bare.length > 0)
    return (
      `No transcoder is loaded for ${bare.length === 1 ? 'layer' : 'the layers'} ${bare.join(', ')}. ` +
      'Load those of this graph in the view Models & Dictionaries.'
    );
  for (const { layer, index } of features) {
    const { place, summary } = dictionaries.get(layer)!;
    if (index === null) return `The file does not say which features of layer ${layer} its nodes are.`;
    if (index >= summary.dSae)
      return `${place.name} has ${summary.dSae} features, and this graph has feature ${index} of its layer. Load its own transcoders.`;
  }
  return null;
}
