import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAlarmEvent } from '../../src/app/alarm-event.ts';
import { readDatabaseEvents } from '../../src/app/database-event.ts';
import { freshEvent, sampleEvents } from '../../src/local/events.ts';

const folder = fileURLToPath(new URL('../../events', import.meta.url));
/** One cannot be read; the other is a provider's greeting, and no event. */
const timeless = new Set(['alarm.malformed', 'alarm.sns.rds-subscribed']);
const nowMs = Date.parse('2026-12-01T10:00:00.000Z');

describe('sample events', () => {
  it('name the function that each is for', () => {
    const functions = new Set(sampleEvents(folder).map((sample) => sample.functionName));
    expect([...functions].toSorted()).toEqual(['alarm', 'schedule']);
  });

  it('happen now when fired, in every alarm shape', () => {
    const alarms = sampleEvents(folder).filter(({ name }) => name.startsWith('alarm.') && !timeless.has(name));
    expect(alarms.length).toBeGreaterThan(8);
    for (const { name } of alarms) {
      const event = freshEvent(folder, name, nowMs);
      const events = readDatabaseEvents(event);
      const read = events ? { changes: events } : readAlarmEvent(event);
      expect(read, name).toMatchObject({ changes: [{ at: '2026-12-01T10:00:00.000Z' }] });
    }
  });

  it('keep a malformed event malformed', () => {
    expect(readAlarmEvent(freshEvent(folder, 'alarm.malformed', nowMs))).toHaveProperty('malformed');
  });
});
