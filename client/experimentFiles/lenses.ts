/** Which links stand above an experiment file and its runs. Pure. */
import type { Range } from '../../protocol/method';

/** What the server tells of a file. */
export interface Outline {
  readonly runs: readonly { readonly name: string; readonly range: Range }[];
  /** How many errors it has. */
  readonly problems: number;
}

export interface Lens {
  readonly line: number;
  /** May hold icons. */
  readonly title: string;
  readonly action: 'run' | 'compare' | 'problems';
  /** The run that is meant; all when missing. */
  readonly only?: readonly string[];
}

/** At the top links for all runs, above each run its own; of a file with errors also where these are listed. */
export function lensesOf({ runs, problems }: Outline, hasResult: boolean): Lens[] {
  const again = hasResult ? ' again' : '';
  const wrong: Lens[] =
    problems === 0 ? [] : [{ line: 0, title: `$(error) ${counted(problems)}`, action: 'problems' }];
  if (runs.length === 0) return wrong;
  const whole: Lens[] = [
    { line: 0, title: `$(run-all) Run all${again}`, action: 'run' },
    ...(hasResult ? [{ line: 0, title: '$(diff) Compare', action: 'compare' } as const] : []),
  ];
  const each = runs.flatMap(({ name, range }): Lens[] => {
    const line = range.start.line;
    const only = [name];
    return [
      { line, title: `$(run) Run${again}`, action: 'run', only },
      ...(hasResult ? [{ line, title: '$(diff) Compare', action: 'compare', only } as const] : []),
    ];
  });
  return [...wrong, ...whole, ...each];
}

function counted(problems: number): string {
  return problems === 1 ? '1 error' : `${problems} errors`;
}
