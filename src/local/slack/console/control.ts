import type { ConsoleStatus } from '../console-status.ts';
import type { SlackMessage, SlackView } from '../message.ts';
import type { FieldValues, SuggestAnswer } from './surface.ts';

export type CommandAnswer = { ack: { text?: string; ts?: string; error?: string } };
export type SubmitAnswer = { closed?: true; view?: SlackView; errors?: { [blockId: string]: string }; error?: string };

/** The control API, as the console uses it. Everything rejects with the server's own sentence. */
export const control = {
  status: () => get<ConsoleStatus>('status'),
  messages: async () => (await get<{ messages: SlackMessage[] }>('messages')).messages,
  views: (user: string) =>
    get<{ modal: SlackView | null; home: SlackView | null }>(`view?user=${encodeURIComponent(user)}`),
  command: (user: string, channel: string, text: string) => post<CommandAnswer>('command', { user, channel, text }),
  say: (user: string, channel: string, text: string, threadTs?: string) =>
    post<SlackMessage>('say', { user, channel, text, ...(threadTs ? { threadTs } : {}) }),
  act: (body: { user: string; actionId: string; value?: string; values: FieldValues }) =>
    post<{ ok?: true; error?: string }>('action', body),
  suggest: (body: { user: string; actionId: string; query: string }) => post<SuggestAnswer>('suggest', body),
  upload: async (user: string, file: File): Promise<string> => {
    const query = new URLSearchParams({ user, name: file.name });
    const kept = await answerOf<{ id: string }>(await fetch(`/api/upload?${query}`, { method: 'POST', body: file }));
    return kept.id;
  },
  submit: (user: string, viewId: string, values: object) => post<SubmitAnswer>('view', { user, viewId, values }),
  close: (user: string, viewId: string) => post<{ closed: true }>('close', { user, viewId }),
  openHome: (user: string, tab: 'home' | 'messages') => post<{ error?: string }>('home', { user, tab }),
  fire: (name: string) => post<{ fired: string }>('event', { name }),
  drill: (name: string, on: boolean) => post<{ on: boolean }>(`drill/${name}`, { on }),
  faults: (body: object) => post<object>('faults', body),
};

async function get<T>(path: string): Promise<T> {
  return answerOf<T>(await fetch(`/api/${path}`));
}

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return answerOf<T>(await fetch(`/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function answerOf<T>(response: Response): Promise<T> {
  const body = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
  return body;
}
