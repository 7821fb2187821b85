import type { RunContext, Steps, TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import { shortRun } from '../../core/run.ts';

/**
 * Asks for a full backup of a server that has just taken the place of another one, and says so: restores to a time after that need it,
 * or a log of writes without a gap over the change of timelines. A failover stands as it is, whatever becomes of it.
 */
export async function withBackup(
  context: Pick<RunContext<Steps>, 'askForBackup'>,
  target: TargetName,
  to: string,
  outcome: Outcome,
): Promise<Outcome> {
  if (!('done' in outcome) || target.backedUp !== true) return outcome;
  const asked = await context.askForBackup(target).then(
    (runId) => ({ runId }),
    () => 'failed' as const,
  );
  const { text, next } = outcome.done;
  const action = { label: 'Back up now', operation: 'backup', target: target.name, args: ['full'], disruptive: false };
  const isAsked = asked !== 'failed' && asked.runId !== null;
  return {
    done: {
      ...outcome.done,
      text: [...text, sentenceOf(target.name, to, asked)],
      next: isAsked ? next : [...next, target.engine === 'postgres' ? action : { ...action, args: [] }],
    },
  };
}

/** Pure: what was asked for, and what holds until it is done. */
function sentenceOf(name: string, to: string, asked: { runId: string | null } | 'failed'): string {
  const until = `what was not stored before the old primary died is a gap in the log of writes (/db backups ${name})`;
  if (asked === 'failed') return `To do: back ${to} up: the backup could not be asked for. Until then ${until}.`;
  if (asked.runId === null)
    return `To do: back ${to} up: ${name} is backed up by hand (mode: manual). Until then ${until}.`;
  return `A full backup of ${to} was asked for (${shortRun(asked.runId)}). Until it is done, ${until}.`;
}
