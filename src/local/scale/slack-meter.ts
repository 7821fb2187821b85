export type SlackUsage = {
  /** Calls by Web API method. */
  methods: { readonly [method: string]: number };
  /** chat.postMessage by channel. */
  posts: { readonly [channel: string]: number };
  /** Answers that were not HTTP 200. */
  refused: number;
};

/** Counts the calls of this process to a Slack API, by standing in front of `fetch`. `stop` takes it away again. */
export function createSlackMeter() {
  const methods: { [method: string]: number } = {};
  const posts: { [channel: string]: number } = {};
  let refused = 0;
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const method = /\/slack\/api\/([a-zA-Z.]+)/.exec(String(input instanceof Request ? input.url : input))?.[1];
    const answer = await original(input, init);
    if (method === undefined) return answer;
    methods[method] = (methods[method] ?? 0) + 1;
    if (!answer.ok) refused += 1;
    const channel = typeof init?.body === 'string' ? new URLSearchParams(init.body).get('channel') : null;
    if (method === 'chat.postMessage' && channel !== null) posts[channel] = (posts[channel] ?? 0) + 1;
    return answer;
  };
  return {
    usage: (): SlackUsage => ({ methods: { ...methods }, posts: { ...posts }, refused }),
    stop: () => void (globalThis.fetch = original),
  };
}
