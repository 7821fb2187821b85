import { describe, expect, test } from 'vitest';
import { buildForm, readForm, usage, type Form } from '../../src/slack/form.ts';
import { readBody, readSubmission } from '../../src/slack/requests.ts';
import { operation } from './catalogue.ts';
import { formBody } from './signed-request.ts';

const origin = { channel: 'C1', responseUrl: 'https://hooks.slack.com/x' };
const form: Form = { operation: operation('end'), values: { reason: 'stuck' }, subjects: ['orders-db', 'shop-db'] };

function submitted(metadata: string, values: Record<string, string>) {
  const submission = readSubmission(readBody(formBody({ metadata, values })));
  if (!submission) throw new Error('not read');
  return submission;
}

describe('the modal', () => {
  test('asks for the target by choice and for each argument, with what is known filled in', () => {
    const view = buildForm({ ...form, subject: 'shop-db' }, origin);
    const inputs = view.blocks.filter((block) => block.type === 'input');
    expect(inputs).toMatchObject([
      { block_id: 'subject', element: { type: 'static_select', initial_option: { value: 'shop-db' } } },
      { block_id: 'field:pid', optional: false },
      { block_id: 'field:reason', optional: true, element: { initial_value: 'stuck' } },
    ]);
    expect(view.title.text.length).toBeLessThanOrEqual(24);
  });

  test('has no choice preset where nothing was said', () => {
    expect(JSON.stringify(buildForm(form, origin))).not.toContain('initial_option');
  });

  test('lets people type where the fleet is larger than a select holds', () => {
    const subjects = Array.from({ length: 101 }, (_, n) => `db-${n}`);
    const [subject] = buildForm({ ...form, subjects }, origin).blocks.filter((block) => block.type === 'input');
    expect(subject).toMatchObject({ element: { type: 'plain_text_input' } });
  });

  test('asks for no target where the operation has none', () => {
    expect(JSON.stringify(buildForm({ ...form, operation: operation('help') }, origin))).not.toContain('"subject"');
  });

  test('keeps within the limit of its metadata, giving up the address of the answer', () => {
    const view = buildForm(form, { ...origin, responseUrl: 'x'.repeat(4_000) });
    expect(view.private_metadata?.length).toBeLessThanOrEqual(3_000);
    expect(readForm(submitted(view.private_metadata ?? '', { subject: 'shop-db', 'field:pid': '7' }))).toMatchObject({
      operation: 'end',
      responseUrl: '',
    });
  });

  test('comes back as what was asked, and where', () => {
    const metadata = buildForm(form, origin).private_metadata ?? '';
    const read = readForm(submitted(metadata, { subject: 'shop-db', 'field:pid': '2211', 'field:reason': '' }));
    expect(read).toMatchObject({
      ...origin,
      operation: 'end',
      subject: 'shop-db',
      args: { pid: '2211' },
      user: 'U0OMAR',
    });
  });

  test('corrected and sent again is another act than the first try', () => {
    const metadata = buildForm(form, origin).private_metadata ?? '';
    const keys = ['1', '2', '2'].map((pid) => submitted(metadata, { subject: 'shop-db', 'field:pid': pid }).claimKey);
    expect(new Set(keys).size).toBe(2);
  });
});

test('usage is spelled with what is needed in angle brackets and what is not in square ones', () => {
  expect(usage(operation('end'))).toBe('/db end <target> <pid> [reason]');
  expect(usage(operation('health'))).toBe('/db health <target | environment>');
});
