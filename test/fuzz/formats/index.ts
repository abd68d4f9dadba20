/** Everything that is read from files which others made. */
import type { Format } from '../format';
import { safetensors } from './safetensors';

export const formats: readonly Format[] = [safetensors];
