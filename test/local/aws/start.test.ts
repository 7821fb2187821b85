import { expect, test } from 'vitest';
import type { LocalAws } from '../../../src/local/aws/start.ts';
import type { LocalFunctions } from '../../../src/local/aws/functions.ts';
import { localFunctions } from '../../../src/local/aws/functions.ts';
import { virtualClock } from '../../runtime/virtual-clock.ts';
import { dataDirectory, project, startAws } from './fixture.ts';

type Seen = { functionName: string; event: unknown };

/** The fixture's functions with handlers that remember what they got. */
function recording(seen: Seen[]): LocalFunctions {
  const { functions, sources } = localFunctions(project, 'test');
  const recorded = [...functions.values()].map((definition) => ({
    ...definition,
    handler: async (event: unknown) => void seen.push({ functionName: definition.name, event }),
  }));
  return { functions: new Map(recorded.map((definition) => [definition.name, definition])), sources };
}

async function startRecording(options = {}): Promise<{ aws: LocalAws; seen: Seen[] }> {
  const seen: Seen[] = [];
  return { seen, aws: await startAws({ functions: recording(seen), ...options }) };
}

test('an event goes to the functions whose pattern matches', async () => {
  const { aws, seen } = await startRecording();
  const event = { source: 'aws.cloudwatch', detail: { state: { value: 'ALARM' } } };
  expect(aws.putEvent(event)).toEqual(['nightshift-test-alarm']);
  await aws.idle();
  expect(seen).toEqual([{ functionName: 'nightshift-test-alarm', event }]);
});

test('an event that no rule wants is dropped and said', async () => {
  const lines: string[] = [];
  const { aws, seen } = await startRecording({ say: (line: string) => lines.push(line) });
  expect(aws.putEvent({ source: 'aws.rds' })).toEqual([]);
  await aws.idle();
  expect([seen, lines]).toEqual([[], [expect.stringContaining('matched no rule')]]);
});

test.for(['alarms-test', 'AlarmTopic', 'alarm'])(
  'a message to %s reaches the subscriber in an SNS record',
  async (topic) => {
    const { aws, seen } = await startRecording();
    aws.publishSns(topic, '{"AlarmName":"lag"}');
    await aws.idle();
    expect(seen).toMatchObject([
      {
        functionName: 'nightshift-test-alarm',
        event: { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{"AlarmName":"lag"}' } }] },
      },
    ]);
  },
);

test('an accepted event is delivered by the next process when this one ended before', async () => {
  const dataDir = dataDirectory();
  const seen: Seen[] = [];
  const clock = virtualClock('2026-03-01T01:00:00Z');
  const before = await startAws({ dataDir, clock, functions: recording([]) });
  before.invokeLater('alarm', { n: 1 });
  await before.stop();
  const after = await startAws({ dataDir, clock, functions: recording(seen) });
  await after.idle();
  expect(seen).toEqual([{ functionName: 'nightshift-test-alarm', event: { n: 1 } }]);
});

test('a schedule fires in its time zone with its input', async () => {
  const clock = virtualClock('2026-03-01T00:30:00Z');
  const { aws, seen } = await startRecording({ clock });
  clock.move(30 * 60_000);
  await aws.idle();
  const event = { schedule: 'nightly', scheduledAt: '2026-03-01T01:00:00Z' };
  expect(seen).toEqual([{ functionName: 'nightshift-test-schedule', event }]);
});

test('a function is called by its key, with a context as on Lambda', async () => {
  const aws = await startAws();
  expect(await aws.invoke('slack', { a: 1 })).toMatchObject({ event: { a: 1 }, functionName: 'nightshift-test-slack' });
  expect(await aws.invoke('run', {})).toMatchObject({ answer: 'not asked' });
  await expect(aws.invoke('slack', { fail: 'too far' })).rejects.toThrow('too far');
  await expect(aws.invoke('nobody', {})).rejects.toThrow(/nightshift-test-read/);
});

test('two on one data directory are refused', async () => {
  const dataDir = dataDirectory();
  await startAws({ dataDir });
  await expect(startAws({ dataDir })).rejects.toThrow(/belongs to another running process/);
});

test('the environment points the AWS SDK here', async () => {
  const aws = await startAws();
  expect(aws.environment).toMatchObject({ AWS_ENDPOINT_URL_LAMBDA: aws.endpoint, AWS_REGION: 'eu-central-1' });
});
