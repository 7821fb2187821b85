import { exitCodeOfReport, exitCodes, type ExitCode } from '../cli/exit-code.ts';
import type { Json } from '../core/json.ts';
import { emptyReport } from '../core/report.ts';
import { shortRun } from '../core/run.ts';
import { openState } from '../state/index.ts';
import type { RunRecord } from '../core/run-record.ts';
import { findOperation } from '../app/find-operation.ts';
import { blockText } from './block-text.ts';
import type { Laptop } from './laptop.ts';
import type { SlackMessage } from './slack/message.ts';

const OPERATOR = 'omar';
const CHANNEL = 'database-alerts';
const RUN_IN_WORDS = /\brun ([a-z]+-[0-9a-f]{8})\b/;

type Once = { text: string; code: ExitCode };

/** Runs one command as the operator through the Slack door: what was posted as text, and the exit code. */
export async function runOnce({ slack, aws }: Laptop, command: string): Promise<Once> {
  const { ack } = await slack.command(OPERATOR, CHANNEL, command);
  if (ack.error !== undefined) return { text: ack.error, code: exitCodes.couldNotLook };
  const words = textOf({ text: ack.text ?? '', blocks: ack.blocks ?? [] });
  const shortId = RUN_IN_WORDS.exec(words)?.[1];
  const runId = aws.durable.executions().find(({ name }) => shortRun(name) === shortId)?.name;
  if (runId === undefined) return { text: words, code: isAnswered(command) ? exitCodes.ok : exitCodes.usage };
  await aws.idle();
  const state = openState({ tableName: process.env['NIGHTSHIFT_TABLE'] ?? '' });
  const run = await state.runs.get(runId);
  const thread = slack.messages(CHANNEL).filter((message) => slotOf(message)?.startsWith(runId));
  return { text: thread.map(textOf).join('\n\n'), code: codeOf(run) };
}

/** Verbs that are answered in the acknowledgement; any other one without a run was refused or misspelt. */
function isAnswered(command: string): boolean {
  const verb =
    command
      .replace(/^\/db\b/, '')
      .trim()
      .split(/\s/, 1)[0]
      ?.toLowerCase() ?? '';
  return verb === '' || findOperation(verb)?.kind === 'answer';
}

function codeOf(run: RunRecord | undefined): ExitCode {
  if (!run || run.status === 'failed' || run.status === 'refused') return exitCodes.couldNotLook;
  const { operation, subject, startedAt: at, headline = '' } = run;
  return exitCodeOfReport(emptyReport({ operation, subject, status: run.health ?? 'info', headline, at }));
}

function textOf({ text, blocks }: Pick<SlackMessage, 'text' | 'blocks'>): string {
  return blocks.length > 0 ? blockText(blocks) : text;
}

function slotOf({ metadata }: SlackMessage): string | undefined {
  const payload = field(metadata, 'event_payload');
  const slot = field(payload, 'slot');
  return typeof slot === 'string' ? slot : undefined;
}

function field(value: Json | undefined, name: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { [key: string]: Json })[name]
    : undefined;
}
