import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { lsnOf } from '../../../src/core/lsn.ts';
import { chooseRestore } from '../../../src/backups/restore/choose.ts';
import { storedWal } from '../../../src/backups/wal/stored.ts';
import { readSources } from '../../../src/app/restore/read-sources.ts';
import { keepProof } from '../../../src/operations/backup/read-back.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../../servers.ts';
import type { PostgresMajor } from '../../servers/postgres-majors.ts';
import { seededRandom } from '../../state/seeded-random.ts';
import { QUICK } from '../../providers/self-managed/backup/backing-up.ts';
import { actsOf, type Act } from './acts.ts';
import { startBot, type Bot, type Life } from './bot.ts';
import {
  contentsOf,
  expectKept,
  expectOnlyGoodOnes,
  expectServersFree,
  leftIn,
  placesOf,
  type Contents,
} from './facts.ts';
import { restoredIds, startWriter, type Writer } from './rows.ts';
import type { Death, StorePlace } from './store-places.ts';

export type Storm = { seed: number; rounds: number; major: PostgresMajor; place: StorePlace; acts?: readonly string[] };
type World = {
  bot: Bot;
  database: TestPostgres;
  cache: TestRedis;
  writer: Writer;
  below(limit: number): number;
};

/** What each round was and whether it was killed, for who wants to see it. */
export async function killedBackups({ seed, rounds, major, place, acts }: Storm): Promise<string[]> {
  const random = seededRandom(seed);
  const settings = {
    ...QUICK,
    max_slot_wal_keep_size: '2GB',
    synchronous_commit: 'on',
    ...(major === 18 ? { summarize_wal: 'on' } : {}),
  };
  const [database, cache] = await Promise.all([
    startTestPostgres({ major, settings }),
    startTestRedis({ replica: true }),
  ]);
  const bot = await startBot(database, cache, place);
  const writer = await startWriter(database, cache);
  const world = { bot, database, cache, writer, below: (limit: number) => Math.floor(random() * limit) };
  const told: string[] = [];
  try {
    await calmly(world, 'wal shop-db');
    await calmly(world, 'backup shop-db full');
    const all = actsOf(major).filter(({ name }) => acts === undefined || acts.includes(name));
    for (let round = 0; round < rounds; round += 1) {
      const act = acts === undefined ? all[world.below(all.length)] : all[round % all.length];
      if (act === undefined) throw new Error('there is always something to do');
      const said = await oneRound(world, act, `seed ${seed}, round ${round}, ${act.name}`);
      told.push(`${act.name}: ${said}`);
      process.stderr.write(`seed ${seed}, round ${round}: ${act.name}, ${said}\n`);
    }
    await expectAllComesBack(world, `seed ${seed}`);
  } finally {
    await writer.stop();
    await bot.stop();
    await Promise.all([database.stop('immediate'), cache.stop()]);
    await place.close();
  }
  return told;
}

/** One death, as it is drawn. */
type Round = { act: Act; isHere: boolean; death: Death; life: Life; why: string };

function drawn({ below }: World, act: Act, round: string): Round {
  const death: Death = below(2) === 0 ? nthOf(below, act) : { afterMs: below(act.atMostMs) };
  const isHere = act.only === undefined ? below(2) === 0 : act.only === 'here';
  const life: Life = { death, ...(act.isPrune ? { aheadDays: AHEAD_DAYS } : {}) };
  return { act, isHere, death, life, why: `${round}, ${isHere ? 'here' : 'served'}, ${JSON.stringify(death)}` };
}

/** One piece of work that is killed and begun again. */
async function oneRound(world: World, act: Act, round: string): Promise<string> {
  const { bot, database } = world;
  await act.before?.(database);
  if (act.isPrune) await prove(bot);
  const one = drawn(world, act, round);
  const before = { contents: await contentsOf(bot.place), mayGo: act.isPrune ? await expiring(bot) : () => false };
  const expectRight = (when: string) => expectAllRight(world, before, `${one.why}, ${when}`);
  const wasKilled = await (one.isHere ? hereOnce : served)(world, one, () => expectRight('killed'));
  if (act.isPrune) await pruneAgain(world, act);
  await expectRight('over');
  await expectEnd(world, one);
  return wordsOf(one) + (wasKilled ? '' : ', over before');
}

function wordsOf({ isHere, death }: Round): string {
  return `${isHere ? 'here' : 'served'} ${'nth' in death ? `${death.moment} ${death.nth}.` : `${death.afterMs} ms`}`;
}

type Before = { contents: Contents; mayGo(where: string): boolean };

async function expectAllRight({ bot, database, cache }: World, before: Before, why: string): Promise<void> {
  const after = await contentsOf(bot.place);
  expectKept(before.contents, after, before.mayGo, why);
  await expectOnlyGoodOnes(bot.place, after, why);
  await expectServersFree(database, cache, why);
}

/** What is true of some work when it has ended after all. */
async function expectEnd({ bot }: World, { act, why }: Round): Promise<void> {
  if (act.isPrune) await expectSwept(bot, act, why);
  if (act.words.startsWith('wal')) await expectReaches(bot.place, why);
  if (act.loads) expect(leftIn(bot.scratch), why).toEqual([]);
}

const AHEAD_DAYS = 40;

function nthOf(below: World['below'], { places }: Act): Death {
  return { nth: 1 + below(places), moment: below(2) === 0 ? 'before' : 'after' };
}

type Killed = () => Promise<void>;

