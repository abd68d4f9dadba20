/** Sessions of attribution graphs. */
import type { Graph } from '../../graph/types';
import type { ModelHost, SessionOptions } from '../modelHost';
import type { CompiledGraph } from '../ort';
import type { FrozenRun } from './frozenRun';
import type { ReplacedLayer } from './replacement';

/** A layer's sessions take turns with those of all others, so that none keeps its memory between runs. */
export const CIRCUIT_SESSION: SessionOptions = { keepsMemory: false };

export function circuitSession(host: ModelHost, key: string, graph: () => Graph): Promise<CompiledGraph> {
  return host.session(`circuit ${key}`, graph, CIRCUIT_SESSION);
}

/** A session of one layer and its transcoder. @param key of the graph, whatever the layer */
export function layerSession(
  host: ModelHost,
  { transcoders }: FrozenRun,
  layer: number,
  key: string,
  graph: (replaced: ReplacedLayer) => Graph,
): Promise<CompiledGraph> {
  const transcoder = transcoders[layer];
  return circuitSession(host, `${key} ${layer} ${transcoder?.id ?? '-'}`, () =>
    graph({ architecture: host.architecture, layer, transcoder: transcoder?.slot.algebra ?? null }),
  );
}
