import type { ScanLook } from '../../targets/key-scan.ts';

/** What a scan may cost. */
export type Budget = {
  /** Keys to be looked at; null: all. */
  keys: number | null;
  seconds: number;
  /** Of the server's processor, as we estimate our part of it. */
  cpuSeconds: number;
};
/** Why a scan ended before its keys did: it has seen enough of them, or may not go on. */
export type Stopped = 'enough' | 'time' | 'cpu' | 'promoted';

/** Below this many commands a second of others the server is as good as ours. */
const QUIET_PER_SECOND = 500;
/** A server executes commands on one core; of this part of it we take what others leave. */
const BUSY_RATIO = 0.8;
/** Never more than this share of the time while others work, and never less: a scan has to end. */
const SHARE = { most: 0.5, least: 0.1 };

/** Pure: which share of the time a scan may keep the server at work. */
export function shareOf({
  othersPerSecond,
  othersBusyRatio,
}: {
  othersPerSecond: number;
  othersBusyRatio: number;
}): number {
  if (othersPerSecond < QUIET_PER_SECOND) return 1;
  return Math.min(SHARE.most, Math.max(SHARE.least, BUSY_RATIO - othersBusyRatio));
}

type Sample = { atMs: number; cpuSeconds: number; commands: number; sent: number };

/** Pure: what others did between two looks, and what our commands cost. */
export function loadBetween(
  before: Sample,
  now: Sample,
): { othersPerSecond: number; othersBusyRatio: number; ourCpuSeconds: number } {
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000);
  const commands = Math.max(1, now.commands - before.commands);
  const ours = Math.min(commands, now.sent - before.sent);
  const cpuSeconds = Math.max(0, now.cpuSeconds - before.cpuSeconds);
  const others = (commands - ours) / commands;
  return {
    othersPerSecond: (commands - ours) / seconds,
    othersBusyRatio: (cpuSeconds * others) / seconds,
    ourCpuSeconds: cpuSeconds * (1 - others),
  };
}

/** Decides between two rounds of a scan. */
export type Pace = {
  decide(look: ScanLook): { pauseMs: number } | 'stop';
  /** What it came to. */
  readonly spent: { seconds: number; cpuSeconds: number; stopped: Stopped | null };
};

/** `role` is the one that the server had when it was chosen: a replica that is promoted is left alone. */
export function createPace(budget: Budget, role: 'primary' | 'replica', nowMs: () => number): Pace {
  const beganMs = nowMs();
  const seconds = () => (nowMs() - beganMs) / 1000;
  let before: Sample | undefined;
  // Until the server has said anything of its load, it is treated as busy.
  let [share, cpuSeconds, unseenSeconds] = [SHARE.most, 0, 0];
  let stopped: Stopped | null = null;

  function learn(info: Readonly<Record<string, string>>, sent: number): void {
    const now = sampleOf(info, sent, nowMs());
    if (now && before) {
      const load = loadBetween(before, now);
      share = shareOf(load);
      cpuSeconds += load.ourCpuSeconds;
      unseenSeconds = 0;
    }
    before = now;
  }

  return {
    decide({ info, sent, named, roundMs }) {
      // A round takes at least as long as its commands: what is not known yet counts in full.
      unseenSeconds += roundMs / 1000;
      if (info) learn(info, sent);
      const isPromoted = role === 'replica' && info?.['role'] === 'master';
      stopped ??= isPromoted
        ? 'promoted'
        : whyStop(budget, { named, seconds: seconds(), cpuSeconds: cpuSeconds + unseenSeconds });
      return stopped === null ? { pauseMs: share < 1 ? roundMs * (1 / share - 1) : 0 } : 'stop';
    },
    get spent() {
      return { seconds: seconds(), cpuSeconds: cpuSeconds + unseenSeconds, stopped };
    },
  };
}

function whyStop(
  budget: Budget,
  spent: { named: number; seconds: number; cpuSeconds: number },
): Exclude<Stopped, 'promoted'> | null {
  if (budget.keys !== null && spent.named >= budget.keys) return 'enough';
  if (spent.seconds >= budget.seconds) return 'time';
  return spent.cpuSeconds >= budget.cpuSeconds ? 'cpu' : null;
}

/** The main thread alone where the server tells it apart: https://redis.io/docs/latest/commands/info/#cpu */
function sampleOf(info: Readonly<Record<string, string>>, sent: number, atMs: number): Sample | undefined {
  const cpu = ['used_cpu_sys', 'used_cpu_user'].map((name) => Number(info[`${name}_main_thread`] ?? info[name]));
  const commands = Number(info['total_commands_processed']);
  const cpuSeconds = cpu.reduce((sum, one) => sum + one, 0);
  return Number.isFinite(cpuSeconds) && Number.isFinite(commands) ? { atMs, cpuSeconds, commands, sent } : undefined;
}
