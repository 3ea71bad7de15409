// SPDX-License-Identifier: MIT
// Several in one: the command `batch`, the event `batch` that `?batch=` asks for, and POST /api/batch.
import assert from 'node:assert/strict';
import {decode} from '@msgpack/msgpack';
import {get, post, publish, request} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {until} from './support/wait.mjs';
import {WsClient} from './support/websocket.mjs';

/** What came of a room, batches taken apart. */
function heard(client) {
  return client.messages.flatMap((message) => (message.type === 'batch' ? message.messages : [message]));
}

const seqs = (client) => heard(client).filter((m) => m.type === 'chat').map((m) => m.seq);

test('A batch is applied in order, and each message that has an id is answered', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.open(t, server);
  const bob = await WsClient.join(t, server, 'r', 'bob');
  await ann.ask({type: 'batch', messages: [
    {type: 'join', room: 'r', user: 'ann', id: 'j'},
    {type: 'chat', text: 'one', id: 'c-1'},
    {type: 'chat', id: 'c-2'},
    {type: 'publish', room: 'r', event: 'tick', data: {n: 1}},
    {type: 'batch', id: 'inner', messages: []},
    {type: 'state', room: 'r', key: 'k', value: 1, id: 's'},
  ]});
  const answers = ann.messages.filter((m) => ['ack', 'error'].includes(m.type)).map(({type, id}) => [type, id]);
  assert.deepEqual(answers.slice(0, -1), [['ack', 'j'], ['ack', 'c-1'], ['error', 'c-2'], ['error', 'inner'], ['ack', 's']]);
  await bob.type('delta');
  assert.deepEqual(bob.messages.filter((m) => ['chat', 'tick', 'delta'].includes(m.type)).map((m) => m.type),
    ['chat', 'tick', 'delta']);
  const refused = await ann.request({type: 'batch', messages: Array.from({length: 101}, () => ({type: 'ping'}))});
  assert.deepEqual([refused.code, refused.field], ['bad_message', 'messages']);
});

test('A batch in a POST is answered message by message, in order', async (t) => {
  const server = await startServer(t);
  const {sid} = (await get(server, '/api/poll')).body.messages[0];
  const answer = await post(server, `/api/sessions/${sid}`, [
    {type: 'ping', id: 'p'},
    {type: 'batch', messages: [{type: 'join', room: 'r', user: 'ann', id: 'j'}, {type: 'chat', text: 'x'}, 7]},
    {type: 'batch', id: 'b', messages: [{type: 'typing', isTyping: true}]},
    {type: 'nonsense'},
  ]);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body.map((m) => [m.type, m.id]), [
    ['pong', 'p'], ['ack', 'j'], ['ack', undefined], ['error', undefined], ['ack', undefined], ['ack', 'b'], ['error', undefined],
  ]);
});

test('?batch= brings what comes within its time as one frame, in every form', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'r', 'ann', {path: '/ws?batch=1000'});
  const bob = await WsClient.join(t, server, 'r', 'bob', {path: '/ws?batch=1000', perMessageDeflate: false});
  class Packed extends WsClient {
    unpack(data) {
      return decode(data);
    }

    pack(message) {
      return Buffer.from(JSON.stringify(message));
    }
  }
  const packed = new Packed(`ws://127.0.0.1:${server.port}/ws?batch=1000&user=cat`, {protocols: ['confab.v1.msgpack']});
  t.after(() => packed.socket.terminate());
  await packed.opened;
  await request(server, 'PUT', '/api/rooms/r/members/cat');
  await packed.type('joined');
  const plain = await WsClient.join(t, server, 'r', 'dan');
  for (let n = 1; n <= 100; n += 1) await publish(server, 'r', {event: 'tick', data: {n}});
  await until(() => plain.messages.filter((m) => m.type === 'tick').length === 100, 'the plain client hears all');
  for (const client of [ann, bob, packed]) {
    const ticks = () => heard(client).filter((m) => m.type === 'tick');
    await until(() => ticks().length === 100, 'all of them');
    assert.deepEqual(ticks().map((m) => m.data.n), Array.from({length: 100}, (_, n) => n + 1));
    const batches = client.messages.filter((m) => m.type === 'batch');
    assert.ok(batches.length >= 1);
    for (const batch of batches) {
      assert.deepEqual(Object.keys(batch).sort(), ['messages', 'timestamp', 'type']);
      assert.equal(typeof batch.timestamp, 'number');
      assert.ok(batch.messages.length > 1, 'a window of one goes as it is');
    }
  }
});

test('?batch= keeps a room in order, whoever speaks', async (t) => {
  const server = await startServer(t, {config: {limits: {messages_per_second: 0}}});
  const members = [];
  for (let n = 0; n < 6; n += 1)
    members.push(await WsClient.join(t, server, 'r', `user-${n}`, {path: `/ws${['', '?batch=10', '?batch=40'][n % 3]}`}));
  const said = members.map(async (member, n) => {
    for (let k = 0; k < 40; k += 1) {
      const ack = await member.ask({type: 'chat', text: `${n}.${k}`});
      assert.ok(seqs(member).includes(ack.seq), 'its echo comes before its ack');
    }
  });
  await Promise.all(said);
  for (const member of members) {
    await until(() => seqs(member).length === 240, 'all of it');
    assert.deepEqual(seqs(member), Array.from({length: 240}, (_, n) => n + 1));
  }
});

