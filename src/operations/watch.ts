import * as v from 'valibot';
import { asFault } from '../core/errors.ts';
import { control, defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import { emptyReport, worst, type Report } from '../core/report.ts';
import type { WritersSeen } from '../core/writers.ts';
import { lookAtPointer } from './repoint/look.ts';
import { lookAtWriters, withPointer } from './watch/look.ts';
import { partReport } from './watch/report.ts';

/** Two primaries for a moment are part of some promotions: Sentinels demote a former one some ten seconds after it came back. */
const SECOND_LOOK_SECONDS = 15;

const steps = { look: read(lookAtWriters), pointer: control(lookAtPointer) };
type Context = RunContext<typeof steps>;

/** Remembers who takes writes and how far that is, and finds two of them, an old one that came back, and poolers and pointers that lead elsewhere. */
export const watch = defineOperation({
  id: 'watch',
  title: 'Watch who takes writes',
  why: 'Remembers every five minutes who takes the writes and how far they are, so that a failover knows what it may lose; says at once when two servers take them, a former primary does, or a pooler, or what clients look up, leads to another one.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'reads',
  role: 'viewer',
  silent: true,
  args: v.strictObject({}),
  fields: [],
  examples: ['watch shop-db', 'watch production'],
  steps,

  async run(context) {
    const parts = await context.each('watch', context.targets, (target, inner) => watchOne(inner, target));
    const [only] = parts;
    if (only && context.subject === only.subject) return { done: only };
    const found = parts.filter(({ findings }) => findings.length > 0);
    // One that was not seen is less than one that is wrong.
    const status = worst((found.length > 0 ? found : parts).map((part) => part.status));
    const headline = headlineOf(found.length > 0 ? found : parts.filter((part) => part.status === 'unknown'));
    const { subject, startedAt: at } = context;
    return { done: { ...emptyReport({ operation: 'watch', subject, status, headline, at }), parts } };
  },
});

const MOST_NAMED = 3;

function headlineOf(told: readonly Report[]): string {
  const words = told.slice(0, MOST_NAMED).map(({ subject, headline }) => `${subject}: ${headline}`);
  if (told.length > MOST_NAMED) words.push(`${told.length - MOST_NAMED} more, see below`);
  return words.join('; ') || 'nothing is wrong with who takes writes';
}

async function watchOne(context: Context, target: TargetName): Promise<Report> {
  try {
    const seen = await pointed(context, target, await seenTwice(context, target));
    return partReport(target, seen, await context.watchWriters(target, seen));
  } catch (thrown) {
    // One that cannot be asked is told of by its health; the others are watched.
    const headline = `not watched: ${asFault(thrown).message}`;
    return emptyReport({
      operation: 'watch',
      subject: target.name,
      status: 'unknown',
      headline,
      at: context.startedAt,
    });
  }
}

/** What clients look up is asked of AWS; where that does not answer, the servers are watched all the same. */
async function pointed(context: Context, target: TargetName, seen: WritersSeen): Promise<WritersSeen> {
  const { pointerName } = target;
  if (pointerName === undefined) return seen;
  const look = await context.steps
    .pointer(target, null)
    .catch((thrown: unknown) => ({ refused: asFault(thrown).message }));
  return withPointer(seen, pointerName, look);
}

async function seenTwice(context: Context, target: TargetName): Promise<WritersSeen> {
  const first = await context.steps.look(target, null);
  if (first.writers.length < 2) return first;
  await context.sleep(`look at ${target.name} again`, SECOND_LOOK_SECONDS);
  return context.steps.look(target, null);
}
