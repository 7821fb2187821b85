import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openState } from '../../src/state/index.ts';
import { useDynamodbTable } from './fresh-state.ts';
import { startLossyProxy, type LossyProxy } from './lossy-proxy.ts';

const local = useDynamodbTable();
let proxy: LossyProxy;
beforeAll(async () => {
  proxy = await startLossyProxy(local.options().endpoint ?? '');
});
afterAll(() => proxy.stop());

describe('a write whose answer got lost', () => {
  test('still wins its claim, and only for the one who wrote it', async () => {
    const { claims } = openState({ ...local.options(), endpoint: proxy.endpoint });
    const before = proxy.lost();
    proxy.loseNextPutAnswer();
    expect(await claims.claim('lost-claim', 60)).toBe(true);
    expect(proxy.lost()).toBe(before + 1);
    expect(await claims.claim('lost-claim', 60)).toBe(false);
  });

  test('is the alarm that opened the incident, not its own duplicate', async () => {
    const { incidents } = openState({ ...local.options(), endpoint: proxy.endpoint });
    const change = { alarm: 'lag', state: 'ALARM', at: '2026-11-24T03:00:00.000Z', reason: '' } as const;
    proxy.loseNextPutAnswer();
    expect(await incidents.record('lossy-db', change)).toMatchObject({ outcome: 'opened', version: 1 });
    expect(await incidents.record('lossy-db', change)).toMatchObject({ outcome: 'duplicate', version: 1 });
  });

  test('reserves the message slot for the caller', async () => {
    const { messages } = openState({ ...local.options(), endpoint: proxy.endpoint });
    proxy.loseNextPutAnswer();
    expect(await messages.reserve('lossy-slot', 'C1', 'run-1')).toEqual({ mine: true });
  });
});
