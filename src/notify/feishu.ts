import { createHmac } from 'node:crypto';
import type { Message } from '../core/message.ts';
import { answerField, codeProblem, type Robot } from './robot.ts';

/** Feishu (飞书自定义机器人): the signature goes into the body, HMAC-SHA256 with `seconds\nsecret` as key over nothing. */
export const FEISHU: Robot = {
  hosts: ['open.feishu.cn', 'open.larksuite.com'],
  signs: true,
  limit: 16_000,
  perMinute: 100,
  mention: (account) => ` <at user_id="${account}"></at>`,
  request({ url, secret }, { text }, now) {
    const timestamp = String(Math.floor(now / 1000));
    const message = { msg_type: 'text', content: { text } };
    if (secret === null) return { url, body: message };
    const sign = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
    return { url, body: { timestamp, sign, ...message } };
  },
  problem(body): Message | null {
    // Older robots answer with StatusCode alone.
    const isOld = answerField(body, 'code') === '' && answerField(body, 'StatusCode') !== '';
    return isOld ? codeProblem(body, 'StatusCode', 'StatusMessage') : codeProblem(body, 'code', 'msg');
  },
};
