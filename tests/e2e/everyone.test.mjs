// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {post} from './support/http.mjs';
import {MessageLoop, PollSession} from './support/polls.mjs';
import {startServer} from './support/server.mjs';
import {SseClient} from './support/sse.mjs';
import {test} from './support/test.mjs';
import {WsClient} from './support/websocket.mjs';

const kEach = 250;
const kAll = 4 * kEach;

test('Four kinds of clients see 1,000 messages of one room in the same order, each once', async (t) => {
  const server = await startServer(t, {set: {'limits.messages_per_second': 0}});
  const ws = await WsClient.join(t, server, 'general', 'ws');
  const sse = await SseClient.open(t, server, '/events?room=general&user=sse');
  await sse.type('joined');
  const poll = await PollSession.open(t, server);
  assert.equal((await poll.say({type: 'join', room: 'general', user: 'poll', id: 'j'}))[0].type, 'ack');
  await poll.type('joined');
  const loop = await MessageLoop.start(t, server, 'general');

  const publishers = {
    ws: (n) => ws.ask({type: 'chat', room: 'general', text: `ws ${n}`}),
    sse: async (n) => assert.equal((await sse.say({type: 'chat', text: `sse ${n}`}))[0].type, 'ack'),
    poll: async (n) => assert.equal((await poll.say({type: 'chat', room: 'general', text: `poll ${n}`}))[0].type, 'ack'),
    loop: async (n) => {
      const answer = await post(server, '/api/messages', {room: 'general', user: 'loop', text: `loop ${n}`});
      assert.equal(answer.status, 200, answer.text);
    },
  };
  await Promise.all(Object.values(publishers).map(async (say) => {
    for (let n = 1; n <= kEach; n += 1) await say(n);
  }));

  const isChat = (m) => m.type === 'chat';
  const seen = {
    ws: await ws.inbox.atLeast(kAll, isChat, 'chat over WebSocket'),
    sse: (await sse.inbox.atLeast(kAll, isChat, 'chat over SSE')).map((event) => event.data),
    poll: await poll.inbox.atLeast(kAll, isChat, 'chat over /api/poll'),
    loop: await loop.inbox.atLeast(kAll, isChat, 'chat over /api/messages'),
  };
  const row = ({seq, user, text, id, timestamp}) => ({seq, user, text, id, timestamp});
  const expected = seen.ws.map(row);
  assert.deepEqual(expected.map(({seq}) => seq), Array.from({length: kAll}, (_, n) => n + 1));
  for (const [name, messages] of Object.entries(seen)) assert.deepEqual(messages.map(row), expected, name);
  for (const name of Object.keys(publishers)) {
    const own = expected.filter(({user}) => user === name).map(({text}) => text);
    assert.deepEqual(own, Array.from({length: kEach}, (_, n) => `${name} ${n + 1}`), `the order of ${name}`);
  }
}, 300_000);
