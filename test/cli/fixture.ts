import * as z from 'zod';
import type { Streams, TerminalPorts } from '../../src/cli/ports.ts';
import { defineAnswer, defineOperation, type Operation } from '../../src/core/operation.ts';
import { emptyReport, type Report } from '../../src/core/report.ts';

const common = { why: 'A reason.', role: 'viewer', fields: [], examples: [] } as const;

const look = defineOperation({
  ...common,
  id: 'look',
  title: 'Look',
  engines: ['postgres'],
  scope: 'environment',
  risk: 'reads',
  args: z.strictObject({}),
  steps: {},
  run: async () => ({ refused: 'a fake' }),
});

export const end = defineOperation({
  ...common,
  id: 'end',
  title: 'End one session',
  engines: ['postgres'],
  scope: 'target',
  risk: 'interrupts',
  args: z.strictObject({ pid: z.coerce.number<string>('is a number').int(), reason: z.string().optional() }),
  fields: [
    { name: 'pid', label: 'Process id', hint: '2211', required: true },
    { name: 'reason', label: 'Reason', hint: 'blocks others', required: false },
  ],
  examples: ['end shop-db 2211'],
  steps: {},
  run: async () => ({ refused: 'a fake' }),
});

const fleet = defineAnswer({
  ...common,
  id: 'fleet',
  title: 'Fleet',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  args: z.strictObject({}),
  answer: async () => report(),
});

export const operations: readonly Operation[] = [end, fleet, look];

export function report(parts: Partial<Report> = {}): Report {
  const about = { operation: 'look', subject: 'shop-db', status: 'healthy', headline: 'healthy' } as const;
  return { ...emptyReport({ ...about, at: '2026-11-24T02:00:00Z' }), ...parts };
}

/** Ports that answer with a healthy report and note what they were asked. */
export function fakePorts(changes: Partial<TerminalPorts> = {}): { ports: TerminalPorts; asked: unknown[] } {
  const asked: unknown[] = [];
  const ports: TerminalPorts = {
    operations,
    serve: async (words) => (asked.push(words), 0),
    follow: async (target) => (asked.push({ follow: target }), 0),
    logs: async (words) => (asked.push(words), 0),
    restore: async (words) => (asked.push(words), 0),
    subjects: async () => ['shop-db', 'shop-cache', 'laptop'],
    runReads: async (operation, url, args) => {
      asked.push({ operation, url: url.href, args });
      return { done: report() };
    },
    runThroughDoor: async (operation, subject, args) => {
      asked.push({ operation, subject, args });
      return { done: report() };
    },
    runHere: async (operation, target, args) => {
      asked.push({ here: operation, target, args });
      return { done: report() };
    },
    answer: async () => report({ subject: 'fleet' }),
    setUp: async (words) => (asked.push(words), 0),
    configProblems: () => ({ file: 'nightshift.yaml', problems: [] }),
    ...changes,
  };
  return { ports, asked };
}

/** Streams that keep what was said. */
export function keptStreams(): { streams: Streams; said: { out: string; err: string } } {
  const said = { out: '', err: '' };
  const streams: Streams = {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    colour: false,
    width: 100,
  };
  return { streams, said };
}
