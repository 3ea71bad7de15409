// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {addressOf, webSockets} from '../support/contract/addresses.mjs';
import {JsonSocket, MsgpackSocket, Poll, kinds} from '../support/contract/clients.mjs';
import {kScenarioServer, meetEveryMessage} from '../support/contract/scenario.mjs';
import {until} from '../support/wait.mjs';
import {contract, good, test} from './setup.mjs';

for (const kind of kinds) {
  test(`Every message over ${kind.kind} is as documented`, kScenarioServer, async (t, server) => {
    await meetEveryMessage(t, contract, server, await kind.open(t, contract, server));
  });
}

test('What is said by POST is answered in its order', {}, async (t, server) => {
  const poll = await Poll.open(t, contract, server);
  const typing = {type: 'typing', isTyping: true, id: 'a'};
  const answers = await poll.post([{type: 'join', room: 'r'}, {type: 'ice_servers'}, {type: 'ping'}, typing]);
  assert.deepEqual(answers.map(({type}) => type), ['ack', 'ice_servers', 'pong', 'ack']);
  const [first, second] = await poll.post([{type: 'chat', room: 'r'}, {type: 'chat', room: 'r', text: 'hi'}]);
  assert.deepEqual([first.code, second], ['bad_message', {type: 'ack'}]);
  await poll.post({type: 'leave', room: 'r'});
});

test('What is said in a batch by POST is answered in its place', {}, async (t, server) => {
  const poll = await Poll.open(t, contract, server);
  const batch = (messages, id) => ({type: 'batch', messages, ...(id && {id})});
  const join = {type: 'join', room: 'r'};
  const answers = await poll.post([batch([join, {type: 'ping'}]), {type: 'ping'}, batch([{type: 'ping'}, join], 'b')]);
  assert.deepEqual(answers.map(({type, id}) => [type, id]),
    [['ack', undefined], ['pong', undefined], ['pong', undefined], ['pong', undefined], ['ack', undefined], ['ack', 'b']]);
  const [refused, taken, own] = await poll.post(batch([{type: 'sing'}, {type: 'ping'}], 'c'));
  assert.deepEqual([refused.code, taken.type, own], ['unknown_type', 'pong', {type: 'ack', id: 'c'}]);
  const [whole] = await poll.post(batch([], 'd'));
  assert.deepEqual([whole.id, whole.code, whole.field], ['d', 'bad_message', 'messages']);
});

test('What a room says comes in batches to whoever asks for that', {}, async (t, server) => {
  const bob = await JsonSocket.open(t, contract, server, {query: {user: 'bob'}});
  for (const [index, kind] of [JsonSocket, MsgpackSocket].entries()) {
    const [user, room] = [`ann-${index}`, `room-${index}`];
    // What one request or one message says is said at once.
    const ann = await kind.open(t, contract, server, {query: {user, batch: 1000}});
    await ann.say({type: 'join', room});
    const post = (path, body) => ({method: 'POST', path, body});
    const messages = `/api/rooms/${room}/messages`;
    await good(server, 'POST', '/api/batch', {commands: [
      ...['one', 'two'].map((text) => post(messages, {text})), ...[false, true].map((ephemeral) => post(messages, {event: 'tick', ephemeral})),
      {method: 'DELETE', path: `${messages}/1`}, ...['one', 'two'].map((message) => post('/api/notifications', {message})),
    ]});
    await bob.sayBatch(['one', 'two'].map((text) => ({type: 'direct', to: user, text})));
    for (const types of [['chat', 'chat', 'tick', 'tick', 'message_deleted'], ['notification', 'notification'], ['direct', 'direct']]) {
      await ann.heard('batch', (m) => m.messages.map(({type}) => type).join() === types.join());
    }
  }
});

test('Every error code of a command is as documented', {
  config: {
    rooms: [{match: 'closed', publish: 'nobody'}, {match: '*', state: {keys: 1}}],
    limits: {messages_per_second: 1, message_burst: 12, rooms_per_session: 1},
  },
}, async (t, server) => {
  const ann = await JsonSocket.open(t, contract, server, {path: '/chat', query: {user: 'ann'}});
  const code = async (message, wanted) => assert.equal((await ann.request(message)).code, wanted, JSON.stringify(message));
  await ann.say({type: 'join', room: 'r'});
  await ann.say({type: 'state', room: 'r', key: 'k', value: 1});
  await code({type: 'state', room: 'r', key: 'k', value: 2, ifVersion: 0}, 'conflict');
  await code({type: 'state', room: 'r', key: 'other', value: 1}, 'too_large');
  await code({type: 'join', room: 's'}, 'too_many_rooms');
  await code({type: 'leave', room: 's'}, 'not_joined');
  await code({type: 'leave', room: '..'}, 'bad_room');
  await code({type: 'chat', room: 'closed', text: 'hi'}, 'forbidden');
  await code({type: 'offer', target: 'nobody'}, 'not_found');
  await code({type: 'sing'}, 'unknown_type');
  ann.send('{');
  await ann.heard('error', (m) => m.code === 'bad_message' && !('id' in m));
  ann.send({type: 'ping'});
  await until(async () => (await ann.request({type: 'ping'})).code === 'rate_limited', 'a refusal');
});

test('A WebSocket opens at every address', {}, async (t, server) => {
  for (const each of webSockets) {
    const path = addressOf(each);
    const enveloped = await JsonSocket.open(t, contract, server, {path, query: {user: 'ann', envelope: 'gzip', batch: 50}});
    await enveloped.say({type: 'join', room: 'r'});
    await enveloped.say({type: 'chat', room: 'r', text: 'x'.repeat(2_000)});
    await enveloped.heard('chat', (m) => m.text.length === 2_000);
    await JsonSocket.open(t, contract, server, {path});
  }
  for (const query of [{room: 'calls'}, {}]) {
    const client = await JsonSocket.open(t, contract, server, {path: '/signaling', query});
    await client.heard('joined', (m) => m.room === (query.room ?? 'default'));
  }
  await good(server, 'GET', '/api/ice-servers');
});
