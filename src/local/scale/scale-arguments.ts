import { parseArgs } from 'node:util';
import { Fault } from '../../core/errors.ts';
import { dayFor, type ScaleOptions } from './scale-options.ts';

/** What was asked for on the command line; without `day` the usual series of sizes. */
export type ScaleArguments = { day?: ScaleOptions; isJson: boolean; write: boolean };

export const SCALE_USAGE =
  'npm run scale -- [--targets 1000 [--alarms 10000] [--commands 100] [--environment-size 20] [--counted-hours 0] [--watches 0]] [--json] [--write]';

const MOST_TARGETS = 100_000;

/** Throws an `invalid_request` fault that says what to write instead. */
export function readScaleArguments(words: readonly string[]): ScaleArguments {
  const { values } = parsed(words);
  const { targets, json: isJson, write } = values;
  if (targets === undefined) return { isJson, write };
  const usual = dayFor(whole('targets', targets, 1));
  const day = {
    targets: usual.targets,
    alarms: whole('alarms', values.alarms ?? String(usual.alarms), 0),
    commands: whole('commands', values.commands ?? String(usual.commands), 0),
    environmentSize: whole('environment-size', values['environment-size'] ?? String(usual.environmentSize), 1),
    countedHours: whole('counted-hours', values['counted-hours'] ?? String(usual.countedHours), 0),
    watches: whole('watches', values.watches ?? String(usual.watches), 0),
  };
  return { day, isJson, write };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        targets: { type: 'string' },
        alarms: { type: 'string' },
        commands: { type: 'string' },
        'environment-size': { type: 'string' },
        'counted-hours': { type: 'string' },
        watches: { type: 'string' },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('invalid_request', `${reason}. Usage: ${SCALE_USAGE}`, { cause });
  }
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= MOST_TARGETS * 10) return value;
  throw new Fault('invalid_request', `--${name} ${text} is not a whole number from ${least} on. Usage: ${SCALE_USAGE}`);
}
