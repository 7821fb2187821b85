import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { deployPath, readDeployFile } from '../../config/deploy-file.ts';
import { problemText, type Problem } from '../../config/problems.ts';
import { skipped, type Answer, type Question } from '../../core/question.ts';
import type { DatabaseRoom } from '../../core/room.ts';
import type { SecretReference } from '../../core/secret.ts';
import { passwordsOf } from '../../targets/passwords.ts';

/** nightshift.yaml as it was loaded. */
export type LoadedConfig = { config: Config } | { problems: readonly Problem[] };

/** The files of the project: the config, what is generated of it, where the stage is deployed, where secrets are kept. */
export function configQuestions(root: string, stage: string, loaded: LoadedConfig): Question[] {
  return [
    { id: 'config.file', title: 'nightshift.yaml is right', ask: async () => fileAnswer(loaded) },
    {
      id: 'config.generated',
      title: 'Generated files are fresh',
      // Twice that of the generator: who ends it says so.
      patienceMs: 2 * GENERATOR_MS,
      ask: () => generatedAnswer(root),
    },
    { id: 'config.deploy', title: `Where ${stage} is deployed is known`, ask: async () => deployAnswer(root, stage) },
    {
      id: 'config.secrets',
      title: 'Each room may read its passwords where they are kept',
      ask: async () =>
        'config' in loaded ? referencesAnswer(root, stage, loaded.config) : skipped('needs a right nightshift.yaml'),
    },
  ];
}

function fileAnswer(loaded: LoadedConfig): Answer {
  if ('config' in loaded) {
    const { targets, people, environments } = loaded.config;
    return { ok: `environments: ${environments.length}, targets: ${targets.length}, people: ${people.length}` };
  }
  const [first, ...more] = loaded.problems;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  return {
    problem: `${first ? problemText(first) : 'it cannot be read'}${others}`,
    fix: 'npx nightshift config check shows them all; docs/config.md lists every key.',
  };
}

/** It reads all of the code: seconds on a calm machine, a minute or two on a busy one. */
const GENERATOR_MS = 300_000;

/** The generator says by itself what is stale; it is part of the project, not of an installation without sources. */
function generatedAnswer(root: string): Promise<Answer> {
  const script = join(root, 'scripts', 'generate.ts');
  if (!existsSync(script)) return Promise.resolve(skipped('the project is not in this folder'));
  return new Promise((resolve) => {
    execFile(process.execPath, [script, '--check'], { cwd: root, timeout: GENERATOR_MS }, (error, out) => {
      const stale = out.split('\n').flatMap((line) => /^stale: (.+)$/.exec(line)?.[1] ?? []);
      if (error === null) resolve({ ok: 'they are' });
      else if (error.killed === true) resolve(skipped(`the generator had not ended after ${GENERATOR_MS / 1000} s`));
      else if (stale.length === 0) resolve(skipped('the generator did not run: npm run generate shows why'));
      else resolve({ problem: `older than the code or nightshift.yaml: ${stale.join(', ')}`, fix: 'npm run generate' });
    });
  });
}

function deployAnswer(root: string, stage: string): Answer {
  const read = readDeployFile(root, stage);
  const path = deployPath(stage);
  if ('file' in read) return { ok: `${read.file.vpcId} in ${read.file.region}` };
  if ('problems' in read) return { problem: `${path}: ${read.problems.join('; ')}`, fix: `Mend ${path}.` };
  return { problem: `${path} is missing`, fix: `npx nightshift init --stage ${stage}` };
}

/** Pure but for the deploy file: a function has no variables of passwords, and what is in a room's path is that room's own. */
function referencesAnswer(root: string, stage: string, config: Config): Answer {
  const deployed = !('missing' in readDeployFile(root, stage));
  if (!deployed) return { ok: 'this stage is not deployed to AWS, so variables will do' };
  const wrong = config.targets.flatMap((target) =>
    target.members.flatMap((member) =>
      passwordsOf(member).flatMap(({ room, at: within, password }) => {
        const why = whyMisplaced(password, stage, room);
        const at = `targets.${target.name}.members.${member.name}.${within}`;
        return why === undefined
          ? []
          : [{ sentence: `${at} ${why}`, place: `ssm:/nightshift/${stage}/${room}/${target.name}` }];
      }),
    ),
  );
  const [first] = wrong;
  if (!first) return { ok: 'they may' };
  const more = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more`;
  return { problem: `${first.sentence}${more}`, fix: `Keep it in ${first.place}, or use iam; then deploy.` };
}

/** The rights of a room follow from nightshift.yaml, so any other place can be read; undefined where nothing is wrong. */
function whyMisplaced(password: SecretReference, stage: string, room: DatabaseRoom): string | undefined {
  if (password.from === 'iam') return undefined;
  if (password.from === 'env') return 'is a variable, and the function of its room has none';
  const [, owner] = new RegExp(`^/?nightshift/${stage}/(read|act|copy|slack)/`).exec(password.name) ?? [];
  return owner === undefined || owner === room
    ? undefined
    : `is in the path of ${owner}, so two of them share one login`;
}
