/** Sessions of attribution graphs. */
import type { Graph } from '../../graph/types';
import type { ModelHost, SessionOptions } from '../modelHost';
import type { CompiledGraph } from '../ort';

/** A layer's sessions take turns with those of all others, so that none keeps its memory between runs. */
export const CIRCUIT_SESSION: SessionOptions = { keepsMemory: false };

export function circuitSession(host: ModelHost, key: string, graph: () => Graph): Promise<CompiledGraph> {
  return host.session(`circuit ${key}`, graph, CIRCUIT_SESSION);
}
