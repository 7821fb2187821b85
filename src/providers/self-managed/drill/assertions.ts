import type { DrillLook } from '../../../core/drill.ts';
import type { CopySession } from './copy-session.ts';

/** Asks what the config says has to be true, each in a transaction that only reads. Its SQL is shown nowhere. */
export async function checkAssertions(
  { ask }: CopySession,
  assertions: { readonly [name: string]: string },
): Promise<DrillLook[]> {
  const looks: DrillLook[] = [];
  for (const [name, sql] of Object.entries(assertions)) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const why = await whyNot(ask, sql);
    const problems = why === undefined ? [] : [`the assertion ${name} ${why}.`];
    const detail = why ?? 'is true';
    looks.push({ what: `assertion ${name}`, outcome: problems.length > 0 ? 'failed' : 'passed', detail, problems });
  }
  return looks;
}

async function whyNot(ask: CopySession['ask'], sql: string): Promise<string | undefined> {
  await ask('BEGIN TRANSACTION READ ONLY');
  try {
    // A parameter that is not used makes the server refuse a second statement.
    const rows = await ask(
      `SELECT ($1::int = 1) AND (SELECT * FROM (${sql.replace(/;\s*$/, '')}\n) AS assertion) AS holds`,
      [1],
    );
    const [row] = rows;
    return row?.['holds'] === true ? undefined : row?.['holds'] === null ? 'gives nothing' : 'is false';
  } catch (thrown) {
    const { code = 'no answer' } = thrown as { code?: string };
    return `cannot be asked (SQLSTATE ${code}); it has to give one row with one boolean`;
  } finally {
    await ask('ROLLBACK');
  }
}
