/** CSV (RFC 4180) that a spreadsheet can open without running anything. Pure. */

export type CsvCell = string | number;

/** Rows as the text of a file. */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

/** Quotes what needs it; a text that a spreadsheet would run as a formula gets an apostrophe before it. */
function quote(cell: CsvCell): string {
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replace(/"/g, '""')}"` : text;
}
