// SPDX-License-Identifier: MIT
// Section 7 of the protocol: what the backend does to rooms, users and sessions, seen by their clients.
import assert from 'node:assert/strict';
import {get, post, publish, request} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {until} from './support/wait.mjs';
import {WsClient, closeOf} from './support/websocket.mjs';

const put = (server, path, body) => request(server, 'PUT', path, {body});
const remove = (server, path, body) => request(server, 'DELETE', path, {body});

function refused(answer, status, code, field) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.error.code, code, answer.text);
  if (field !== undefined) assert.equal(answer.body.error.field, field, answer.text);
}

test('A message is deleted from the past, and a room is cleared', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'r', 'ann');
  await publish(server, 'r', {user: 'bob', text: 'oops', id: 'm-1'});
  const done = await remove(server, '/api/rooms/r/messages/1');
  assert.equal(done.status, 200, done.text);
  const told = await ann.type('message_deleted');
  assert.equal(told.target, 1);
  assert.equal(told.seq, 2);
  assert.equal('by' in told, false);
  const past = (await get(server, '/api/rooms/r/messages')).body.messages;
  assert.equal(past[0].deleted, true);
  assert.equal('text' in past[0], false);
  refused(await remove(server, '/api/rooms/r/messages/1'), 404, 'not_found', 'seq');
  refused(await remove(server, '/api/rooms/r/messages/9'), 404, 'not_found', 'seq');
  refused(await remove(server, '/api/rooms/r/messages/x'), 400, 'bad_message', 'seq');
  refused(await remove(server, '/api/rooms/r/messages/0'), 400, 'bad_message', 'seq');

  const cleared = await remove(server, '/api/rooms/r/messages');
  assert.equal(cleared.status, 200, cleared.text);
  assert.equal(cleared.body.seq, 0);
  assert.notEqual(cleared.body.epoch, ann.joined.epoch);
  const reset = await ann.type('reset');
  assert.deepEqual(reset.rooms, [{room: 'r', epoch: cleared.body.epoch, seq: 0, reason: 'epoch'}]);
  assert.deepEqual((await get(server, '/api/rooms/r/messages')).body.messages, []);
  refused(await remove(server, '/api/rooms/nowhere/messages'), 404, 'not_found', 'room');
});

test('A user is subscribed to a room and removed from it', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'lobby', 'ann');
  const second = await WsClient.join(t, server, 'lobby', 'ann');
  const bob = await WsClient.join(t, server, 'r', 'bob');
  assert.deepEqual((await put(server, '/api/rooms/r/members/ann')).body, {sessions: 2});
  for (const each of [ann, second]) await each.type('joined', {where: (m) => m.room === 'r'});
  await bob.type('user_joined', {where: (m) => m.user === 'ann'});
  const removed = await remove(server, '/api/rooms/r/members/ann', {reason: 'spam'});
  assert.deepEqual(removed.body, {sessions: 2});
  for (const each of [ann, second])
    assert.deepEqual(await each.type('kicked'), {type: 'kicked', room: 'r', user: 'ann', reason: 'spam'});
  await bob.type('user_left', {where: (m) => m.user === 'ann'});
  refused(await remove(server, '/api/rooms/r/members/ann'), 404, 'not_found', 'user');
  refused(await put(server, '/api/rooms/r/members/nobody'), 404, 'not_found', 'user');
  refused(await put(server, '/api/rooms/@bob/members/ann'), 403, 'forbidden', 'room');
  refused(await put(server, '/api/rooms/r/members/@ann'), 400, 'bad_message', 'user');
  refused(await remove(server, '/api/rooms/r/members/bob', {reason: 7}), 400, 'bad_message', 'reason');
  refused(await remove(server, '/api/rooms/r/members/bob', {reason: 'x'.repeat(257)}), 400, 'bad_message', 'reason');
});

