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

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block: a caption, pages, and a click on a column sorts. */
export function DataTable({ block }: { block: JsonObject }): VNode {
  const [head = [], ...rows] = rowsOf(block);
  const [page, setPage] = useState(0);
  const [order, setOrder] = useState<Order>();
  const size = typeof block['page_size'] === 'number' ? block['page_size'] : 5;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const sorted = order
    ? rows.toSorted((one, other) => order.sign * compare(one[order.column], other[order.column]))
    : rows;
  const isNumber = (column: number): boolean => rows.some((row) => textAt(row[column], 'type') === 'raw_number');
  const sort = (column: number): void => {
    setOrder({ column, sign: order?.column === column && order.sign === 1 ? -1 : 1 });
    setPage(0);
  };
  return (
    <div class="block data-table">
      <Grid
        caption={withEmoji(textAt(block, 'caption') ?? '')}
        head={head}
        rows={sorted.slice(page * size, page * size + size)}
        look={(column) => (isNumber(column) ? 'right' : 'left')}
        order={order}
        sort={sort}
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

type Order = { column: number; sign: 1 | -1 };
type GridProps = {
  head: readonly Json[];
  rows: readonly (readonly Json[])[];
  look: (column: number) => string;
  caption?: string;
  order?: Order | undefined;
  sort?: (column: number) => void;
};

function Grid({ head, rows, look, caption, order, sort }: GridProps): VNode {
  return (
    <div class="block table" tabIndex={0} role="group" aria-label={caption ?? 'Table'}>
      <table>
        {caption !== undefined && <caption>{caption}</caption>}
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} class={look(column)} aria-sort={sort && sortWord(order, column)}>
                {sort ? (
                  <button type="button" onClick={() => sort(column)}>
                    <Cell cell={cell} /> {order?.column === column && (order.sign === 1 ? '↑' : '↓')}
                  </button>
                ) : (
                  <Cell cell={cell} />
                )}
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

function sortWord(order: Order | undefined, column: number): 'ascending' | 'descending' | 'none' {
  if (order?.column !== column) return 'none';
  return order.sign === 1 ? 'ascending' : 'descending';
}

/** Numbers by value, everything else by its words. */
function compare(one: Json | undefined, other: Json | undefined): number {
  const [left, right] = [one, other].map((cell) => (isObject(cell) ? cell['value'] : undefined));
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return (textAt(one, 'text') ?? '').localeCompare(textAt(other, 'text') ?? '');
}

function Cell({ cell }: { cell: Json }): VNode {
  if (isObject(cell) && cell['type'] === 'rich_text') return <RichText block={cell} />;
  const value = isObject(cell) && typeof cell['value'] === 'number' ? String(cell['value']) : '';
  return <>{withEmoji(textAt(cell, 'text') ?? value)}</>;
}

function rowsOf(block: JsonObject): (readonly Json[])[] {
  return listAt(block, 'rows').filter(isList);
}
