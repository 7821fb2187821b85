import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import type { Login } from '../../credentials.ts';
import type { Place } from '../switchover/sessions.ts';
import { startStopwatch, type Stopwatch } from '../switchover/world.ts';
import { postSwitchover } from './client.ts';
import { getReady, type Ready } from './get-ready.ts';
import { startPulse, type Pulse } from './pulse.ts';
import { prove } from './prove.ts';
import { notBegun, person } from './report.ts';
import { verdictOf, type Verdict } from './said.ts';
import { takesWrites } from './standing-in.ts';
import { sourceOf, viewOf } from './view.ts';

/** The parts of the work, in order. Once Patroni is asked nothing is taken back from here. */
export const patroniPhases = ['Get ready', 'Ask Patroni', 'Change the leader', 'Follow'] as const;
export type PatroniPhase = (typeof patroniPhases)[number];

/** The room is cut off after 45 s: what is open then, whoever settles finds out. */
const LEADER_PATIENCE_MS = 28_000;
const FOLLOW_PATIENCE_MS = 38_000;
const LOOK_MS = 50;

type Work = Place & { order: SwitchoverOrder; clock: Stopwatch<PatroniPhase>; startedAtMs: number };

/** Asks Patroni once, and watches what becomes of it. Throws a Fault where nobody saw its end, or where nothing was begun. */
export async function carryOut(
  place: Place,
  order: SwitchoverOrder,
  watch: (phase: PatroniPhase) => Promise<void>,
): Promise<SwitchoverResult> {
  const startedAtMs = performance.now();
  const clock = startStopwatch(watch);
  await clock.begin('Get ready');
  const login = await actLogin(place, order);
  const ready = await getReady(place, order);
  if ('why' in ready) return notBegun(clock.phases(), ready.why);
  try {
    await clock.begin('Ask Patroni');
    // A process that slept since would act on what it saw long ago.
    if (performance.now() - startedAtMs > order.deadlineSeconds * 1000)
      return notBegun(clock.phases(), 'it took too long to get ready.');
    return await ask({ ...place, order, clock, startedAtMs }, ready, login);
  } finally {
    await ready.close();
  }
}

async function actLogin({ spec, options }: Place, { from }: SwitchoverOrder): Promise<Login> {
  const { user, password } = sourceOf(spec, from).patroni.login ?? {};
  if (user === undefined || password === undefined) return {};
  return { user, password: await options.secret(password) };
}

async function ask(work: Work, ready: Ready, login: Login): Promise<SwitchoverResult> {
  const { spec, order, clock } = work;
  const pulse = startPulse(ready.old.ask);
  try {
    const { patroni } = sourceOf(spec, order.from);
    const said = listen(postSwitchover(patroni, login, ready.theirs, LEADER_PATIENCE_MS));
    await clock.begin('Change the leader');
    const changed = await untilChanged(work, ready, pulse, said);
    if ('why' in changed) {
      return changed.leader === order.from
        ? notBegun(clock.phases(), changed.why)
        : person(changed.why, clock.phases());
    }
    await clock.begin('Follow');
    const untilMs = work.startedAtMs + FOLLOW_PATIENCE_MS;
    return await prove(work, ready.next, order, {
      untilMs,
      names: ready.names,
      phases: clock.phases,
      writeGapMilliseconds: Math.round(changed.atMs - pulse.lastAtMs()),
    });
  } finally {
    await pulse.stop();
  }
}

/** What was answered so far, and when. */
type Said = () => { verdict: Verdict; atMs: number } | undefined;

function listen(asked: ReturnType<typeof postSwitchover>): Said {
  let heard: ReturnType<Said>;
  const hear = (verdict: Verdict) => (heard = { verdict, atMs: performance.now() });
  asked.then(
    (answer) => hear(verdictOf(answer)),
    (thrown: unknown) => hear({ is: 'open', said: thrown instanceof Error ? thrown.message : String(thrown) }),
  );
  return () => heard;
}

type Changed = { atMs: number } | { why: string; leader: string };

/** Until the new server takes a write, or it is certain that it will not. */
async function untilChanged(work: Work, ready: Ready, pulse: Pulse, said: Said): Promise<Changed> {
  const untilMs = performance.now() + LEADER_PATIENCE_MS;
  while (performance.now() < untilMs) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    if (await takesWrites(ready.next)) return { atMs: performance.now() };
    const heard = said();
    // oxlint-disable-next-line no-await-in-loop -- the same
    const no = heard && (await whyNot(work, ready, pulse, heard));
    if (no) return no;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(LOOK_MS);
  }
  const heard = said()?.verdict;
  const answer = heard === undefined ? 'it has not answered' : 'said' in heard ? heard.said : heard.why;
  throw new Fault('timed_out', `what Patroni made of it was not seen (${answer})`);
}

async function whyNot(
  { spec, order }: Work,
  { names }: Ready,
  pulse: Pulse,
  { verdict, atMs }: NonNullable<ReturnType<Said>>,
): Promise<Extract<Changed, { why: string }> | undefined> {
  if (verdict.is === 'refused') return { why: verdict.why, leader: order.from };
  const view = await viewOf(spec, names);
  if ('silent' in view || view.leader === null) return undefined;
  const { leader } = view;
  if (leader !== order.from && leader !== order.to)
    return { why: `Patroni gave the writes to ${leader} instead of ${order.to}.`, leader };
  const goesOn = leader === order.from && pulse.isBeating() && pulse.lastAtMs() > atMs;
  return verdict.is === 'failed' && goesOn ? { why: verdict.why, leader } : undefined;
}
