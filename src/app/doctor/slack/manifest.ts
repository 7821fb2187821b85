import type { Json } from '../../../core/json.ts';
import { skipped, type Answer, type Question } from '../../../core/question.ts';
import { slackManifest, type SlackManifest } from '../../../slack/manifest.ts';
import { operations } from '../../../operations/index.ts';
import { unforeseen, withToken, type SlackAccess } from './access.ts';

const WHERE = 'Settings > App Manifest at https://api.slack.com/apps';
const NEEDED =
  'Set SLACK_CONFIG_TOKEN to an app configuration token (https://api.slack.com/apps, "Your App Configuration Tokens"; it lives twelve hours).';

/** The app in Slack is the one that this version describes. `functionUrl` is known where AWS could be asked. */
export function manifestQuestion(
  access: SlackAccess,
  configToken: string | undefined,
  functionUrl: () => Promise<string | undefined>,
): Question {
  return {
    id: 'slack.manifest',
    title: 'The app in Slack is the one of this version',
    ask: async () => {
      if (configToken === undefined) return skipped('needs an app configuration token', NEEDED);
      return withToken(access, async (slack, { botId }) => {
        const exported = await slack.manifest(botId, configToken);
        if (!('seen' in exported)) return unforeseen(exported);
        return manifestAnswer(exported.seen, await functionUrl());
      });
    },
  };
}

/** Pure. Without the function URL neither the addresses are compared, nor whether Slack comes through a socket. What Slack adds by itself is no difference. */
export function manifestAnswer(exported: Json, functionUrl: string | undefined): Answer {
  const wanted = slackManifest({ url: functionUrl ?? '', operations });
  const differing = differences(JSON.parse(JSON.stringify(wanted)) as Json, exported, '').filter(
    (path) => functionUrl !== undefined || !/url$|\.socket_mode_enabled$/.test(path),
  );
  if (differing.length === 0) {
    return { ok: functionUrl === undefined ? 'it is, its addresses apart, which are not seen from here' : 'it is' };
  }
  const url = functionUrl ?? '<function url>';
  return {
    problem: `it differs in ${differing.slice(0, 6).join(', ')}${differing.length > 6 ? ` and ${differing.length - 6} more` : ''}`,
    fix: `Paste what \`npx nightshift manifest --url ${url}\` prints into ${WHERE}, save, and install the app again if Slack asks for it.`,
  };
}

/** The places where what is wanted is not there; lists are compared as sets, since Slack sorts scopes. */
function differences(wanted: Json, found: Json | undefined, path: string): string[] {
  if (isList(wanted)) {
    const has = isList(found) ? found.map((one) => JSON.stringify(one)) : [];
    if (wanted.every((one) => typeof one !== 'object')) {
      return wanted.every((one) => has.includes(JSON.stringify(one))) ? [] : [path];
    }
    return wanted.flatMap((one, index) =>
      differences(one, isList(found) ? found[index] : undefined, `${path}[${index}]`),
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return wanted === found ? [] : [path];
  const there: { readonly [key: string]: Json } = Object(isList(found) ? undefined : found);
  return Object.entries(wanted).flatMap(([key, value]) =>
    differences(value, there[key], path === '' ? key : `${path}.${key}`),
  );
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The manifest with the address of the deployed function, to be pasted into Slack. */
export function manifestFor(url: string): SlackManifest {
  return slackManifest({ url, operations });
}
