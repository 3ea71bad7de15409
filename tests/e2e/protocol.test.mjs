// SPDX-License-Identifier: MIT
// Section 2 of the protocol over a WebSocket: every command and every refusal of this release.
import assert from 'node:assert/strict';
import {get, publish} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {until} from './support/wait.mjs';
import {WsClient, closeOf} from './support/websocket.mjs';

const kIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('connected says who and when', async (t) => {
  const server = await startServer(t, {set: {'server.node': 'n1'}});
  for (const path of ['/', '/ws', '/chat']) {
    const {connected} = await WsClient.open(t, server, {path});
    assert.match(connected.clientId, /^n1\.\S+$/);
    assert.equal(typeof connected.cursor, 'string');
    assert.match(connected.timestamp, kIso);
    assert.equal(connected.heartbeat, 25_000);
    assert.equal(connected.sid, undefined, 'the secret is for SSE and long polling');
  }
});

test('The JSON subprotocol is chosen where it is offered', async (t) => {
  const server = await startServer(t);
  const plain = await WsClient.open(t, server);
  assert.equal(plain.socket.protocol, '');
  const json = await WsClient.open(t, server, {protocols: ['confab.v1.json']});
  assert.equal(json.socket.protocol, 'confab.v1.json');
});

test('join answers joined before its ack, and tells the others of the user once', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.open(t, server);
  const ack = await ann.request({type: 'join', room: 'general', user: 'ann', id: 'j1'});
  assert.equal(ack.type, 'ack');
  assert.equal(ack.room, 'general');
  const types = ann.messages.map((m) => m.type);
  assert.deepEqual(types, ['connected', 'joined', 'ack']);
  const joined = ann.messages[1];
  assert.equal(joined.room, 'general');
  assert.equal(typeof joined.epoch, 'string');
  assert.equal(joined.seq, 0);
  assert.equal(joined.users, 1);
  assert.equal(joined.sessions, 1);
  assert.deepEqual(joined.members.map((m) => m.user), ['ann']);
  assert.match(joined.members[0].joinedAt, kIso);
  assert.equal(joined.recovered, false);
  assert.deepEqual(joined.messages, []);

  const bob = await WsClient.join(t, server, 'general', 'bob');
  assert.deepEqual(bob.joined.members.map((m) => m.user).sort(), ['ann', 'bob']);
  const arrival = await ann.type('user_joined');
  assert.deepEqual({...arrival, timestamp: undefined}, {type: 'user_joined', room: 'general', user: 'bob', timestamp: undefined});
  assert.match(arrival.timestamp, kIso);
  const second = await WsClient.join(t, server, 'general', 'bob');
  assert.equal(second.joined.users, 2);
  assert.equal(second.joined.sessions, 3);
  const again = bob.mark();
  await bob.enter('general');
  assert.equal(bob.messages.slice(again).filter((m) => m.type === 'joined').length, 1, 'joining again is harmless');
  second.socket.terminate();
  await second.closed;
  await ann.ask({type: 'leave', room: 'general'});
  await bob.type('user_left', {where: (m) => m.user === 'ann'});
  await ann.enter('general');
  await bob.close();
  await ann.type('user_left', {where: (m) => m.user === 'bob'});
  const told = ann.messages.filter((m) => ['user_joined', 'user_left'].includes(m.type)).map((m) => [m.type, m.user]);
  assert.deepEqual(told, [['user_joined', 'bob'], ['user_left', 'bob']], 'by the first session and by the last');
});

test('joined comes without an id too, and only errors are answered', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.open(t, server);
  ann.send({type: 'join', room: 'general', user: 'ann'});
  await ann.type('joined');
  ann.send({type: 'chat', room: 'general', text: 'hi'});
  ann.send({type: 'chat', room: 'elsewhere', text: 'hi'});
  const refusal = await ann.type('error');
  assert.equal(refusal.code, 'not_joined');
  assert.equal('id' in refusal, false);
  await ann.settle();
  assert.equal(ann.messages.filter((m) => m.type === 'ack').length, 0);
});

