import { matchHooks, UnknownHookPointError } from '../models/hookNames';
import { CommandError, UsageError } from './usage';

/** Globs to hook points, in the model's order. @throws UsageError, CommandError */
export function resolveHooks(globs: readonly string[], hooks: readonly string[]): string[] {
  if (globs.length === 0) throw new UsageError('name hook points with --hooks');
  try {
    return matchHooks(globs, hooks);
  } catch (error) {
    if (error instanceof UnknownHookPointError) throw new CommandError('--hooks', error.message);
    throw error;
  }
}
