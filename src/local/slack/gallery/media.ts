import { PICTURES, plain } from './example.ts';
import type { BlockChapter } from './example.ts';

export const image: BlockChapter = {
  type: 'image',
  examples: [
    {
      title: 'with a title',
      surface: 'message',
      block: {
        type: 'image',
        title: plain('Replication lag, last hour'),
        image_url: `${PICTURES}lag.svg`,
        alt_text: 'The lag rises from 0 s to 94 s',
      },
    },
  ],
};

export const video: BlockChapter = {
  type: 'video',
  examples: [
    {
      title: 'embedded',
      surface: 'message',
      block: {
        type: 'video',
        title: plain('How a switchover goes'),
        title_url: 'https://docs.slack.dev/reference/block-kit/blocks/video-block',
        description: plain('Two minutes, from the plan to the proof'),
        video_url: 'https://docs.slack.dev/embed/switchover',
        thumbnail_url: `${PICTURES}night.svg`,
        alt_text: 'A switchover, step by step',
        author_name: 'Nightshift',
        provider_name: 'Runbooks',
      },
    },
  ],
};

export const file: BlockChapter = {
  type: 'file',
  examples: [
    { title: 'remote', surface: 'message', block: { type: 'file', external_id: 'runbook-17', source: 'remote' } },
  ],
};