test('chat goes to every member, the sender first by echo and then by ack', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const from = ann.mark();
  const ack = await ann.ask({type: 'chat', room: 'general', text: 'hi', id: 'first-message-of-ann'});
  assert.equal(ack.seq, 1);
  assert.equal(ack.room, 'general');
  assert.match(ack.timestamp, kIso);
  const mine = ann.messages.slice(from).filter((m) => ['chat', 'ack'].includes(m.type));
  assert.deepEqual(mine.map((m) => m.type), ['chat', 'ack']);
  const expected = {
    type: 'chat', room: 'general', user: 'ann', text: 'hi', id: 'first-message-of-ann', seq: 1, timestamp: ack.timestamp,
  };
  assert.deepEqual(mine[0], expected);
  assert.deepEqual(await bob.type('chat'), expected);

  const next = ann.mark();
  const silent = await ann.ask({type: 'chat', text: 'without echo and room', echo: false});
  assert.equal(silent.seq, 2);
  assert.equal((await bob.type('chat', {where: (m) => m.seq === 2})).text, 'without echo and room');
  await ann.settle();
  assert.deepEqual(ann.messages.slice(next).filter((m) => m.type === 'chat'), []);
  assert.equal('echo' in bob.chats().at(-1), false);
});

test('What the server says of itself cannot be said by a client, the rest passes byte for byte', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  ann.send('{"type":"chat", "room":"general", "zeta": 1.10, "text":"hi", "alpha":123456789012345678901234567890,' +
    '"user":"mallory","seq":99,"epoch":"e","timestamp":"t","stamp":1,"deleted":true,"from":"x","fromClient":"y",' +
    '"ephemeral":true, "nested":{"b":[1, 2],"a":{"seq":5}}}');
  const chat = await ann.type('chat');
  assert.equal(chat.user, 'ann');
  assert.equal(chat.seq, 1);
  assert.match(chat.timestamp, kIso);
  for (const field of ['epoch', 'stamp', 'deleted', 'from', 'fromClient', 'ephemeral']) assert.equal(field in chat, false, field);
  const raw = ann.texts.find((text) => text.includes('"chat"'));
  const at = ['"zeta":1.10', '"text":"hi"', '"alpha":123456789012345678901234567890', '"nested":{"b":[1,2],"a":{"seq":5}}']
    .map((part) => raw.indexOf(part));
  assert.ok(at.every((position) => position >= 0), raw);
  assert.deepEqual(at, [...at].sort((a, b) => a - b), 'in the sender\'s order');
  const history = await get(server, '/api/rooms/general/messages');
  assert.ok(history.text.includes('"alpha":123456789012345678901234567890'), history.text);
});

test('message in place of text is delivered as both', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  await ann.ask({type: 'chat', message: 'old client'});
  const chat = await ann.type('chat');
  assert.equal(chat.message, 'old client');
  assert.equal(chat.text, 'old client');
});

test('A retry with the same id is stored once, and other content under it is another message', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const message = {type: 'chat', room: 'general', text: 'once', id: 'retry-0123456789'};
  const first = await ann.ask(message);
  const second = await ann.ask(message);
  assert.equal(second.seq, first.seq);
  const after = await WsClient.join(t, server, 'general', 'ann');
  assert.equal((await after.ask(message)).seq, first.seq, 'from another session of the same user');
  assert.equal((await ann.ask({...message, text: 'other'})).seq, first.seq + 1);
  assert.equal((await bob.ask(message)).seq, first.seq + 2, 'another user, another message');
  await bob.settle();
  assert.deepEqual(bob.chats().map((m) => [m.user, m.text]), [['ann', 'once'], ['ann', 'other'], ['bob', 'once']]);
});

test('typing goes to the others only and is never stored', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  await ann.ask({type: 'typing', room: 'general', isTyping: true});
  const shown = await bob.type('user_typing');
  assert.deepEqual({room: shown.room, user: shown.user, isTyping: shown.isTyping}, {room: 'general', user: 'ann', isTyping: true});
  assert.equal('seq' in shown, false);
  await ann.ask({type: 'typing', isTyping: false});
  await bob.type('user_typing', {where: (m) => m.isTyping === false});
  await ann.settle();
  assert.equal(ann.messages.some((m) => m.type === 'user_typing'), false);
  const {body} = await get(server, '/api/rooms/general/messages');
  assert.deepEqual(body.messages, []);
});

