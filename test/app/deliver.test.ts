import { describe, expect, it } from 'vitest';
import { deliver, type Delivery } from '../../src/app/deliver.ts';
import { DeliveryDelayed } from '../../src/app/delivery-delayed.ts';
import type { Post, Poster, Sent } from '../../src/slack/post.ts';
import { createMessages } from '../../src/state/messages.ts';
import { memoryTable } from './memory-table.ts';

type Kept = { ts: string; slot: string | undefined; text: string; edits: number };

/** A channel that answers as it is told: the next answers may be lost, delayed or refused. */
function channel() {
  let nowMs = 1_000_000;
  const kept: Kept[] = [];
  const script: ('lose' | 'pause' | 'down' | 'too-long')[] = [];
  const unsent = (next: string): Sent => {
    if (next === 'pause') return { retry: 1, reason: 'Slack asks for a pause' };
    if (next === 'too-long') return { reformat: 'msg_blocks_too_long' };
    return { retry: 5, reason: 'Slack cannot be reached' };
  };
  const poster: Pick<Poster, 'post' | 'update' | 'find'> = {
    post: async ({ slot, text }: Post) => {
      const next = script.shift();
      if (next !== undefined && next !== 'lose') return unsent(next);
      const ts = `${kept.length + 1}.0`;
      kept.push({ ts, slot, text, edits: 0 });
      return next === 'lose' ? { lost: 'ECONNRESET' } : { ok: ts };
    },
    update: async ({ ts, text }) => {
      const next = script.shift();
      if (next !== undefined && next !== 'lose') return unsent(next);
      const found = kept.find((message) => message.ts === ts);
      if (!found) return { recreate: 'message_not_found' };
      Object.assign(found, { text, edits: found.edits + 1 });
      return { ok: ts };
    },
    find: async (_channel, slot) => {
      const next = script.shift();
      if (next === 'down') return { permanent: 'missing_scope' };
      const found = kept.find((message) => message.slot === slot);
      return found ? { found: found.ts } : { absent: true };
    },
  };
  const tools = { poster: poster as Poster, messages: createMessages(memoryTable(() => nowMs)), now: () => nowMs };
  const say = (text: string, more: Partial<Delivery> = {}) =>
    deliver(tools, {
      slot: 'run-1',
      by: 'run-1',
      channel: 'C1',
      render: async () => ({ text, blocks: [], thread: [] }),
      ...more,
    });
  return { kept, script, say, later: (ms: number) => void (nowMs += ms) };
}

describe('a message of Slack', () => {
  it('is posted once and edited after that', async () => {
    const { kept, say, later } = channel();
    await say('started');
    later(10);
    await say('done');
    expect(kept).toEqual([{ ts: '1.0', slot: 'run-1', text: 'done', edits: 1 }]);
  });

  it('is found again by its slot after its answer got lost, and not posted twice', async () => {
    const { kept, script, say, later } = channel();
    script.push('lose');
    await expect(say('started')).rejects.toThrow(DeliveryDelayed);
    later(5_000);
    await say('done');
    expect(kept).toEqual([{ ts: '1.0', slot: 'run-1', text: 'done', edits: 1 }]);
  });

  it('waits before it looks, because a lost post may still be on its way', async () => {
    const { script, say, later, kept } = channel();
    script.push('lose');
    await expect(say('started')).rejects.toThrow(DeliveryDelayed);
    later(1_000);
    await expect(say('started')).rejects.toThrow(/under way/);
    expect(kept).toHaveLength(1);
  });

  it('comes later, once, when Slack was away', async () => {
    const { kept, script, say, later } = channel();
    script.push('pause');
    await expect(say('done')).rejects.toThrow(/retry after 1 s/);
    later(5_000);
    await say('done');
    expect(kept.map(({ text }) => text)).toEqual(['done']);
  });

  it('is posted again, marked, when nobody can look whether the lost one is there', async () => {
    const { kept, script, say, later } = channel();
    script.push('lose', 'down');
    await expect(say('done')).rejects.toThrow(DeliveryDelayed);
    later(5_000);
    await say('done');
    expect(kept.map(({ text }) => text)).toEqual(['done', 'done (possibly a repeat)']);
  });

  it('is taken over from a poster that died, not from one that may be at work', async () => {
    const { kept, script, say, later } = channel();
    script.push('pause');
    await expect(say('mine', { by: 'other' })).rejects.toThrow(DeliveryDelayed);
    later(10_000);
    await expect(say('mine')).rejects.toThrow(/under way/);
    later(6_000);
    await say('mine');
    expect(kept.map(({ text }) => text)).toEqual(['mine']);
  });

  it('goes out as plain text when Slack refuses its blocks twice', async () => {
    const { kept, script, say } = channel();
    script.push('too-long', 'too-long');
    await say('plain');
    expect(kept.map(({ text }) => text)).toEqual(['plain']);
  });

  it('gets a new one in its place when a person deleted it, and that one is edited from then on', async () => {
    const { kept, say, later } = channel();
    await say('started');
    kept.length = 0;
    later(10);
    await say('done');
    later(10);
    await say('done again');
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ slot: 'run-1+', text: 'done again' });
  });
});