/** In a process of its own that is killed; somebody begins it again. */
async function hereOnce(world: World, { act, life }: Round, killed: Killed): Promise<boolean> {
  const { words, again = words } = act;
  const child = world.bot.run([...words.split(' '), ...(words.endsWith('--follow') ? [] : ['--here'])], life);
  const end = killLater(child, life);
  const code = await child.ended();
  end.abort();
  await killed();
  await calmly(world, again);
  return code === null;
}

/** Without anything that befalls it. */
async function calmly({ bot }: World, words: string): Promise<void> {
  for (;;) {
    const child = bot.run([...words.split(' '), '--here']);
    const code = await child.ended();
    if (code !== 0 && TOO_SLOW.test(child.said())) continue;
    return expect(code, child.said()).toBe(0);
  }
}

/** What the bot says of a busy machine, and nothing of backups: whoever reads it asks again. */
const TOO_SLOW = /no answer from 127\.0\.0\.1:\d+ within/;

async function answered(bot: Bot, words: string, first: string): Promise<string> {
  for (let run = first; ; run = await bot.ask(words)) {
    const said = await bot.over(run);
    if (!TOO_SLOW.test(said)) return said;
  }
}

function killLater(child: ReturnType<Bot['run']>, { death }: Life): AbortController {
  const end = new AbortController();
  if (death && 'afterMs' in death)
    void sleep(death.afterMs, undefined, { signal: end.signal }).then(
      () => child.end('SIGKILL'),
      () => undefined,
    );
  return end;
}

/** Asked for in Slack; who asked is told by the next process. */
async function served({ bot }: World, { act, life }: Round, killed: Killed): Promise<boolean> {
  const { words, good } = act;
  const { death: _death, ...calm } = life;
  const first = await bot.serve(life);
  const run = await bot.ask(words);
  const end = killLater(first, life);
  const isDead = await Promise.race([first.ended().then(() => true), bot.over(run).then(() => false)]);
  end.abort();
  await first.end('SIGKILL');
  await killed();
  const second = await bot.serve(calm);
  expect(await answered(bot, words, run)).toMatch(good);
  await second.end('SIGKILL');
  return isDead;
}

/** What was cut off in the middle of deleting is deleted by the next run. */
async function pruneAgain({ bot }: World, { words }: Act): Promise<void> {
  const server = await bot.serve({ aheadDays: AHEAD_DAYS });
  expect(await bot.over(await bot.ask(words))).toMatch(/prune|delete|can go|nothing/i);
  await server.end('SIGKILL');
}

/** As after a drill: one of the older ones was restored and started. */
async function prove({ place: { stores } }: Bot): Promise<void> {
  for (const store of stores)
    for (const { place, backups } of await placesOf(store, ['shop-db'])) {
      const one = backups[Math.min(2, backups.length - 1)];
      const at = new Date().toISOString();
      const proof = { version: 1, store: store.name, level: 'L4', at, run: 'drill', outcome: 'passed', problems: [] };
      if (one) await keepProof(store, place, { ...proof, label: one.label } as Parameters<typeof keepProof>[2]);
    }
}

/** Of those that were finished and go: older than one that was restored and nobody builds on them. WAL is looked at by what it is for. */
async function expiring({ place: { stores } }: Bot): Promise<(where: string) => boolean> {
  const going: string[] = [];
  for (const store of stores)
    for (const { key, backups, unfinished } of await placesOf(store)) {
      const proven = backups.filter(({ proofs }) => proofs.some(({ level }) => level >= 'L3')).at(-1);
      const needed = new Set([proven, backups.at(-1)].flatMap((one) => one?.chain ?? []));
      const old = backups.filter(({ label, endedAt }) => !needed.has(label) && endedAt < (proven?.endedAt ?? ''));
      going.push(...[...old, ...unfinished].map(({ label }) => `${store.name} ${key}/base/${label}/`));
    }
  return (where) => where.includes('/wal/') || going.some((folder) => where.startsWith(folder));
}

async function expectSwept({ place: { stores } }: Bot, { words }: Act, why: string): Promise<void> {
  const target = words.split(' ')[1] ?? '';
  for (const store of stores) {
    const left = (await placesOf(store, [target])).flatMap(({ unfinished }) => unfinished.map(({ label }) => label));
    for await (const { key } of store.unfinished(`${target}/`)) left.push(key);
    expect(left, `${why}: ${store.name}`).toEqual([]);
  }
}

/** There is a backup from which it can be brought to the last that is stored. */
async function expectReaches({ stores }: StorePlace, why: string): Promise<void> {
  for (const store of stores) {
    const sources = await readSources(store, 'shop-db');
    const found = chooseRestore(sources, { kind: 'latest' });
    if ('refused' in found) throw new Error(`${why}: ${store.name}: ${found.refused}`);
    const { chain, wal, segmentBytes } = found.choice;
    const stored = sources.flatMap(({ place }) =>
      place.walObjects.flatMap((one) => storedWal(one, segmentBytes) ?? []),
    );
    const ends = [...wal.map(({ endLsn }) => endLsn), lsnOf(chain.at(-1)?.wal.stopLsn ?? '0/0')];
    const missed = stored.filter(({ endLsn }) => ends.every((end) => end < endLsn)).map(({ key }) => key);
    expect(missed, `${why}: ${store.name}`).toEqual([]);
  }
}

/** Each row that was acknowledged before the last look is in what is restored. */
async function expectAllComesBack(world: World, why: string): Promise<void> {
  const acknowledged = world.writer.acknowledged();
  await calmly(world, 'wal shop-db');
  for (const store of world.bot.place.stores) {
    const ids = await restoredIds(store);
    const lost = Array.from({ length: acknowledged }, (_, n) => n + 1).filter((id) => !ids.has(id));
    expect(lost, `${why}: ${store.name}`).toEqual([]);
  }
}