test('?batch= takes 10 to 1000', async (t) => {
  const server = await startServer(t);
  for (const width of [10, 1000]) await WsClient.open(t, server, {path: `/ws?batch=${width}`});
  for (const width of ['9', '1001', '', '-5', 'x', '50.5']) {
    const answer = await get(server, `/ws?batch=${width}`, {headers: {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }});
    assert.equal(answer.status, 400, width);
    assert.equal(answer.body.error.field, 'batch');
  }
});

test('POST /api/batch runs calls in order, and answers each', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'r', 'ann');
  const answer = await post(server, '/api/batch', {commands: [
    {method: 'POST', path: '/api/rooms/r/messages', body: {text: 'one', id: 'm-1'}},
    {method: 'POST', path: '/api/rooms/r/messages', body: {text: 'one', id: 'm-1'}},
    {method: 'PUT', path: '/api/rooms/r/state/topic', body: {value: {a: [1]}}},
    {method: 'GET', path: '/api/rooms/r/state'},
    {method: 'GET', path: '/api/rooms/r/messages?limit=1'},
    {method: 'GET', path: '/api/rooms/nowhere%20at%20all'},
    {method: 'POST', path: '/api/rooms/r/messages', body: {text: 7}},
    {method: 'DELETE', path: '/api/rooms/r/messages/1'},
    {method: 'PUT', path: '/api/rooms/r', body: null},
    {method: 'GET', path: '/api/nothing'},
  ]});
  assert.equal(answer.status, 200, answer.text);
  const results = answer.body.results;
  assert.deepEqual(results.map((r) => r.status), [200, 200, 200, 200, 200, 404, 400, 200, 405, 404]);
  assert.equal(results[0].body.seq, 1);
  assert.equal(results[1].body.seq, 1, 'a retry');
  assert.deepEqual(results[3].body.state, {topic: {a: [1]}});
  assert.equal(results[4].body.messages[0].text, 'one');
  assert.equal(results[6].body.error.field, 'text');
  await ann.type('message_deleted');
  assert.equal(ann.chats('r').length, 1);
});

test('POST /api/batch refuses what is no list of calls, and calls that are none', async (t) => {
  const server = await startServer(t);
  for (const body of [{}, {commands: {}}, {commands: null}, {commands: Array.from({length: 101}, () => ({method: 'GET', path: '/api/stats'}))}]) {
    const answer = await post(server, '/api/batch', body);
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.body.error.field, 'commands');
  }
  assert.deepEqual((await post(server, '/api/batch', {commands: []})).body, {results: []});
  const hundred = await post(server, '/api/batch', {commands: Array.from({length: 100}, () => ({method: 'GET', path: '/api/stats'}))});
  assert.equal(hundred.body.results.length, 100);
  const cases = [
    [7, 'commands'],
    [{path: '/api/stats'}, 'method'],
    [{method: 'BREW', path: '/api/stats'}, 'method'],
    [{method: 7, path: '/api/stats'}, 'method'],
    [{method: 'GET'}, 'path'],
    [{method: 'GET', path: 'api/stats'}, 'path'],
    [{method: 'GET', path: '/api/stats HTTP/1.1\r\nX-Evil: 1'}, 'path'],
    [{method: 'GET', path: '/api/rooms#x'}, 'path'],
    [{method: 'HEAD', path: '/api/rooms'}, 'method'],
    [{method: 'GET', path: '/ws'}, 'path'],
    [{method: 'GET', path: '/events'}, 'path'],
    [{method: 'POST', path: '/api/messages', body: {room: 'r', text: 'x'}}, 'path'],
    [{method: 'POST', path: '/api/batch', body: {commands: []}}, 'path'],
  ];
  const answer = await post(server, '/api/batch', {commands: cases.map(([call]) => call)});
  answer.body.results.forEach((result, n) => {
    assert.equal(result.status, 400, JSON.stringify([cases[n], result]));
    assert.equal(result.body.error.field, cases[n][1], JSON.stringify([cases[n], result]));
  });
});

test('POST /api/batch is under the scopes of the key that is shown', async (t) => {
  const server = await startServer(t, {config: {api: {keys: [
    {name: 'w', key: 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk', scopes: ['publish']},
  ]}}});
  const commands = [
    {method: 'POST', path: '/api/rooms/r/messages', body: {text: 'x'}},
    {method: 'GET', path: '/api/rooms'},
    {method: 'DELETE', path: '/api/rooms/r/messages'},
  ];
  assert.equal((await post(server, '/api/batch', {commands})).status, 401);
  const answer = await post(server, '/api/batch', {commands}, {headers: {'X-API-Key': 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk'}});
  assert.deepEqual(answer.body.results.map((r) => r.status), [200, 403, 403]);
});

test('POST /api/batch runs nothing more behind 8 MiB of answers', async (t) => {
  const server = await startServer(t, {config: {limits: {message_size: '1MiB', queue_size: '16MiB'}, rooms: [{match: '*', history: {bytes: '16MiB'}}]}});
  for (let n = 0; n < 3; n += 1) await publish(server, 'r', {text: 'x'.repeat(1_000_000)});
  const read = {method: 'GET', path: '/api/rooms/r/messages'};
  const write = {method: 'POST', path: '/api/rooms/r/messages', body: {text: 'not said'}};
  const {results} = (await post(server, '/api/batch', {commands: [read, read, read, write, read, 7]})).body;
  assert.deepEqual(results.map((r) => r.status), [200, 200, 200, 413, 413, 413]);
  assert.deepEqual(results.slice(3).map((r) => r.body.error.code), ['too_large', 'too_large', 'too_large']);
  assert.equal((await get(server, '/api/rooms/r')).body.seq, 3);
});
