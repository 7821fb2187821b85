import type { NextAction } from '../../core/finding.ts';
import { emptyReport, type Item, type Report, type Table } from '../../core/report.ts';
import { stopsOf } from '../../checks/postgres/session.ts';
import { countText, durationText } from '../../checks/wording.ts';
import { filterWords } from './filter-words.ts';
import { doingText, drawTree } from './lock-drawing.ts';
import type { Asked, Listed, PostgresLook, Tree } from './postgres-look.ts';

const MOST_ITEMS = 8;
/** A statement that ends within this needs nobody. */
const ITEM_LEAST_SECONDS = 1;

/** Pure: what was seen of the sessions of one member, in words. */
export function postgresReport(target: string, look: PostgresLook, asked: Asked, at: string): Report {
  const { blind } = look;
  return {
    ...emptyReport({
      operation: 'sessions',
      subject: target,
      status: blind ? 'unknown' : 'info',
      headline: headlineOf(look, asked),
      at,
    }),
    ...(blind
      ? {
          coverage: {
            asked: 1,
            answered: 0,
            gaps: [{ check: 'sessions', kind: 'skipped', reason: blind.skipped, fix: blind.fix }],
          },
        }
      : {}),
    facts: factsOf(look),
    tables: [sessionTable(look), groupTable(look)],
    items: itemsOf(target, look),
    next: [{ label: 'Look again', operation: 'sessions', target, args: [], disruptive: false }],
  };
}

function headlineOf(look: PostgresLook, asked: Asked): string {
  const { member, states, maxConnections, trees, moreTrees, matching } = look;
  const total = states.reduce((sum, one) => sum + one.sessions, 0);
  const byState = states.map(({ state, sessions }) => `${sessions} ${state}`).join(', ');
  const most = maxConnections === 0 ? '' : ` of ${maxConnections}`;
  const all = `${total}${most} sessions on ${member}: ${byState || 'nobody is connected'}`;
  const words = filterWords(asked);
  const shown = words === '' ? all : `${matching} of ${countText(total, 'session')} on ${member} ${words}`;
  const waiting = trees.reduce((sum, { victims }) => sum + victims, 0);
  if (waiting === 0) return `${shown}; none waits for a lock`;
  const oldest = Math.max(...trees.map(({ oldestWaitSeconds }) => oldestWaitSeconds));
  const more = moreTrees > 0 ? `, and ${countText(moreTrees, 'smaller queue')}` : '';
  return `${shown}; ${waiting} wait${waiting === 1 ? 's' : ''} for locks, the oldest for ${durationText(oldest)}${more}`;
}

function factsOf({ prepared }: PostgresLook): Report['facts'] {
  return prepared.map(({ owner, database, ageSeconds }) => ({
    label: 'Prepared transaction',
    value: `of ${owner} in ${database}, ${durationText(ageSeconds)} old: it ends by COMMIT PREPARED or ROLLBACK PREPARED only`,
  }));
}

function sessionTable({ sessions, matching, member }: PostgresLook): Table {
  const more = matching > sessions.length ? `, ${sessions.length} of ${matching}` : '';
  return {
    title: `Sessions on ${member}, active first${more}`,
    columns: [
      { key: 'pid', label: 'pid' },
      { key: 'application', label: 'Application' },
      { key: 'user', label: 'User' },
      { key: 'state', label: 'State' },
      { key: 'transaction', label: 'In transaction' },
      { key: 'waits', label: 'Waits for' },
      { key: 'query', label: 'Statement' },
    ],
    rows: sessions.map((session) => ({
      pid: session.pid,
      application: session.backendType === 'client backend' ? session.application || 'unnamed' : session.backendType,
      user: session.user || null,
      state: doingText(session),
      transaction: session.transactionSeconds === null ? null : durationText(session.transactionSeconds),
      waits: session.waitsFor,
      query: session.query || null,
    })),
  };
}

function groupTable({ groups }: PostgresLook): Table {
  return {
    title: 'By application, user and state',
    columns: [
      { key: 'application', label: 'Application' },
      { key: 'user', label: 'User' },
      { key: 'state', label: 'State' },
      { key: 'sessions', label: 'Sessions' },
      { key: 'oldest', label: 'Longest in it' },
    ],
    rows: groups.map(({ oldestSeconds, ...group }) => ({ ...group, oldest: durationText(oldestSeconds) })),
  };
}

/** The roots of the lock trees, then what works or holds a transaction open for longest: what somebody may want to stop. */
function itemsOf(target: string, look: PostgresLook): Item[] {
  const place = { target, member: look.member };
  const roots = new Set(look.trees.map(({ root }) => root.pid));
  const others = look.sessions.filter(
    ({ pid, state, backendType, stateSeconds, waitsFor }) =>
      !roots.has(pid) &&
      state !== 'idle' &&
      backendType === 'client backend' &&
      stateSeconds >= ITEM_LEAST_SECONDS &&
      // Whoever waits for a lock stands in a tree, and goes on when its root does.
      !waitsFor?.startsWith('Lock:'),
  );
  return [
    ...look.trees.map((tree) => treeItem(place, tree)),
    ...others.slice(0, MOST_ITEMS - look.trees.length).map((session) => sessionItem(place, session)),
  ];
}

type Place = { target: string; member: string };

function treeItem(place: Place, { root, victims, oldestWaitSeconds }: Tree): Item {
  const { session } = root;
  const who = root.pid === 0 ? 'A prepared transaction' : session ? rootText(session) : `pid ${root.pid}`;
  const blocks = `blocks ${countText(victims, 'session')}, the oldest for ${durationText(oldestWaitSeconds)}.`;
  return { text: `${who} ${blocks}`, lines: drawTree(root), next: session ? actionsOn(place, session) : [] };
}

function rootText(session: Listed): string {
  return `pid ${session.pid} (${nameOf(session)}, ${doingText(session)})`;
}

function sessionItem(place: Place, session: Listed): Item {
  const { transactionSeconds, waitsFor, query } = session;
  const parts = [
    ...(transactionSeconds === null ? [] : [`in transaction for ${durationText(transactionSeconds)}`]),
    ...(waitsFor === null ? [] : [`waits for ${waitsFor}`]),
    ...(query === '' ? [] : [query]),
  ];
  return { text: [rootText(session), ...parts].join(' · '), lines: [], next: actionsOn(place, session) };
}

/** "billing (shop)"; a server of the database itself by its kind. */
function nameOf({ application, user, backendType }: Listed): string {
  const name = backendType === 'client backend' ? `app ${application || 'unnamed'}` : backendType;
  return user === '' ? name : `${name}, user ${user}`;
}

function actionsOn({ target, member }: Place, session: Listed): NextAction[] {
  if (session.backendType !== 'client backend' || session.isSuperuser) return [];
  return stopsOf({ ...session, member }, target);
}
