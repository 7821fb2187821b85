import { didYouMean } from '../config/did-you-mean.ts';
import { asFault } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import { readCommandLine, type CommandLine } from './arguments.ts';
import { configCheck } from './config-check.ts';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-code.ts';
import { renderJson } from './json.ts';
import type { Streams, TerminalPorts } from './ports.ts';
import { startProgress, type Progress } from './progress.ts';
import { renderTextOutcome } from './report.ts';
import { readSetUp } from './set-up-arguments.ts';
import { shownUrl } from './subject.ts';
import { overview, pageOf } from './usage.ts';

/** One command line from its words to its exit code. Results go to `out`, everything else to `err`. */
export async function terminal(words: readonly string[], ports: TerminalPorts, streams: Streams): Promise<ExitCode> {
  const setUp = readSetUp(words);
  if (setUp) return runSetUp(setUp, ports, streams);
  const line = readCommandLine(words, ports.operations);
  switch (line.kind) {
    case 'usage':
      streams.err(`${line.problem}\n`);
      return exitCodes.usage;
    case 'help':
      streams.out(line.page ?? (line.operation ? pageOf(line.operation) : overview(ports.operations)));
      return exitCodes.ok;
    case 'config-check':
      return configCheck(ports, line.file, streams);
    case 'logs':
      return saidFaults(() => ports.logs(line.words, streams), streams);
    case 'restore':
      return saidFaults(() => ports.restore(line.words, streams), streams);
    case 'serve':
      return ports.serve(line, (sentence) => streams.err(`nightshift: ${sentence}\n`));
    case 'follow':
      return saidFaults(
        () => ports.follow(line.target, (sentence) => streams.err(`nightshift: ${sentence}\n`)),
        streams,
      );
    case 'operation':
      return runOperation(line, ports, streams);
  }
}

async function runSetUp(
  words: NonNullable<ReturnType<typeof readSetUp>>,
  ports: TerminalPorts,
  streams: Streams,
): Promise<ExitCode> {
  if ('problem' in words) {
    streams.err(`${words.problem}\n`);
    return exitCodes.usage;
  }
  return saidFaults(() => ports.setUp(words, streams), streams);
}

/** What breaks is told in one line; what the caller can mend is a usage error. */
async function saidFaults(run: () => Promise<ExitCode>, streams: Streams): Promise<ExitCode> {
  try {
    return await run();
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    streams.err(code === 'invalid_request' ? `${message}\n` : `failed (${code}): ${message}\n`);
    return code === 'invalid_request' ? exitCodes.usage : exitCodes.couldNotLook;
  }
}

type Asked = Extract<CommandLine, { kind: 'operation' }>;

async function runOperation(asked: Asked, ports: TerminalPorts, streams: Streams): Promise<ExitCode> {
  const progress = startProgress(streams.err);
  const outcome = await outcomeOf(asked, ports, progress).catch(faultOutcome);
  progress.stop();
  streams.out(asked.json ? renderJson(outcome) : renderTextOutcome(outcome, streams));
  return exitCodeOf(outcome);
}

async function outcomeOf(
  { operation, subject, args, here }: Asked,
  ports: TerminalPorts,
  progress: Progress,
): Promise<Outcome> {
  if (operation.kind === 'answer') return { done: await ports.answer(operation.id, args) };
  if (subject.kind === 'url') {
    progress.step(`${operation.id} ${shownUrl(subject.url)}`);
    return ports.runReads(operation.id, subject.url, args);
  }
  const name = subject.kind === 'name' ? subject.name : '';
  const known = await ports.subjects();
  if (subject.kind === 'name' && !known.includes(name)) return unknownSubject(name, known);
  progress.step(`${operation.id} ${name}`.trim());
  if (here) return ports.runHere(operation.id, name, args, progress.step);
  return ports.runThroughDoor(operation.id, name, args, progress.step);
}

function unknownSubject(name: string, known: readonly string[]): Outcome {
  const meant = didYouMean(name, known);
  const hint = meant === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${meant}?`;
  return { failed: `There is no target or environment "${name}". ${hint}`, code: 'invalid_request' };
}

function faultOutcome(thrown: unknown): Outcome {
  const { message, code } = asFault(thrown);
  return { failed: message, code };
}
