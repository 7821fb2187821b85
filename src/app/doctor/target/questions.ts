import type { Question } from '../../../core/question.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { fenceQuestions } from './fence.ts';
import { movingQuestions } from './postgres-moving.ts';
import { siblingQuestions } from './postgres-siblings.ts';
import { loginQuestions } from './logins.ts';
import { grantQuestions } from './postgres-grants.ts';
import { settingQuestions } from './postgres-settings.ts';
import { machineQuestions } from './machines.ts';
import { redisQuestions } from './redis.ts';
import { roleQuestions } from './roles.ts';
import type { Sessions } from './sessions.ts';

/** Everything that is asked of one target's own servers. */
export function targetQuestions(sessions: Sessions, spec: TargetSpec): Question[] {
  return [
    ...loginQuestions(sessions, spec),
    ...roleQuestions(sessions, spec),
    ...(spec.engine === 'postgres'
      ? [
          ...grantQuestions(sessions, spec),
          ...movingQuestions(sessions, spec),
          ...siblingQuestions(sessions, spec),
          ...settingQuestions(sessions, spec),
        ]
      : redisQuestions(sessions, spec)),
    ...fenceQuestions(sessions, spec),
    ...machineQuestions(sessions, spec),
  ];
}