for (const [kind, event, flag] of [['bans', 'banned', 'banned'], ['mutes', 'muted', 'muted']]) {
  test(`Of ${kind}: imposed, shown, told, and lifted`, async (t) => {
    const server = await startServer(t);
    const bob = await WsClient.join(t, server, 'r', 'bob');
    const path = `/api/rooms/r/${kind}/bob`;
    assert.deepEqual((await get(server, path)).body, {room: 'r', user: 'bob', [flag]: false});
    const imposed = await put(server, path, {for: '10m', reason: 'calm'});
    assert.equal(imposed.status, 200, imposed.text);
    assert.equal(imposed.body[flag], true);
    assert.ok(Date.parse(imposed.body.until) > Date.now());
    const told = await bob.type(event);
    assert.deepEqual(told, {type: event, room: 'r', user: 'bob', reason: 'calm', until: imposed.body.until});
    assert.deepEqual((await get(server, path)).body, imposed.body);
    const what = kind === 'bans' ? {type: 'join', room: 'r'} : {type: 'chat', room: 'r', text: 'x'};
    assert.equal((await bob.request(what)).code, 'forbidden');
    assert.equal((await put(server, path)).body.until, undefined, 'without a time it holds until it is lifted');
    assert.equal((await remove(server, path)).body[flag], false);
    refused(await remove(server, path), 404, 'not_found', 'user');
    assert.equal((await bob.request(what)).type, 'ack');
    for (const wrong of ['x', 0, -1, 1.5, true, '0s', '4000d'])
      refused(await put(server, path, {for: wrong}), 400, 'bad_message', 'for');
    assert.equal((await put(server, path, {for: 60})).status, 200);
  });
}

test('Shared state is read and set', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'r', 'ann');
  assert.deepEqual((await get(server, '/api/rooms/r/state')).body, {state: {}, stateVersion: 0});
  assert.deepEqual((await put(server, '/api/rooms/r/state/topic', {value: {a: [1]}})).body, {version: 1});
  const delta = await ann.type('delta');
  assert.equal('user' in delta, false);
  assert.deepEqual([delta.room, delta.key, delta.value, delta.version], ['r', 'topic', {a: [1]}, 1]);
  const conflict = await put(server, '/api/rooms/r/state/topic', {value: 2, ifVersion: 0});
  refused(conflict, 409, 'conflict', 'ifVersion');
  assert.deepEqual([conflict.body.error.value, conflict.body.error.version], [{a: [1]}, 1]);
  assert.deepEqual((await put(server, '/api/rooms/r/state/topic', {value: 2, ifVersion: 1})).body, {version: 2});
  assert.deepEqual((await get(server, '/api/rooms/r/state')).body, {state: {topic: 2}, stateVersion: 2});
  refused(await put(server, '/api/rooms/r/state/topic', {}), 400, 'bad_message', 'value');
  refused(await put(server, '/api/rooms/r/state/topic', {value: 1, ifVersion: 'x'}), 400, 'bad_message', 'ifVersion');
  refused(await put(server, `/api/rooms/r/state/${'k'.repeat(129)}`, {value: 1}), 400, 'bad_message', 'key');
  refused(await put(server, '/api/rooms/$all/state/k', {value: 1}), 403, 'forbidden', 'room');
  await put(server, '/api/rooms/r/state/some', {value: 'y'.repeat(100)});
  refused(await put(server, '/api/rooms/r/state/big', {value: 'x'.repeat(65_500)}), 413, 'too_large', 'value');
});