test('Typing ends by itself', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  await ann.ask({type: 'typing', room: 'general', isTyping: true});
  await bob.type('user_typing', {where: (m) => m.isTyping === false});
});

test('history pages forwards and backwards', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: '*', history: {size: 400}}]}});
  for (let n = 1; n <= 60; n += 1) await publish(server, 'general', {user: 'bob', text: `message ${n}`});
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const {epoch} = ann.joined;
  const page = async (fields) => {
    const answer = await ann.ask({type: 'history', room: 'general', ...fields});
    assert.equal(answer.epoch, epoch);
    assert.equal(answer.seq, 60);
    return {seqs: answer.messages.map((m) => m.seq), more: answer.more === true};
  };
  const run = (from, to) => Array.from({length: to - from + 1}, (_, n) => from + n);
  assert.deepEqual(await page({}), {seqs: run(11, 60), more: true}, 'the newest 50');
  assert.deepEqual(await page({limit: 10}), {seqs: run(51, 60), more: true});
  assert.deepEqual(await page({before: 11}), {seqs: run(1, 10), more: false});
  assert.deepEqual(await page({before: 31, limit: 5}), {seqs: run(26, 30), more: true});
  assert.deepEqual(await page({since: {epoch, seq: 20}, limit: 5}), {seqs: run(21, 25), more: true}, 'oldest first after it');
  assert.deepEqual(await page({since: {epoch, seq: 55}}), {seqs: run(56, 60), more: false});
  assert.deepEqual(await page({since: {epoch, seq: 60}}), {seqs: [], more: false});
  assert.deepEqual(await page({limit: 300}), {seqs: run(1, 60), more: false});
  const outside = await WsClient.open(t, server);
  const read = await outside.ask({type: 'history', room: 'general', limit: 1});
  assert.equal(read.messages[0].text, 'message 60', 'whom the join rule lets in, member or not');
});

test('presence lists users with their connections, page by page', async (t) => {
  const server = await startServer(t);
  const users = ['ann', 'bob', 'cid', 'dan', 'eve'];
  const clients = [];
  for (const user of users) clients.push(await WsClient.join(t, server, 'general', user));
  await WsClient.join(t, server, 'general', 'bob');
  await WsClient.join(t, server, 'general'); // a guest
  const outside = await WsClient.open(t, server);
  const all = await outside.ask({type: 'presence', room: 'general'});
  assert.deepEqual(all.members.map((m) => [m.user, m.connections]).sort(),
    [['ann', 1], ['bob', 2], ['cid', 1], ['dan', 1], ['eve', 1]]);
  for (const member of all.members) assert.match(member.joinedAt, kIso);
  assert.equal(all.users, 5);
  assert.equal(all.sessions, 7, 'guests count in sessions only');
  const seen = [];
  for (let after; ;) {
    const page = await outside.ask({type: 'presence', room: 'general', limit: 2, ...(after ? {after} : {})});
    assert.ok(page.members.length <= 2);
    seen.push(...page.members.map((m) => m.user));
    if (!page.more) break;
    after = page.members.at(-1).user;
  }
  assert.deepEqual(seen.sort(), users);
  assert.equal(clients[0].messages.filter((m) => m.type === 'user_joined').length, 4, 'no guest and no second session');
});

test('Above presence_events_up_to a room tells numbers instead of names', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: '*', presence_events_up_to: 2}]}});
  const ann = await WsClient.join(t, server, 'general', 'ann');
  await WsClient.join(t, server, 'general', 'bob');
  await ann.type('user_joined', {where: (m) => m.user === 'bob'});
  await WsClient.join(t, server, 'general', 'cid');
  await WsClient.join(t, server, 'general', 'dan');
  const occupancy = await ann.type('occupancy', {where: (m) => m.users === 4});
  assert.deepEqual(occupancy, {type: 'occupancy', room: 'general', users: 4, sessions: 4});
  assert.equal(ann.messages.some((m) => m.type === 'user_joined' && m.user === 'dan'), false);
});

