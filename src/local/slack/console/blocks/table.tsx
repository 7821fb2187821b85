import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Json } from '../../../../core/json.ts';
import { isList, isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { withEmoji } from '../emoji.ts';
import { RichText } from './rich-text.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/table-block: the first row is the head. */
export function Table({ block }: { block: JsonObject }): VNode {
  const [head = [], ...rows] = rowsOf(block);
  const settings = listAt(block, 'column_settings');
  const look = (column: number): string => {
    const setting = settings[column];
    const wrap = isObject(setting) && setting['is_wrapped'] === true ? 'wrap' : '';
    return `${textAt(setting, 'align') ?? 'left'} ${wrap}`;
  };
  return <Grid head={head} rows={rows} look={look} />;
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block: a caption, and pages. */
export function DataTable({ block }: { block: JsonObject }): VNode {
  const [head = [], ...rows] = rowsOf(block);
  const [page, setPage] = useState(0);
  const size = typeof block['page_size'] === 'number' ? block['page_size'] : 5;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const isNumber = (column: number): boolean => rows.some((row) => textAt(row[column], 'type') === 'raw_number');
  return (
    <div class="block data-table">
      <div class="caption">{withEmoji(textAt(block, 'caption') ?? '')}</div>
      <Grid
        head={head}
        rows={rows.slice(page * size, page * size + size)}
        look={(column) => (isNumber(column) ? 'right' : 'left')}
      />
      {pages > 1 && (
        <div class="pages">
          <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Previous
          </button>
          <span>
            {page + 1} of {pages}
          </span>
          <button type="button" disabled={page + 1 >= pages} onClick={() => setPage(page + 1)}>
            Next
          </button>
        </div>
      )}
    </div>
  );
}

type GridProps = { head: readonly Json[]; rows: readonly (readonly Json[])[]; look: (column: number) => string };

function Grid({ head, rows, look }: GridProps): VNode {
  return (
    <div class="block table">
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} class={look(column)}>
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} class={look(column)}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }: { cell: Json }): VNode {
  if (isObject(cell) && cell['type'] === 'rich_text') return <RichText block={cell} />;
  const value = isObject(cell) && typeof cell['value'] === 'number' ? String(cell['value']) : '';
  return <>{withEmoji(textAt(cell, 'text') ?? value)}</>;
}

function rowsOf(block: JsonObject): (readonly Json[])[] {
  return listAt(block, 'rows').filter(isList);
}
