import {
  GetScheduleCommand,
  paginateListSchedules,
  SchedulerClient,
  type GetScheduleOutput,
} from '@aws-sdk/client-scheduler';
import type { ScheduleSpec } from '../../../config/config.ts';
import type { Answer, Question } from '../../../core/question.ts';
import { askAws } from '../../../providers/aws-refusal.ts';
import { byHand, withAccount, type AwsAccess } from './access.ts';

type Found = Pick<GetScheduleOutput, 'State' | 'ScheduleExpression' | 'ScheduleExpressionTimezone' | 'Target'>;

/** Every schedule of the config is in EventBridge Scheduler: there, enabled, with the same expression and time zone. */
export function scheduleQuestions(access: AwsAccess, schedules: readonly ScheduleSpec[]): Question[] {
  let all: Promise<readonly Found[]> | undefined;
  const found = (): Promise<readonly Found[]> => (all ??= ofTheStage(access));
  return schedules.map((schedule) => ({
    id: `aws.schedule.${schedule.name}`,
    title: `The schedule ${schedule.name} runs`,
    ask: () =>
      withAccount(access, async () =>
        askAws(
          'scheduler:ListSchedules and scheduler:GetSchedule',
          found,
          (seen) => judge(schedule, seen, access.stage),
          {
            problem: 'no schedule could be found',
            fix: `npm run deploy -- --stage ${access.stage}`,
          },
        ),
      ),
  }));
}

/** Schedules have generated names: those that invoke our function are ours. */
async function ofTheStage(access: AwsAccess): Promise<Found[]> {
  const client = new SchedulerClient(access.settings());
  try {
    const found: Found[] = [];
    for await (const page of paginateListSchedules({ client }, {})) {
      const ours = (page.Schedules ?? []).filter(({ Target }) =>
        Target?.Arn?.endsWith(`:function:nightshift-${access.stage}-schedule`),
      );
      for (const { Name, GroupName } of ours)
        found.push(await client.send(new GetScheduleCommand({ Name, GroupName })));
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** Pure. */
export function judge(wanted: ScheduleSpec, found: readonly Found[], stage: string): Answer {
  const deploy = `npm run deploy -- --stage ${stage}`;
  const seen = found.find(({ Target }) => inputOf(Target?.Input) === wanted.name);
  if (!seen) return { problem: `${wanted.name} is not in EventBridge Scheduler, so it never runs`, fix: deploy };
  if (seen.State !== 'ENABLED') {
    return { problem: `${wanted.name} is disabled`, fix: `Enable it in EventBridge Scheduler, or ${deploy}` };
  }
  const timezone = seen.ScheduleExpressionTimezone ?? 'UTC';
  if (seen.ScheduleExpression !== wanted.expression || (!isRate(wanted) && timezone !== wanted.timezone)) {
    return {
      problem: `${wanted.name} runs ${seen.ScheduleExpression} (${timezone}), and nightshift.yaml says ${wanted.expression} (${wanted.timezone})`,
      fix: `npm run generate, then ${deploy}. ${byHand(stage)}`,
    };
  }
  return { ok: `${wanted.expression} ${isRate(wanted) ? '' : timezone}`.trim() };
}

function isRate({ expression }: ScheduleSpec): boolean {
  return expression.startsWith('rate(');
}

function inputOf(input: string | undefined): unknown {
  try {
    const { schedule }: { schedule?: unknown } = Object(JSON.parse(input ?? '{}'));
    return schedule;
  } catch {
    return undefined;
  }
}
