import { countText } from '../../checks/wording.ts';
import type { NextAction } from '../../core/finding.ts';
import type { Table } from '../../core/report.ts';
import type { AfterLook } from './after-look.ts';

/** What is said of clients after the writes have moved; nothing where nobody looked. */
export type AfterTold = { text: string[]; tables: Table[]; next: NextAction[] };

const NOTHING: AfterTold = { text: [], tables: [], next: [] };

/** Pure: one or two lines, the clients as a table, and what is safest to do next. */
export function afterTold(
  after: AfterLook | null,
  { target, from, to }: { target: string; from: string; to: string },
): AfterTold {
  if (after === null) return NOTHING;
  const { left } = after;
  const counted = [...refusedWords(after), ...poolWords(after)];
  const text = [leftWords(after, from, to), ...(counted.length === 0 ? [] : [`${counted.join('; ')}.`])];
  if ('unseen' in left || left.clients === 0) return { ...NOTHING, text };
  const columns = [
    { key: 'name', label: 'Client' },
    { key: 'user', label: 'User' },
    { key: 'host', label: 'From' },
    { key: 'clients', label: 'Connections' },
  ];
  return {
    text,
    tables: [{ title: `Still connected to ${from}`, columns, rows: left.groups.map((group) => ({ ...group })) }],
    next: [{ label: `Clients of ${from}`, operation: 'sessions', target, args: ['member', from], disruptive: false }],
  };
}

function leftWords({ left }: AfterLook, from: string, to: string): string {
  if ('unseen' in left) return `Whether clients are still on ${from} could not be seen: ${left.unseen}.`;
  if (left.clients === 0) return `No client is connected to ${from} any more.`;
  const [first] = left.groups;
  const most = first ? `, most of them ${first.name} from ${first.host}` : '';
  const are = left.clients === 1 ? 'client is' : 'clients are';
  return `${left.clients.toLocaleString('en-US')} ${are} still connected to ${from}${most}: point them at ${to}, or restart them; what they read there grows old.`;
}

function refusedWords({ refused }: AfterLook): string[] {
  if (refused === undefined) return [];
  if ('unseen' in refused) return [`How many clients were refused meanwhile cannot be seen: ${refused.unseen}`];
  return [
    `The logs have ${countText(refused.writes, 'refused write')} (25006, read-only) and ${countText(refused.sessions, 'refused session')} (57P03) since it began`,
  ];
}

function poolWords({ pools = [] }: AfterLook): string[] {
  return pools.map(({ name, waiting, atWork }) => {
    const wait = waiting === 1 ? 'client waits' : 'clients wait';
    return `${name}: ${waiting} ${wait}, ${countText(atWork, 'connection')} to the server at work`;
  });
}
