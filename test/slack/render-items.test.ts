import { describe, expect, test } from 'vitest';
import { renderReport } from '../../src/slack/render-report.ts';
import { buttonsOf, faultsOf, textOf } from './block-rules.ts';
import { report } from './reports.ts';

const end = { label: 'End session…', operation: 'end', target: 'orders-db', args: ['2211'], disruptive: true };

describe('a list of things to act on', () => {
  const cancel = {
    label: 'Cancel…',
    operation: 'cancel',
    target: 'orders-db',
    args: ['7', 'a', '1'],
    disruptive: true,
  };
  const items = Array.from({ length: 20 }, (_, n) => ({
    text: `pid ${n} <!here> blocks 2 sessions.`,
    lines: [`pid ${n} billing`, '├─ pid 8 web', '   └─ pid 9 web'],
    next: [cancel, end],
  }));
  const { text: line, blocks, thread } = renderReport(report({ status: 'info', items }), { style: 'channel' });

  test('shows the first with their drawing and their buttons, and tells the others in the thread', () => {
    const drawings = blocks.filter((block) => block.type === 'rich_text');
    expect(drawings).toHaveLength(4);
    expect(JSON.stringify(drawings[0])).toContain('├─ pid 8 web\\n   └─ pid 9 web');
    expect(buttonsOf(blocks).map(({ text }) => (text as { text: string }).text)).toEqual(
      Array.from({ length: 4 }, () => ['Cancel…', 'End session…']).flat(),
    );
    const told = thread.map(textOf).join();
    for (let n = 4; n < 20; n += 1) expect(told).toContain(`pid ${n} &lt;!here&gt; blocks`);
  });

  test('stays within what Slack takes', () => {
    expect([{ text: line, blocks }, ...thread].flatMap(faultsOf)).toEqual([]);
  });

  test('asks before what clients notice, with the command as it would be typed', () => {
    const [first] = buttonsOf(blocks);
    expect(first?.['confirm']).toMatchObject({ text: { text: 'This asks for: /db cancel orders-db 7 a 1' } });
  });
});
