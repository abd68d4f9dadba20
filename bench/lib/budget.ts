/** One line of the result: a measured ratio (or time) against its budget. */
export interface Budget {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  /** `most`: measured must not exceed the limit; `least`: must reach it. */
  readonly bound: 'most' | 'least';
  readonly unit: string;
  /** What the number was made from. */
  readonly detail: string;
}

export function holds({ measured, limit, bound }: Budget): boolean {
  return bound === 'most' ? measured <= limit : measured >= limit;
}

/** A table of budgets for the terminal and for docs. */
export function budgetTable(budgets: readonly Budget[]): string {
  const rows = budgets.map((budget) => [
    budget.name,
    `${budget.measured.toFixed(2)}${budget.unit}`,
    `${budget.bound === 'most' ? '<=' : '>='} ${budget.limit}${budget.unit}`,
    holds(budget) ? 'holds' : 'MISSED',
    budget.detail,
  ]);
  const table = [['budget', 'measured', 'limit', '', 'from'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
