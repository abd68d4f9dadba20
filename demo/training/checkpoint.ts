import { existsSync } from 'node:fs';
import { openSafetensors } from '../../server/src/formats/safetensors';
import { writeSafetensors, type TensorToWrite } from '../../server/src/formats/safetensorsWriter';
import type { Trained } from './adam';

const parts = ['data', 'first', 'second'] as const;

/** Writes parameters with their moments and the number of steps done, atomically. */
export function saveCheckpoint(path: string, step: number, parameters: ReadonlyMap<string, Trained>): void {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, parameter] of parameters) {
    for (const part of parts) {
      tensors.set(`${part}.${name}`, { shape: [parameter[part].length], data: parameter[part] });
    }
  }
  writeSafetensors(path, tensors, { step: String(step) });
}

/** Fills parameters from a checkpoint and returns the number of steps done; 0 where there is none. */
export function loadCheckpoint(path: string, parameters: ReadonlyMap<string, Trained>): number {
  if (!existsSync(path)) return 0;
  const file = openSafetensors(path);
  for (const [name, parameter] of parameters) {
    for (const part of parts) parameter[part].set(file.readFloat32(`${part}.${name}`));
  }
  return Number(file.metadata['step']);
}
