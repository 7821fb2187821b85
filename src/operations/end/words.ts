import { countText, durationText } from '../../checks/wording.ts';
import type { Session } from './session.ts';
import type { Changed, Lost } from './signal.ts';

/** `pid 2211 (app "billing") on shop-db-1`. */
export function sessionName({ pid, application, member }: Pick<Session, 'pid' | 'application' | 'member'>): string {
  return `pid ${pid} (app "${application || 'unnamed'}") on ${member}`;
}

/** Why nothing was done, in one sentence. */
export function changedText(pid: number, became: Changed): string {
  switch (became) {
    case 'gone':
      return `pid ${pid} is gone: its session ended by itself before it was its turn; nothing was done`;
    case 'another session':
      return `pid ${pid} belongs to another session now than the one that was planned; nothing was done`;
    case 'another statement':
      return `pid ${pid} runs another statement than the one that was planned, or none; nothing was done`;
  }
}

/** "Rolled back: a transaction of 14 min. 3 locks were freed. All 12 sessions that waited for it go on." */
export function lostText(lost: Lost | null): string {
  if (!lost)
    return 'What was lost could not be measured: the answer of the server did not arrive, and it was asked again.';
  const { transactionSeconds, locksFreed } = lost;
  const rolledBack = transactionSeconds === null ? 'nothing' : `a transaction of ${durationText(transactionSeconds)}`;
  const freed = `${countText(locksFreed, 'lock')} ${locksFreed === 1 ? 'was' : 'were'} freed`;
  return `Rolled back: ${rolledBack}. ${freed}. ${waitedText(lost)}`;
}

function waitedText({ waited, wentOn }: Lost): string {
  if (waited === 0) return 'No session waited for it.';
  if (waited === 1)
    return `The one session that waited for it ${wentOn === 1 ? 'goes on' : 'waits for another lock now'}.`;
  if (wentOn === waited) return `All ${waited} sessions that waited for it go on.`;
  return `Of ${waited} sessions that waited for it ${wentOn} ${wentOn === 1 ? 'goes' : 'go'} on; the others wait for each other.`;
}

/** Who waits now, for a plan. */
export function waitersText(waiters: number): string {
  if (waiters === 0) return 'No session waits for it now.';
  return waiters === 1 ? 'One session that waits for it goes on.' : `${waiters} sessions that wait for it go on.`;
}

export function transactionText(seconds: number | null): string {
  return seconds === null ? 'no open transaction' : durationText(seconds);
}

/** What is special about the work that is stopped, where something is: one sentence each. */
export function workTexts({ application, query }: Pick<Session, 'application' | 'query'>): string[] {
  const dump = /^(pg_dump|pg_dumpall|pg_restore|pg_basebackup)$/.exec(application)?.[1];
  return [
    ...(dump === undefined ? [] : [`It is ${dump}: its work so far is lost and begins anew.`]),
    ...(/^(?:create|re)\w*\s[^(]*\bconcurrently\b/i.test(query)
      ? ['It builds an index concurrently: an INVALID index stays behind and has to be dropped.']
      : []),
    ...(/^vacuum\b/i.test(query) ? ['It is a VACUUM that somebody started: it begins anew the next time.'] : []),
  ];
}