test('ping is answered by pong', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.open(t, server);
  ann.send({type: 'ping'});
  const pong = await ann.type('pong');
  assert.ok(Number.isInteger(pong.timestamp) && Math.abs(pong.timestamp - Date.now()) < 600_000, JSON.stringify(pong));
  const answer = await ann.request({type: 'ping', id: 'p1'});
  assert.notEqual(answer.type, 'error');
});

test('The own personal room and $all may be joined and read, nobody else\'s', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  await publish(server, '@ann', {event: 'note', data: {n: 1}});
  assert.deepEqual((await ann.type('note')).data, {n: 1}, 'each of her sessions is in it');
  await publish(server, '$all', {event: 'news', data: 'for all'});
  await ann.type('news');
  const own = await ann.enter('@ann', {history: 10});
  assert.equal('members' in own, false);
  assert.deepEqual(own.messages.map((m) => m.type), ['note']);
  const all = await ann.enter('$all', {history: 10});
  assert.deepEqual(all.messages.map((m) => m.data), ['for all']);
  assert.equal((await ann.ask({type: 'history', room: '@ann'})).messages.length, 1);
  assert.equal((await ann.ask({type: 'history', room: '$all'})).messages.length, 1);
  for (const message of [
    {type: 'join', room: '@bob'}, {type: 'history', room: '@bob'}, {type: 'join', room: '$other'},
    {type: 'chat', room: '@ann', text: 'x'}, {type: 'chat', room: '$all', text: 'x'}, {type: 'typing', room: '@ann', isTyping: true},
    {type: 'presence', room: '$all'}, {type: 'leave', room: '@ann'},
  ]) {
    const answer = await ann.request(message);
    assert.equal(answer.type, 'error', JSON.stringify(message));
    assert.equal(answer.code, 'forbidden', JSON.stringify(message));
  }
  // Neither counts for "exactly one room".
  assert.equal((await ann.ask({type: 'chat', text: 'to general'})).room, 'general');
});

test('The first name given names the session for good', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const other = await ann.request({type: 'join', room: 'second', user: 'bob'});
  assert.equal(other.code, 'forbidden');
  await ann.enter('second', {user: 'ann'});
  const guest = await WsClient.join(t, server, 'guests');
  await guest.ask({type: 'chat', room: 'guests', text: 'hi'});
  assert.match((await guest.type('chat')).user, /^guest-.{8}$/);
  const late = await WsClient.open(t, server);
  await late.ask({type: 'join', room: 'guests'});
  await late.ask({type: 'chat', room: 'guests', user: 'cid', text: 'hi'});
  const named = await late.type('chat', {where: (m) => m.text === 'hi' && m.user === 'cid'});
  assert.equal(named.user, 'cid', 'the first message may name it');
});

test('Where the room may be left out and where not', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.open(t, server);
  assert.equal((await ann.request({type: 'chat', text: 'nowhere'})).code, 'bad_room');
  await ann.enter('one', {user: 'ann'});
  assert.equal((await ann.ask({type: 'chat', text: 'here'})).room, 'one');
  await ann.enter('two');
  assert.equal((await ann.request({type: 'chat', text: 'which?'})).code, 'bad_room');
  assert.equal((await ann.request({type: 'typing', isTyping: true})).code, 'bad_room');
  await ann.ask({type: 'leave', room: 'one'});
  assert.equal((await ann.ask({type: 'chat', text: 'here'})).room, 'two');
  assert.equal((await ann.request({type: 'chat', room: 'one', text: 'x'})).code, 'not_joined');
});

