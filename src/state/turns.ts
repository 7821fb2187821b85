import * as z from 'zod';
import { runName, shortRun, type RunRequest } from '../core/run.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** A target that an alarm or an event wants looked at, and the report that will tell of it. */
export type Turn = {
  /** What it is about: an incident, or what the provider says of a target that has none. */
  about: string;
  target: string;
  environment: string;
  status: 'waiting' | 'looking' | 'done';
  /** ISO time of the first change that this report is about. */
  since: string;
  /** The run that looks, or is to look. */
  request: RunRequest;
  /** While looking: after this the run counts as dead, and another one looks in its place. */
  lookingUntilMs: number;
  /** How often a run in its place died. */
  deaths: number;
  /** Is an alarm of the target still on? */
  inAlarm: boolean;
  /** Changes of the last ten minutes and of this turn. */
  changes: number;
  /** Short names of the last runs that were asked for: a change that is delivered again asks for the same one. */
  asked: readonly string[];
};

/**
 * One item an incident: whoever comes while a report of it waits or is made joins that report, so that there is one at most.
 * A change is kept in the incident before it asks, and a report's message is written after `looked`: what joined is in it.
 */
export type Turns = {
  /** Joins the turn that waits or looks, or opens one. */
  ask(
    ask: Pick<Turn, 'about' | 'target' | 'environment' | 'request' | 'inAlarm'>,
  ): Promise<{ turn: Turn; joined: boolean }>;
  /** Lets the run of this name look until then, or longer: `over` when the turn is another's by now. Repeatable. */
  begin(about: string, runId: string, untilMs: number): Promise<{ turn: Turn } | { over: true }>;
  /** The run could not be started by who began it until then: its turn waits again, unless somebody began it anew. */
  putBack(about: string, runId: string, untilMs: number): Promise<void>;
  /** The look of this run is over; somebody who took its place meanwhile keeps it. */
  looked(about: string, runId: string): Promise<void>;
  get(about: string): Promise<Turn | undefined>;
  /** Every turn of the last day, that of the oldest change first: for a storm, because it reads them all. */
  all(): Promise<Turn[]>;
};

const keptSeconds = 86_400;
const togetherMs = 600_000;
const rememberedAsks = 50;
const shape = z.object({ turn: z.custom<Turn>((value) => typeof value === 'object' && value !== null) });

export function createTurns(table: StateTable): Turns {
  const kept = (turn: Turn) => ({ turn, ttl: expiresAfter(table.now, keptSeconds) });
  const renewed = (turn: Turn) => ({ answer: { turn }, write: kept(turn) });
  return {
    ask: (ask) =>
      table.decide(keys.turn(ask.about), (item) => {
        const { turn, joined, isNew } = asked(asTurn(item), ask, table.now());
        return { answer: { turn, joined }, ...(isNew ? { write: kept(turn) } : {}) };
      }),
    begin: (about, runId, untilMs) =>
      table.decide<Awaited<ReturnType<Turns['begin']>>>(keys.turn(about), (item) => {
        const turn = asTurn(item);
        const isItsOwn = turn?.status === 'looking' && turn.request.runId === runId;
        if (isItsOwn) return renewed({ ...turn, lookingUntilMs: untilMs });
        if (!turn || !isWaiting(turn, table.now()) || nextRunId(turn) !== runId) return { answer: { over: true } };
        return renewed(begunTurn(turn, runId, untilMs));
      }),
    putBack: (about, runId, untilMs) =>
      change(table, about, runId, 'waiting', (turn) => turn.status === 'looking' && turn.lookingUntilMs === untilMs),
    // One that waits again was started all the same, by somebody who came at the same time.
    looked: (about, runId) => change(table, about, runId, 'done', ({ status }) => status !== 'done'),
    get: async (about) => asTurn(await table.get(keys.turn(about))),
    all: async () => {
      const turns = (await table.query(keys.turns)).flatMap((item) => asTurn(item) ?? []);
      return turns.toSorted((a, b) => (a.since < b.since ? -1 : 1));
    },
  };

  function change(
    on: StateTable,
    about: string,
    runId: string,
    status: Turn['status'],
    applies: (turn: Turn) => boolean,
  ): Promise<void> {
    return on.decide(keys.turn(about), (item) => {
      const turn = asTurn(item);
      if (turn?.request.runId !== runId || !applies(turn)) return { answer: undefined };
      return { answer: undefined, write: kept({ ...turn, status }) };
    });
  }
}

/** Nobody looks, or whoever did is dead. */
export function isWaiting({ status, lookingUntilMs }: Turn, nowMs: number): boolean {
  return status === 'waiting' || (status === 'looking' && lookingUntilMs <= nowMs);
}

/** The name of the next run of a turn: a run that died cannot be started again under its own. */
export function nextRunId({ status, request, deaths }: Turn): string {
  if (status !== 'looking') return request.runId;
  return runName(request.operation, `${request.runId}:in its place:${deaths + 1}`);
}

function begunTurn(turn: Turn, runId: string, lookingUntilMs: number): Turn {
  const deaths = turn.status === 'looking' ? turn.deaths + 1 : turn.deaths;
  return { ...turn, status: 'looking', lookingUntilMs, deaths, request: { ...turn.request, runId } };
}

type Asked = { turn: Turn; joined: boolean; isNew: boolean };

function asked(known: Turn | undefined, ask: Parameters<Turns['ask']>[0], nowMs: number): Asked {
  const short = shortRun(ask.request.runId);
  if (known?.asked.includes(short)) return { turn: known, joined: true, isNew: false };
  const isOpen = known !== undefined && known.status !== 'done';
  const isTogether = known !== undefined && (isOpen || nowMs - Date.parse(known.since) <= togetherMs);
  const next = {
    inAlarm: ask.inAlarm,
    changes: isTogether ? known.changes + 1 : 1,
    asked: [...(known?.asked ?? []), short].slice(-rememberedAsks),
  };
  if (isOpen) return { turn: { ...known, ...next }, joined: true, isNew: true };
  const since = new Date(nowMs).toISOString();
  const fresh = { ...ask, status: 'waiting', since, lookingUntilMs: 0, deaths: 0 } as const;
  return { turn: { ...fresh, ...next }, joined: false, isNew: true };
}

function asTurn(item: Item | undefined): Turn | undefined {
  return item === undefined ? undefined : shape.parse(item).turn;
}
