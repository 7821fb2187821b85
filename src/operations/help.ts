import * as v from 'valibot';
import { defineAnswer, type AnswerContext, type OperationSummary } from '../core/operation.ts';
import { emptyReport, type Report } from '../core/report.ts';

const Arguments = v.strictObject({ verb: v.optional(v.pipe(v.string(), v.trim(), v.toLowerCase())) });

/** What can be typed, and whether the asking person may. */
export const help = defineAnswer({
  id: 'help',
  title: 'Help',
  why: 'Lists what can be typed; with a verb, how to use that one and who may.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  role: 'viewer',
  args: Arguments,
  fields: [{ name: 'verb', label: 'Verb', hint: 'health', required: false }],
  examples: ['help', 'help health'],

  async answer(context, { verb }) {
    if (!verb) return overview(context);
    const operation = context.operations.find((known) => known.id === verb);
    return operation ? await pageOf(operation, context) : unknownVerb(verb, context);
  },
});

function overview(context: AnswerContext): Report {
  const about = { operation: 'help', subject: 'help', status: 'info', at: context.now } as const;
  const rows = context.operations.map((operation) => ({
    command: usageOf(operation),
    what: operation.title,
    risk: operation.risk,
  }));
  return {
    ...emptyReport({ ...about, headline: 'What you can type' }),
    tables: [{ title: 'Commands', columns: columnsOf('command', 'what', 'risk'), rows }],
    text: ['`/db` alone shows the fleet. `/db help <verb>` explains one verb.'],
  };
}

async function pageOf(operation: OperationSummary, context: AnswerContext): Promise<Report> {
  const about = { operation: 'help', subject: operation.id, status: 'info', at: context.now } as const;
  const examples = operation.examples.map((example) => `\`${`/db ${example}`.trim()}\``).join(' · ');
  const permissions = await Promise.all(
    context.environments.map(async (environment) => {
      const reason = await context.whyNot(operation.id, environment);
      return { label: `In ${environment}`, value: reason ? `no: ${reason}` : 'you may run this' };
    }),
  );
  return {
    ...emptyReport({ ...about, headline: operation.title }),
    facts: [{ label: 'Usage', value: usageOf(operation) }, { label: 'Risk', value: operation.risk }, ...permissions],
    text: [operation.why, ...(examples ? [`For example: ${examples}`] : [])],
  };
}

function unknownVerb(verb: string, context: AnswerContext): Report {
  const known = context.operations.map((operation) => operation.id).join(', ');
  const headline = `There is no verb "${verb}". Known: ${known}.`;
  return emptyReport({ operation: 'help', subject: 'help', status: 'info', headline, at: context.now });
}

function usageOf(operation: OperationSummary): string {
  const subject = { none: '', target: ' <target>', environment: ' <target | environment>' }[operation.scope];
  const fields = operation.fields.map((field) => (field.required ? ` <${field.name}>` : ` [${field.name}]`)).join('');
  return `/db ${operation.id}${subject}${fields}`;
}

function columnsOf(...keys: readonly string[]): { key: string; label: string }[] {
  return keys.map((key) => ({ key, label: key[0]?.toUpperCase() + key.slice(1) }));
}
