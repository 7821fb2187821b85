import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { Sessions } from './sessions.ts';

/** Of a target whose config names what stands before it: may each room do there what it has to? */
export function fenceQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  if (!spec.fence) return [];
  return (['read', 'act'] as const).map((room) => ({
    id: `target.${spec.name}.fence.${room}`,
    title: room === 'read' ? 'The read room sees how the fence stands' : 'The act room may close and open the fence',
    ask: async () => {
      const { fence } = await sessions.open(spec, room);
      return fence?.lacks ? fenceAnswer(await fence.lacks()) : skipped('nobody says what could close it');
    },
  }));
}

function fenceAnswer(lacks: readonly { sentence: string; fix?: string }[]): Answer {
  const refused = lacks.filter(({ fix }) => fix !== undefined);
  const words = (ones: typeof lacks) => ones.map(({ sentence }) => sentence).join('; ');
  if (refused.length > 0) return { problem: words(refused), fix: refused.map(({ fix }) => fix).join(' ') };
  // From where doctor runs there may be no way to what the rooms reach.
  return lacks.length > 0 ? skipped(`seen from here, ${words(lacks)}`) : { ok: 'each of them answers' };
}