test('Bad input gets an error and the session lives on', async (t) => {
  const server = await startServer(t, {
    set: {'limits.message_size': '1MiB', 'limits.queue_size': '4MiB', 'limits.messages_per_second': 0, 'limits.flood': 1000},
  });
  const bystander = await WsClient.join(t, server, 'general', 'bystander');
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const long = 'r'.repeat(129);
  const deep = 100_000;
  const cases = [
    ['not JSON', '{"type":"chat",', 'bad_message'],
    ['an empty message', '', 'bad_message'],
    ['two values', '{"type":"ping"}{"type":"ping"}', 'bad_message'],
    ['an array', '[{"type":"ping"}]', 'bad_message'],
    ['a string', '"ping"', 'bad_message'],
    ['a number', '7', 'bad_message'],
    ['null', 'null', 'bad_message'],
    ['deep arrays', `{"type":"chat","room":"general","text":"x","a":${'['.repeat(deep)}${']'.repeat(deep)}}`, 'bad_message'],
    ['deep objects', `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`, 'bad_message'],
    ['a lone surrogate', '{"type":"chat","room":"general","text":"\\ud800"}', 'bad_message'],
    ['a swapped pair', '{"type":"chat","room":"general","text":"\\udc00\\ud800"}', 'bad_message'],
    ['no type', {room: 'general'}, 'bad_message', 'type'],
    ['a type that is no string', {type: 7}, 'bad_message', 'type'],
    ['an unknown type', {type: 'dance'}, 'unknown_type'],
    ['an empty type', {type: ''}, ['unknown_type', 'bad_message']],
    ['an id that is no string', {type: 'ping', id: 7}, 'bad_message', 'id'],
    ['an id of 65 bytes', {type: 'ping', id: 'i'.repeat(65)}, 'bad_message', 'id'],
    ['an empty id', {type: 'ping', id: ''}, 'bad_message', 'id'],
    ['a chat without text', {type: 'chat', room: 'general'}, 'bad_message', 'text'],
    ['a text that is no string', {type: 'chat', room: 'general', text: 7}, 'bad_message', 'text'],
    ['an echo that is no boolean', {type: 'chat', room: 'general', text: 'x', echo: 'no'}, 'bad_message', 'echo'],
    ['typing without isTyping', {type: 'typing', room: 'general'}, 'bad_message', 'isTyping'],
    ['an isTyping that is no boolean', {type: 'typing', room: 'general', isTyping: 1}, 'bad_message', 'isTyping'],
    ['a join without room', {type: 'join'}, 'bad_room'],
    ['a room that is no string', {type: 'join', room: 7}, 'bad_room'],
    ['an empty room', {type: 'join', room: ''}, 'bad_room'],
    ['the room .', {type: 'join', room: '.'}, 'bad_room'],
    ['the room ..', {type: 'join', room: '..'}, 'bad_room'],
    ['a room of 129 bytes', {type: 'join', room: long}, 'bad_room'],
    ['a room with NUL', {type: 'join', room: 'a\0b'}, 'bad_room'],
    ['a room with a line break', {type: 'join', room: 'a\nb'}, 'bad_room'],
    ['a room with DEL', {type: 'join', room: 'a\x7fb'}, 'bad_room'],
    ['a room with a C1 control', {type: 'join', room: 'a\u0085b'}, 'bad_room'],
    ['a chat to an illegal room', {type: 'chat', room: 'a\0', text: 'x'}, 'bad_room'],
    ['a history that is no number', {type: 'join', room: 'general', history: '5'}, 'bad_message', 'history'],
    ['a negative history', {type: 'join', room: 'general', history: -1}, 'bad_message', 'history'],
    ['a broken history', {type: 'join', room: 'general', history: 1.5}, 'bad_message', 'history'],
    ['a history beyond numbers', '{"type":"join","room":"general","history":1e400}', 'bad_message'],
    ['a since that is no position', {type: 'join', room: 'general', since: 5}, 'bad_message', 'since'],
    ['a since without seq', {type: 'join', room: 'general', since: {epoch: 'e'}}, 'bad_message'],
    ['a negative seq', {type: 'join', room: 'general', since: {epoch: 'e', seq: -1}}, 'bad_message'],
    ['a seq beyond 64 bits', '{"type":"join","room":"general","since":{"epoch":"e","seq":18446744073709551616}}', 'bad_message'],
    ['a limit of 301', {type: 'history', room: 'general', limit: 301}, 'bad_message', 'limit'],
    ['a limit below 0', {type: 'history', room: 'general', limit: -1}, 'bad_message', 'limit'],
    ['a before that is no number', {type: 'history', room: 'general', before: 'x'}, 'bad_message', 'before'],
    ['a history without room', {type: 'history'}, 'bad_room'],
    ['a presence limit of 501', {type: 'presence', room: 'general', limit: 501}, 'bad_message', 'limit'],
    ['an after that is no string', {type: 'presence', room: 'general', after: 7}, 'bad_message', 'after'],
    ['a chat where it never joined', {type: 'chat', room: 'other', text: 'x'}, 'not_joined'],
    ['typing where it never joined', {type: 'typing', room: 'other', isTyping: true}, 'not_joined'],
  ];
  const failures = [];
  for (const [what, message, codes, field] of cases) {
    const from = ann.mark();
    ann.send(message);
    ann.send({type: 'ping'});
    await ann.type('pong', {from});
    const answers = ann.messages.slice(from).filter((m) => m.type === 'error');
    const ok = answers.length === 1 && [codes].flat().includes(answers[0].code) &&
      (field === undefined || answers[0].field === field) && typeof answers[0].message === 'string' && answers[0].message !== '';
    if (!ok) failures.push(`${what}: expected ${codes}${field ? ` (${field})` : ''}, came ${JSON.stringify(answers)}`);
  }
  assert.deepEqual(failures, []);
  const fresh = await WsClient.open(t, server);
  for (const [what, user] of [
    ['empty', ''], ['121 bytes', 'u'.repeat(121)], ['@', '@ann'], ['$', '$ann'], ['guest-', 'guest-12345678'], ['NUL', 'a\0b'],
    ['no string', 7],
  ]) {
    const answer = await fresh.request({type: 'join', room: 'general', user});
    if (answer.code !== 'bad_message' || answer.field !== 'user') failures.push(`user ${what}: ${JSON.stringify(answer)}`);
  }
  assert.deepEqual(failures, []);
  await fresh.enter('r'.repeat(128), {user: 'u'.repeat(120)});
  assert.equal((await ann.request({type: 'dance', id: 'i'.repeat(64)})).id, 'i'.repeat(64));
  await ann.ask({type: 'chat', room: 'general', text: 'alive'});
  await bystander.type('chat');
  assert.equal(bystander.messages.some((m) => m.type === 'error'), false, 'nothing else notices');
}, 300_000);

