import type {
  KeptPlan,
  StatementAsk,
  StatementComparison,
  StatementLook,
  StatementMemory,
  StatementPlan,
  StatementText,
} from '../core/statement.ts';
import type { KeptShape, KeptTexts, StatementStore } from '../state/statements.ts';
import { compareStatements } from '../statements/compare.ts';
import { historyOf, type History } from '../statements/history.ts';
import { withinCheckpoint } from '../statements/within-checkpoint.ts';
import { withLogged, withLoggedPlans } from '../statements/logged-plans.ts';
import { shapesOf, windowBetween, windowOfAll } from '../statements/window.ts';

/** The days before that a digest compares with, and as long again as the asked time for its chart. */
const COMPARED_MS = 8 * 86_400_000;
/** A shape that nobody ran for so long is forgotten. */
const FORGOTTEN_MS = 15 * 86_400_000;
const MOST_APPLICATIONS = 5;
const MOST_PLANS = 3;

/** Keeps what rooms count of statements and compares it with what they counted before. */
export function statementMemory(store: StatementStore): StatementMemory {
  return {
    unknown: async (target, ids) => {
      const { ids: known } = await store.texts(target);
      return ids.filter((id) => !Object.hasOwn(known, id));
    },
    compare: async (target, looks, texts, ask) => {
      const kept = await store.changeTexts(target, (known) => withTexts(known, texts, looks));
      return withinCheckpoint(await Promise.all(looks.map((look) => compareOne(store, target, look, kept, ask))));
    },
    plans: async (target, plans, at) => {
      let before: KeptPlan[] = [];
      await store.changeTexts(target, (known) => {
        const changed = withPlans(known, plans, at);
        before = changed.before;
        return changed.kept;
      });
      return before;
    },
    keepLogged: async (target, plans) => {
      await store.changeTexts(target, (known) => ({ ...known, shapes: withLogged(known.shapes, plans) }));
    },
  };
}

/** Pure: the plans as they are now beside those that were, and the last other one of each shape. */
function withPlans(
  known: KeptTexts,
  plans: readonly StatementPlan[],
  at: string,
): { kept: KeptTexts; before: KeptPlan[] } {
  const shapes: Record<string, KeptShape> = { ...known.shapes };
  const before = plans.flatMap((plan) => {
    const shape = shapes[plan.shape];
    if (!shape) return [];
    const all = shape.plans ?? [];
    const same = all[0]?.hash === plan.hash ? all[0] : undefined;
    const others = same ? all.slice(1) : all;
    const now = { ...plan, firstAt: same?.firstAt ?? at, lastAt: at };
    shapes[plan.shape] = { ...shape, plans: [now, ...others].slice(0, MOST_PLANS) };
    return others.slice(0, 1);
  });
  return { kept: { ...known, shapes }, before };
}

/** Where nothing is kept: all that the servers have counted. */
export function compareInMemory(
  looks: readonly StatementLook[],
  texts: readonly StatementText[],
  ask: StatementAsk,
): StatementComparison[] {
  const { ids, shapes } = withTexts({ ids: {}, shapes: {} }, texts, looks);
  const shapeOf = shapesOf(Object.entries(ids).map(([id, shape]) => ({ id, shape })));
  return looks.map((look) => {
    const all = windowOfAll(look, shapeOf);
    return compareStatements({ look, windows: all ? [all] : [], shapes: new Map(Object.entries(shapes)) }, ask);
  });
}

async function compareOne(
  store: StatementStore,
  target: string,
  look: StatementLook,
  { ids, shapes }: KeptTexts,
  ask: StatementAsk,
): Promise<StatementComparison> {
  const shapeOf = shapesOf(Object.entries(ids).map(([id, shape]) => ({ id, shape })));
  await store.keep(target, look, (before) => windowBetween(before, look, shapeOf));
  const comparedMs = ask.comparedSeconds === undefined ? COMPARED_MS : ask.comparedSeconds * 1_000;
  const since = new Date(Date.parse(ask.since) - comparedMs).toISOString();
  const { windows, ...history } = await historyIn(store, target, look, since);
  const all = windows.length > 0 ? undefined : windowOfAll(look, shapeOf);
  const known = all ? [all] : windows;
  const compared = compareStatements(
    { look, windows: known, shapes: new Map(Object.entries(shapes)), ...history },
    ask,
  );
  return withLoggedPlans(compared, shapes);
}

/** Windows of other members are read only where a member changed its role. */
async function historyIn(store: StatementStore, target: string, look: StatementLook, since: string): Promise<History> {
  const own = (await store.windows(target, look.member, since)).map((window) => ({ member: look.member, window }));
  const history = historyOf(look, own);
  if (history.since === null || look.role === 'replica') return history;
  return historyOf(look, await store.allWindows(target, since));
}

/** Pure: what was known and what is new; shapes that nobody runs any more are left out, and their ids with them. */
function withTexts(kept: KeptTexts, texts: readonly StatementText[], looks: readonly StatementLook[]): KeptTexts {
  const now =
    looks
      .map(({ at }) => at)
      .toSorted()
      .at(-1) ?? '';
  // By the day: an hour more is nothing to keep.
  const seenAt = now.slice(0, 'yyyy-mm-dd'.length);
  const ids: Record<string, string> = { ...kept.ids, ...Object.fromEntries(texts.map(({ id, shape }) => [id, shape])) };
  const shapes: Record<string, KeptShape> = { ...kept.shapes };
  for (const { shape, text, tags } of texts) {
    shapes[shape] = { applications: [], ...shapes[shape], shape, text, tags, seenAt };
  }
  const running = looks.flatMap((look) => look.running);
  for (const id of new Set(looks.flatMap(({ rows }) => rows.map(([one]) => one)))) {
    const known = shapes[ids[id] ?? ''];
    if (!known) continue;
    const seen = running
      .filter(({ shape, application }) => shape === known.shape && application !== '')
      .map(({ application }) => application);
    const applications = [...new Set([...known.applications, ...seen])].slice(0, MOST_APPLICATIONS);
    shapes[known.shape] = { ...known, applications, seenAt };
  }
  const living = Object.values(shapes).filter((one) => Date.parse(now) - Date.parse(one.seenAt) < FORGOTTEN_MS);
  const names = new Set(living.map(({ shape }) => shape));
  return {
    ids: Object.fromEntries(Object.entries(ids).filter(([, shape]) => names.has(shape))),
    shapes: Object.fromEntries(living.map((one) => [one.shape, one])),
  };
}