test('A user is seen, written to, and disconnected for a while', async (t) => {
  const server = await startServer(t);
  assert.deepEqual((await get(server, '/api/users/ann')).body, {user: 'ann', online: false, sessions: 0, rooms: []});
  const ann = await WsClient.join(t, server, 'b', 'ann');
  const second = await WsClient.join(t, server, 'a', 'ann');
  assert.deepEqual((await get(server, '/api/users/ann')).body,
    {user: 'ann', online: true, sessions: 2, rooms: ['a', 'b']});
  const sent = await post(server, '/api/users/ann/messages', {event: 'invoice', data: {n: 1}, id: 'invoice-1'});
  assert.equal(sent.body.id, 'invoice-1');
  for (const each of [ann, second]) {
    const event = await each.type('invoice');
    assert.deepEqual([event.room, event.data, event.seq], ['@ann', {n: 1}, 1]);
  }
  assert.deepEqual((await remove(server, '/api/users/ann/sessions', {block: '1h'})).body, {disconnected: 2});
  assert.equal((await closeOf(ann)).code, 4003);
  assert.equal((await closeOf(second)).code, 4003);
  const again = await WsClient.open(t, server);
  again.send({type: 'join', room: 'a', user: 'ann'});
  assert.equal((await closeOf(again)).code, 1008);
  const byQuery = await WsClient.open(t, server, {path: '/ws?user=ann'});
  assert.equal((await closeOf(byQuery)).code, 1008);
  refused(await post(server, '/api/messages', {room: 'a', user: 'ann', text: 'x'}), 403, 'forbidden', 'user');
  assert.deepEqual((await remove(server, '/api/users/ann/sessions')).body, {disconnected: 0});
  refused(await get(server, '/api/users/@ann'), 400, 'bad_message', 'user');
  refused(await remove(server, '/api/users/ann/sessions', {block: 'x'}), 400, 'bad_message', 'block');
});

test('Sessions are listed, written to and ended one by one', async (t) => {
  const server = await startServer(t);
  const clients = [];
  for (const user of ['ann', 'bob', 'cid']) clients.push(await WsClient.join(t, server, 'r', user));
  const guest = await WsClient.open(t, server);
  const all = (await get(server, '/api/sessions')).body.items;
  assert.equal(all.length, 4);
  const ann = all.find((item) => item.user === 'ann');
  assert.deepEqual(Object.keys(ann), ['clientId', 'user', 'transport', 'address', 'rooms', 'connectedAt', 'queued']);
  assert.deepEqual([ann.clientId, ann.transport, ann.address, ann.rooms, ann.queued],
    [clients[0].connected.clientId, 'websocket', '127.0.0.1', ['r'], 0]);
  assert.ok(Math.abs(Date.parse(ann.connectedAt) - Date.parse(clients[0].connected.timestamp)) < 1000);
  assert.equal((await get(server, '/api/sessions?room=r')).body.items.length, 3);
  assert.deepEqual((await get(server, '/api/sessions?user=bob')).body.items.map((item) => item.user), ['bob']);
  const paged = [];
  for (let after = ''; ;) {
    const page = (await get(server, `/api/sessions?limit=3&after=${after}`)).body;
    paged.push(...page.items.map((item) => item.clientId));
    if (page.next === undefined) break;
    after = page.next;
  }
  assert.deepEqual(paged, all.map((item) => item.clientId));
  refused(await get(server, '/api/sessions?limit=501'), 400, 'bad_message', 'limit');

  const id = guest.connected.clientId;
  const sent = await post(server, `/api/clients/${id}/messages`, {event: 'hello', data: 1});
  assert.equal('seq' in sent.body, false);
  const event = await guest.type('hello');
  assert.deepEqual(event, {type: 'hello', data: 1, id: sent.body.id, timestamp: sent.body.timestamp});
  refused(await post(server, `/api/clients/${id}/messages`, {event: 'chat'}), 400, 'bad_message', 'text');
  assert.deepEqual((await remove(server, `/api/clients/${id}`)).body, {disconnected: 1});
  assert.equal((await closeOf(guest)).code, 4003);
  refused(await remove(server, `/api/clients/${id}`), 404, 'not_found', 'clientId');
  refused(await post(server, '/api/clients/nobody/messages', {text: 'x'}), 404, 'not_found', 'clientId');
});