test('Too many messages are refused with the time to wait', async (t) => {
  const server = await startServer(t, {set: {'limits.messages_per_second': 1, 'limits.message_burst': 5}});
  const ann = await WsClient.join(t, server, 'general', 'ann');
  for (let n = 0; n < 12; n += 1) ann.send({type: 'chat', room: 'general', text: `message ${n}`, id: `m${n}`});
  const refusal = await ann.type('error');
  assert.equal(refusal.code, 'rate_limited');
  assert.ok(refusal.retryAfter > 0 && refusal.retryAfter <= 1000, `retryAfter ${refusal.retryAfter}`);
  assert.match(refusal.id, /^m\d+$/);
  const again = async () => (await ann.request({type: 'chat', room: 'general', text: 'later'})).type;
  await until(async () => (await again()) === 'ack', 'a later message to be taken');
});

test('A flood of refused messages ends with 4029', async (t) => {
  const server = await startServer(t, {set: {'limits.flood': 20}});
  const ann = await WsClient.join(t, server, 'general', 'ann');
  for (let n = 0; n < 40; n += 1) ann.send('no JSON');
  assert.equal((await closeOf(ann)).code, 4029);
  assert.ok(ann.messages.filter((m) => m.type === 'error').length >= 19);
  await WsClient.join(t, server, 'general', 'ann');
});

test('A message over the limit ends with 1009, one at the limit is taken', async (t) => {
  const server = await startServer(t, {set: {'limits.message_size': '4KiB'}});
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const sized = (size) => {
    const empty = JSON.stringify({type: 'chat', room: 'general', text: ''});
    return JSON.stringify({type: 'chat', room: 'general', text: 'x'.repeat(size - empty.length)});
  };
  ann.send(sized(4096));
  assert.equal((await bob.type('chat')).text.length > 4000, true);
  ann.send(sized(4097));
  assert.equal((await closeOf(ann)).code, 1009);
  const many = await WsClient.join(t, server, 'general', 'many');
  many.socket.send('x'.repeat(3000), {fin: false});
  many.socket.send('x'.repeat(3000), {fin: true});
  assert.equal((await closeOf(many)).code, 1009, 'fragments count together');
  await bob.type('user_left', {where: (m) => m.user === 'ann'});
});

