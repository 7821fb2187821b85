import { bytesText } from '../../core/amount.ts';
import type { NextAction } from '../../core/finding.ts';
import { emptyReport, type Report, type Table } from '../../core/report.ts';
import type { PruneEnded, PruneLook, StoreExpired } from './look.ts';
import { counted, removable } from './plan.ts';

export type About = { target: string; at: string };
type Pruned = Extract<PruneEnded, { stores: unknown }>['stores'][number];

/** As many as can be read on a phone. */
const LISTED = 14;

/** Pure: what would go and what stays, of each store. */
export function expiredReport({ target, at }: About, look: PruneLook): Report {
  const going = removable(look);
  const seen = look.stores.filter((one): one is StoreExpired => 'sha256' in one);
  const freed = going.reduce((sum, { freedBytes }) => sum + (freedBytes ?? 0), 0);
  const isKnown = going.every(({ freedBytes }) => freedBytes !== null);
  const headline =
    going.length === 0
      ? 'nothing can go'
      : `${going.map((one) => `${whatOf(one)} of the ${one.store} store`).join(', ')} can go${isKnown ? `: ${bytesText(freed)}` : ''}; nothing was deleted`;
  return {
    ...emptyReport({ operation: 'prune', subject: target, status: statusOf(look), headline, at }),
    tables: seen.flatMap(tablesOf),
    text: [...notSeen(look), ...seen.flatMap(wordsOf)],
    next: [...(going.length === 0 ? [] : [applyAction(target)]), listAction(target)],
  };
}

/** Pure: what went. */
export function prunedReport({ target, at }: About, look: PruneLook, said: PruneEnded): Report {
  const about = { operation: 'prune', subject: target, at };
  if (said.ended === 'cut-off')
    return { ...emptyReport({ ...about, status: 'warning', headline: said.why }), next: [applyAction(target)] };
  const refused = said.stores.filter((one) => 'refused' in one);
  const headline = said.stores.map(headlineOf).join('; ');
  return {
    ...emptyReport({ ...about, status: refused.length > 0 ? 'warning' : statusOf(look), headline }),
    tables: removable(look).map(removedTable),
    text: [...notSeen(look), ...said.stores.flatMap(afterwards)],
    next: [listAction(target)],
  };
}

const GOES = 'Goes from';

/** Pure: whether a report is of backups that go, or could not go; WAL goes every day. */
export function tellsOfBackups({ status, tables }: Report): boolean {
  return status !== 'info' || tables.some(({ title }) => title.startsWith(GOES));
}

function statusOf({ stores }: PruneLook): Report['status'] {
  return stores.some((one) => 'unseen' in one) ? 'warning' : 'info';
}

function whatOf({ removeCount, walObjects, uploads }: Pick<StoreExpired, 'removeCount' | 'walObjects' | 'uploads'>) {
  const parts = [
    ...(removeCount > 0 ? [counted(removeCount, 'backup')] : []),
    ...(walObjects > 0 ? [`${counted(walObjects, 'object')} of WAL`] : []),
    ...(uploads > 0 ? [counted(uploads, 'unfinished upload')] : []),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(' and ');
}

function headlineOf(one: Pruned): string {
  if ('refused' in one) return one.refused;
  const { store, removed, walObjects, uploads, isCutShort } = one;
  const rest = isCutShort ? '; the time was over, the next run deletes the rest' : '';
  return `${whatOf({ removeCount: removed.length, walObjects, uploads })} deleted from the ${store} store${rest}`;
}

function afterwards(one: Pruned): string[] {
  if ('refused' in one) return [];
  const { store, spared, hidden } = one;
  return [
    ...spared.map(({ label, why }) => `${label} stayed in the ${store} store: ${why}.`),
    ...(hidden > 0
      ? [
          `The ${store} store keeps versions: what was deleted can be brought back until its lifecycle rule removes them.`,
        ]
      : []),
  ];
}

function notSeen({ stores }: PruneLook): string[] {
  return stores.flatMap((one) =>
    'unseen' in one ? [`The ${one.store} store could not be looked at: ${one.unseen}`] : [],
  );
}

function wordsOf({ store, heldBack, unplanned }: StoreExpired): string[] {
  return [
    ...(heldBack === null ? [] : [heldBack]),
    ...(unplanned === null ? [] : [`Nothing is planned for the ${store} store: ${unplanned}.`]),
  ];
}

function tablesOf(one: StoreExpired): Table[] {
  const kept: Table = {
    title:
      one.keepCount > LISTED
        ? `Stays in ${one.store}: the newest ${LISTED} of ${one.keepCount}`
        : `Stays in ${one.store}`,
    columns: [
      { key: 'label', label: 'Backup' },
      { key: 'why', label: 'Because' },
    ],
    rows: one.keep
      .toReversed()
      .slice(0, LISTED)
      .map(({ label, why }) => ({ label, why })),
  };
  return [...(one.remove.length > 0 ? [removedTable(one)] : []), ...(one.keep.length > 0 ? [kept] : [])];
}

function removedTable({ store, remove, removeCount }: StoreExpired): Table {
  return {
    title: removeCount > LISTED ? `${GOES} ${store}: the oldest ${LISTED} of ${removeCount}` : `${GOES} ${store}`,
    columns: [
      { key: 'label', label: 'Backup' },
      { key: 'size', label: 'Size' },
      { key: 'why', label: 'Because' },
    ],
    rows: remove.slice(0, LISTED).map(({ label, sizeBytes, why }) => ({
      label,
      size: sizeBytes === null ? 'not told' : bytesText(sizeBytes),
      why,
    })),
  };
}

function applyAction(target: string): NextAction {
  return { label: 'Delete it', operation: 'prune', target, args: ['apply'], disruptive: false };
}

function listAction(target: string): NextAction {
  return { label: 'Show backups', operation: 'backups', target, args: [], disruptive: false };
}