test('A rule changes for open rooms by a reload, and says in the log what it refused', async (t) => {
  const rules = (event) => ({log: {level: 'debug'}, rooms: [{match: 'r*', events: [event]}]});
  const server = await startServer(t, {config: rules('a')});
  const ann = await WsClient.join(t, server, 'r1', 'ann');
  assert.equal((await ann.request({type: 'publish', room: 'r1', event: 'b', data: 1})).code, 'forbidden');
  await until(() => /forbidden event: .* rule r\*/.test(server.stderr), () => `the rule in the log:\n${server.stderr}`);
  assert.equal((await ann.request({type: 'publish', room: 'r1', event: 'a', data: 1})).type, 'ack');
  await server.writeConfig(rules('b'));
  server.signal('SIGHUP');
  await until(async () => (await ann.request({type: 'publish', room: 'r1', event: 'b', data: 1})).type === 'ack',
    'the new rule to hold');
  assert.equal((await ann.request({type: 'publish', room: 'r1', event: 'a', data: 1})).code, 'forbidden');
});

test('Who publishes without a session is held to its pace by address, behind a proxy too', async (t) => {
  const server = await startServer(t, {config: {limits: {messages_per_second: 1, message_burst: 2}}});
  const from = (address) => request(server, 'POST', '/api/messages',
    {body: {room: 'r', text: 'x'}, headers: {'X-Forwarded-For': address}});
  let refusal;
  await until(async () => {
    refusal = await from('198.51.100.1');
    return refusal.status !== 200;
  }, 'the pace to be held');
  refused(refusal, 429, 'rate_limited');
  assert.equal(refusal.headers['retry-after'], '1');
  assert.equal((await from('198.51.100.2')).status, 200, 'another client of the same proxy');
});

test('Whoever stands behind a trusted proxy is shown by its own address', async (t) => {
  const server = await startServer(t);
  const behind = (address) => ({headers: {'X-Forwarded-For': address}});
  await WsClient.join(t, server, 'r', 'ann', behind('203.0.113.7'));
  await WsClient.join(t, server, 'r', 'bob');
  const held = get(server, `/api/poll?sid=${(await get(server, '/api/poll?user=cat')).body.messages[0].sid}&ack=1`, behind('203.0.113.9'));
  const address = async (user) => (await get(server, `/api/sessions?user=${user}`)).body.items[0].address;
  assert.equal(await address('ann'), '203.0.113.7');
  assert.equal(await address('bob'), '127.0.0.1');
  await until(async () => (await address('cat')) === '203.0.113.9', 'the poll is held');
  await remove(server, '/api/users/cat/sessions');
  await held;
});

test('Who is kept off the server comes in by no way', async (t) => {
  const server = await startServer(t);
  await remove(server, '/api/users/eve/sessions', {block: '1h'});
  for (const path of ['/api/poll?user=eve', '/api/messages?user=eve&room=r', '/events?user=eve&room=r'])
    refused(await get(server, path), 403, 'forbidden', 'user');
  refused(await post(server, '/api/messages', {room: 'r', user: 'eve', text: 'x'}), 403, 'forbidden', 'user');
  const eve = new WsClient(`ws://127.0.0.1:${server.port}/ws?user=eve`);
  assert.equal((await closeOf(eve)).code, 1008);
});

test('The API writes to $all and to users, and to no other room of the server', async (t) => {
  const server = await startServer(t, {config: {limits: {message_size: '1KiB'}}});
  const ann = await WsClient.open(t, server, {path: '/ws?user=ann'});
  await publish(server, '$all', {text: 'all'});
  await publish(server, '@ann', {text: 'ann'});
  for (const room of ['$other', '$', '@', '@@', '@$all', '@guest-12345678'])
    refused(await post(server, `/api/rooms/${encodeURIComponent(room)}/messages`, {text: 'x'}), 400, 'bad_room', 'room');
  refused(await post(server, '/api/notifications', {message: 'x'.repeat(1024)}), 413, 'too_large');
  await ann.settle();
  assert.deepEqual(ann.chats().map((m) => m.room), ['$all', '@ann']);
});
