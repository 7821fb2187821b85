import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { printDiagnosis } from './doctor.ts';
import type { Streams } from './ports.ts';
import { startProgress } from './progress.ts';
import type { SetUpWords } from './set-up-arguments.ts';

const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Carries out a set-up command in this project. Each part of the house is loaded when its command is given. */
export async function setUp(words: SetUpWords, streams: Streams, root = projectRoot): Promise<ExitCode> {
  switch (words.kind) {
    case 'doctor':
      return doctor(words, streams, root);
    case 'init':
      return (await import('./init.ts')).init(words, streams, root);
    case 'manifest':
      return manifest(words, streams);
  }
}

type Words<K> = Extract<SetUpWords, { kind: K }>;

async function doctor({ stage, region, json }: Words<'doctor'>, streams: Streams, root: string): Promise<ExitCode> {
  const progress = startProgress(streams.err);
  progress.step('asking Slack, AWS and the databases');
  try {
    const { diagnose } = await import('../app/doctor/doctor.ts');
    return printDiagnosis(await diagnose({ root, stage, region }), json, streams);
  } finally {
    progress.stop();
  }
}

async function manifest({ url, write }: Words<'manifest'>, streams: Streams): Promise<ExitCode> {
  const { manifestFor } = await import('../app/doctor/slack/manifest.ts');
  const text = `${JSON.stringify(manifestFor(url), null, 2)}\n`;
  if (write === undefined) {
    streams.out(text);
  } else {
    writeFileSync(write, text);
    streams.out(`${write} is written: paste it into App Manifest at https://api.slack.com/apps.\n`);
  }
  return exitCodes.ok;
}
