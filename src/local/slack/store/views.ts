import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Changes } from '../changes.ts';
import type { JsonObject } from '../json-fields.ts';
import { LIMITS } from '../limits.ts';
import type { SlackView } from '../message.ts';

/** Each person has a stack of at most three modals, of which the last is seen, and one App Home. */
export type Views = {
  /** Closes what is open and opens this. */
  open(user: string, content: JsonObject): SlackView;
  /** Undefined when three are open already. */
  push(user: string, content: JsonObject): SlackView | undefined;
  update(view: SlackView, content: JsonObject): SlackView;
  publish(user: string, content: JsonObject): SlackView;
  find(id: string): SlackView | undefined;
  /** By the external_id that the app gave. */
  findExternal(externalId: string): SlackView | undefined;
  top(user: string): SlackView | undefined;
  home(user: string): SlackView | undefined;
  /** Closes one view; the one below it shows again. */
  close(view: SlackView): void;
  closeAll(user: string): void;
};

const SELECT_ONE = 'SELECT body FROM views WHERE id = ?';
const SELECT_EXTERNAL = "SELECT body FROM views WHERE body ->> '$.content.external_id' = ?";
const SELECT_STACK = "SELECT body FROM views WHERE user = ? AND kind = 'modal' ORDER BY place";
const SELECT_HOME = "SELECT body FROM views WHERE user = ? AND kind = 'home'";
const UPSERT = `INSERT INTO views (id, user, kind, place, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET body = excluded.body`;
const DELETE = 'DELETE FROM views WHERE id = ?';
const DELETE_MODALS = "DELETE FROM views WHERE kind = 'modal'";
const DELETE_STACK = "DELETE FROM views WHERE user = ? AND kind = 'modal'";

export function createViews(database: DatabaseSync, changes: Changes, clock: () => number): Views {
  database.exec(DELETE_MODALS); // an open modal belongs to a screen, and those are gone after a restart
  const stack = (user: string): SlackView[] => database.prepare(SELECT_STACK).all(user).map(read);
  const one = (sql: string, value: string): SlackView | undefined => database.prepare(sql).all(value).map(read)[0];
  const tell = (user: string): void => changes.publish({ kind: 'view', user, view: stack(user).at(-1) ?? null });
  const keep = (view: SlackView, place: number): SlackView => {
    database.prepare(UPSERT).run(view.id, view.user, view.kind, place, JSON.stringify(view));
    if (view.kind === 'home') changes.publish({ kind: 'home', user: view.user, view });
    else tell(view.user);
    return view;
  };
  const fresh = (user: string, kind: SlackView['kind'], content: JsonObject): SlackView => ({
    id: `V${randomBytes(5).toString('hex').toUpperCase()}`,
    user,
    kind,
    hash: hash(clock()),
    content,
  });
  return {
    open: (user, content) => {
      database.prepare(DELETE_STACK).run(user);
      return keep(fresh(user, 'modal', content), 0);
    },
    push: (user, content) => {
      const depth = stack(user).length;
      return depth >= LIMITS.viewsInStack ? undefined : keep(fresh(user, 'modal', content), depth);
    },
    update: (view, content) => keep({ ...view, content, hash: hash(clock()) }, 0),
    publish: (user, content) => {
      const before = one(SELECT_HOME, user);
      return keep(before ? { ...before, content, hash: hash(clock()) } : fresh(user, 'home', content), 0);
    },
    find: (id) => one(SELECT_ONE, id),
    findExternal: (externalId) => one(SELECT_EXTERNAL, externalId),
    top: (user) => stack(user).at(-1),
    home: (user) => one(SELECT_HOME, user),
    close: (view) => {
      database.prepare(DELETE).run(view.id);
      tell(view.user);
    },
    closeAll: (user) => {
      database.prepare(DELETE_STACK).run(user);
      tell(user);
    },
  };
}

function hash(nowMs: number): string {
  return `${Math.floor(nowMs / 1000)}.${randomBytes(4).toString('hex')}`;
}

function read(row: Record<string, unknown>): SlackView {
  return JSON.parse(String(row['body'])) as SlackView;
}
