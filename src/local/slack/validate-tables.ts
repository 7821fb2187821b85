import type { Json } from '../../core/json.ts';
import { isList, listAt, textAt } from './json-fields.ts';
import { LIMITS } from './limits.ts';
import type { Problem } from './validate-blocks.ts';

/** What Slack asks of tables and charts over a whole message (https://docs.slack.dev/reference/block-kit/blocks/data-table-block). */
export function problemsOfTables(blocks: readonly Json[], at: string): Problem[] {
  const charts = blocks.filter((block) => textAt(block, 'type') === 'data_visualization').length;
  const tooManyCharts = charts > LIMITS.chartsInMessage;
  return [
    ...blocks.flatMap((block, index) =>
      textAt(block, 'type') === 'data_table' ? uneven(block, `${at}/${index}`) : [],
    ),
    ...(cellCharacters(blocks) > LIMITS.dataTableCharacters
      ? [
          {
            pointer: at,
            message: `data_table cells must be less than ${LIMITS.dataTableCharacters + 1} characters in all`,
          },
        ]
      : []),
    ...(tooManyCharts
      ? [{ pointer: at, message: `no more than ${LIMITS.chartsInMessage} data_visualization blocks allowed` }]
      : []),
  ];
}

/** A message may hold one table or data table; more are refused with `invalid_attachments`. */
export function hasTooManyTables(blocks: readonly Json[]): boolean {
  const tables = blocks.filter((block) => ['table', 'data_table'].includes(textAt(block, 'type') ?? ''));
  return tables.length > LIMITS.tablesInMessage;
}

/** Characters that a reader sees, as Slack counts them against `msg_blocks_too_long`. */
export function renderedCharacters(value: Json): number {
  if (isList(value)) return value.reduce<number>((sum, one) => sum + renderedCharacters(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, one]) => {
    if (typeof one === 'string') return sum + (SHOWN.has(key) ? one.length : 0);
    return sum + renderedCharacters(one);
  }, 0);
}

const SHOWN = new Set(['text', 'title', 'caption', 'fallback']);

function uneven(block: Json, at: string): Problem[] {
  const rows = listAt(block, 'rows');
  const width = isList(rows[0]) ? rows[0].length : 0;
  return rows.flatMap((row, index) =>
    isList(row) && row.length !== width
      ? [{ pointer: `${at}/rows/${index}`, message: `must have ${width} cells like the header` }]
      : [],
  );
}

function cellCharacters(blocks: readonly Json[]): number {
  return blocks
    .filter((block) => textAt(block, 'type') === 'data_table')
    .reduce<number>((sum, block) => sum + renderedCharacters(listAt(block, 'rows')), 0);
}
