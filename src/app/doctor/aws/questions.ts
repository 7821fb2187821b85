import type { Config } from '../../../config/config.ts';
import type { Question } from '../../../core/question.ts';
import { identityQuestion, type AwsAccess } from './access.ts';
import { backupBucketQuestions } from './backup-buckets.ts';
import { bucketQuestions } from './buckets.ts';
import { codeQuestion } from './code.ts';
import { functionQuestions } from './functions.ts';
import { scheduleQuestions } from './schedules.ts';
import { stackQuestions } from './stack.ts';
import { tableQuestions } from './table.ts';

/** All questions about what is deployed. `config` is missing where nightshift.yaml has problems. */
export function awsQuestions(access: AwsAccess, config: Config | undefined, root: string): Question[] {
  return [
    identityQuestion(access),
    ...stackQuestions(access),
    ...tableQuestions(access),
    ...bucketQuestions(access),
    ...backupBucketQuestions(access, config),
    ...functionQuestions(access, otherSets(config)),
    codeQuestion(access, root),
    ...scheduleQuestions(access, config?.schedules ?? []),
  ];
}

function otherSets(config: Config | undefined): string[] {
  return [...new Set((config?.targets ?? []).map(({ rooms }) => rooms))].filter((set) => set !== 'default');
}
