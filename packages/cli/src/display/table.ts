/** Rows of cells under each other, as people read them. */

/** Where the cells of a column stand. */
export type Alignment = 'left' | 'right';

/**
 * Lines of equal columns, indented by two; columns stand to the right unless told otherwise.
 * Spaces at the ends of lines are left out.
 */
export function table(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      alignments[column] === 'left' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