test('A binary frame ends with 1003, broken UTF-8 with 1007', async (t) => {
  const server = await startServer(t);
  const binary = await WsClient.join(t, server, 'general', 'ann');
  binary.socket.send(Buffer.from('{"type":"ping"}'), {binary: true});
  assert.equal((await closeOf(binary)).code, 1003);
  const broken = await WsClient.join(t, server, 'general', 'bob');
  broken.socket.send(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), {binary: false});
  assert.equal((await closeOf(broken)).code, 1007);
});

test('A close is answered, and the room is told', async (t) => {
  const server = await startServer(t);
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const ann = await WsClient.join(t, server, 'general', 'ann');
  ann.socket.close(1000, 'bye');
  assert.equal((await closeOf(ann)).code, 1000);
  await bob.type('user_left', {where: (m) => m.user === 'ann'});
});

test('A session may be in only so many rooms', async (t) => {
  const server = await startServer(t, {set: {'limits.rooms_per_session': 3}});
  const ann = await WsClient.join(t, server, 'one', 'ann');
  await ann.enter('two');
  await ann.enter('three');
  assert.equal((await ann.request({type: 'join', room: 'four'})).code, 'too_many_rooms');
  await ann.enter('three');
  await ann.ask({type: 'leave', room: 'one'});
  await ann.enter('four');
});

test('Room rules decide who may join and publish', async (t) => {
  const server = await startServer(t, {config: {rooms: [
    {match: 'closed', join: 'nobody'}, {match: 'named', join: 'user'}, {match: 'news', publish: 'server'},
    {match: 'open', publish: 'anyone'}, {match: '*'},
  ]}});
  const guest = await WsClient.open(t, server);
  assert.equal((await guest.request({type: 'join', room: 'closed'})).code, 'forbidden');
  assert.ok(['forbidden', 'unauthorized'].includes((await guest.request({type: 'join', room: 'named'})).code));
  assert.equal((await guest.request({type: 'history', room: 'closed'})).code, 'forbidden');
  assert.equal((await guest.request({type: 'presence', room: 'closed'})).code, 'forbidden');
  await guest.enter('news');
  assert.equal((await guest.request({type: 'chat', room: 'news', text: 'x'})).code, 'forbidden');
  await publish(server, 'news', {text: 'from the server'});
  const news = await guest.type('chat');
  assert.equal(news.text, 'from the server');
  assert.equal('user' in news, false, 'none from the server\'s API');
  await guest.ask({type: 'chat', room: 'open', text: 'without joining'});
  await guest.enter('named', {user: 'ann'});
});

test('With compression the same messages come', async (t) => {
  const server = await startServer(t);
  const text = 'compress me '.repeat(400);
  const ann = await WsClient.join(t, server, 'general', 'ann', {perMessageDeflate: true});
  assert.match(ann.socket.extensions, /permessage-deflate/);
  const bob = await WsClient.join(t, server, 'general', 'bob', {perMessageDeflate: false});
  await ann.ask({type: 'chat', room: 'general', text});
  assert.equal((await ann.type('chat')).text, text);
  assert.equal((await bob.type('chat')).text, text);
});

test('Commands of one session take effect in the order they came', async (t) => {
  const server = await startServer(t, {set: {'limits.messages_per_second': 0}});
  const ann = await WsClient.open(t, server);
  ann.send({type: 'join', room: 'general', user: 'ann'});
  for (let n = 1; n <= 200; n += 1) ann.send({type: 'chat', text: `message ${n}`, id: `m${n}`});
  ann.send({type: 'leave', room: 'general', id: 'leave'});
  ann.send({type: 'chat', room: 'general', text: 'too late', id: 'late'});
  assert.equal((await ann.inbox.find((m) => m.id === 'late', 'the last answer')).code, 'not_joined');
  assert.deepEqual(ann.chats().map((m) => m.seq), Array.from({length: 200}, (_, n) => n + 1));
  assert.deepEqual(ann.messages.filter((m) => m.type === 'ack').map((m) => m.id),
    [...Array.from({length: 200}, (_, n) => `m${n + 1}`), 'leave']);
});
