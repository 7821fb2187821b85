import type { BackupsSeen } from '../../core/backups-seen.ts';
import { emptyReport, type Report } from '../../core/report.ts';
import type { About } from './report.ts';

/** Pure: what the policy asks for, what is given, and the gap. */
export function policyReport({ target, at }: About, { policy, whyNone, table }: BackupsSeen): Report {
  const gaps = table.filter(({ gap }) => gap !== '').length;
  const headline =
    policy === null
      ? `nobody asks for backups of ${target}: nightshift.yaml names no store, or switches them off`
      : `${table.length} things are asked for, ${gaps} of them with a gap`;
  return {
    ...emptyReport({ operation: 'backups', subject: target, status: 'info', headline, at }),
    ...(policy === null
      ? {}
      : {
          facts: [
            { label: 'Compression', value: policy.compression },
            {
              label: 'Proofs count as old',
              value: `after ${policy.proofDays} d, to a second after ${policy.pointInTimeProofDays} d`,
            },
          ],
          tables: [
            {
              title: 'Asked, given, and the gap',
              columns: [
                { key: 'asked', label: 'Asked' },
                { key: 'given', label: 'Given' },
                { key: 'gap', label: 'Gap' },
              ],
              rows: table.map(({ asked, given, gap }) => ({
                asked,
                given: given === '' ? 'nothing' : given,
                gap: gap === '' ? 'none' : gap,
              })),
            },
          ],
        }),
    text: [
      ...(whyNone === null ? [] : [whyNone]),
      ...(policy === null ? ['Name a store under `backups` in nightshift.yaml: docs/backups.md.'] : []),
    ],
  };
}
