// SPDX-License-Identifier: MIT
// One conversation that uses every command. Its steps build on each other; each gets the same {ann, bob, server}.
import assert from 'node:assert/strict';
import {gzipSync} from 'node:zlib';
import {post, publish, request} from './http.mjs';

const kIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const kRoom = 'general';
const numbers = (from, to) => Array.from({length: to - from + 1}, (_, n) => from + n);

/** What the scenario needs of the configuration. */
export const kScenarioServer = {
  config: {rooms: [{match: 'closed', join: 'nobody'}, {match: 'news', publish: 'server'}, {match: '*', state: {keys: 2}}]},
  set: {'limits.messages_per_second': 0, 'limits.rooms_per_session': 3, 'long_poll.session_ttl': '2s'},
};

/** The message comes to both, the same. */
async function bothTake({ann, bob}, type, where) {
  const [first, second] = [await ann.take(type, where), await bob.take(type, where)];
  assert.deepEqual(first, second);
  return first;
}

async function connect({ann, bob}) {
  assert.notEqual(ann.clientId, bob.clientId);
  for (const {connected} of [ann, bob]) {
    assert.match(connected.clientId, /^[a-z0-9-]{1,16}\.[0-9a-f]{16}$/);
    assert.equal(typeof connected.cursor, 'string');
    assert.match(connected.timestamp, kIso);
  }
}

async function join(world) {
  const {ann, bob} = world;
  const joined = await ann.enter(kRoom, {user: 'ann'});
  const {seq, users, sessions, members, state, stateVersion, recovered} = joined;
  assert.deepEqual({seq, users, sessions, state, stateVersion, recovered},
    {seq: 0, users: 1, sessions: 1, state: {}, stateVersion: 0, recovered: false});
  assert.deepEqual(members.map((m) => m.user), ['ann']);
  assert.match(members[0].joinedAt, kIso);
  world.epoch = joined.epoch;

  const second = await bob.enter(kRoom, {user: 'bob'});
  assert.equal(second.epoch, world.epoch);
  assert.deepEqual(second.members.map((m) => m.user).sort(), ['ann', 'bob']);
  const arrival = await ann.take('user_joined');
  assert.match(arrival.timestamp, kIso);
  assert.deepEqual(arrival, {type: 'user_joined', room: kRoom, user: 'bob', timestamp: arrival.timestamp});
  await bob.enter(kRoom);
  await ann.settle();
  assert.deepEqual(ann.untaken('user_joined'), [], 'joining again is harmless');
}

async function chat(world) {
  const {ann, bob} = world;
  const said = {type: 'chat', text: 'hi', id: 'chat-0123456789ab', mood: {good: [1, 2.5, null, true]}};
  const ack = await ann.ask({...said, room: kRoom});
  assert.match(ack.timestamp, kIso);
  assert.deepEqual(ack, {type: 'ack', id: said.id, room: kRoom, seq: 1, timestamp: ack.timestamp});
  const heard = await bothTake(world, 'chat');
  assert.deepEqual(heard, {...said, room: kRoom, user: 'ann', seq: 1, timestamp: ack.timestamp});

  assert.equal((await bob.ask({...said, user: 'ann'})).seq, 2, 'the only room; who speaks is the session\'s user');
  assert.equal((await bothTake(world, 'chat')).user, 'bob');
  assert.equal((await ann.ask({...said, room: kRoom})).seq, 1, 'a retry is stored once');
  await ann.ask({type: 'chat', text: 'without echo', echo: false});
  assert.equal((await bob.take('chat')).text, 'without echo');
  await ann.ask({type: 'chat', message: 'old client'});
  const old = await bothTake(world, 'chat');
  assert.deepEqual([old.text, old.message, old.seq], ['old client', 'old client', 4]);
  await ann.settle();
  assert.deepEqual([ann.untaken('chat'), bob.untaken('chat')], [[], []]);
}

async function envelope(world) {
  const text = JSON.stringify({type: 'chat', id: 'packed-0123456789', text: 'packed'});
  for (const [compressed, data] of [[true, gzipSync(text).toString('base64')], [false, text]]) {
    const [ack] = await world.ann.exchange([{compressed, data}]);
    assert.deepEqual([ack.type, ack.id, ack.seq], ['ack', 'packed-0123456789', 5]);
  }
  assert.equal((await bothTake(world, 'chat')).text, 'packed');
}

async function publishEvents(world) {
  const {ann, bob} = world;
  const data = {symbol: 'AAPL', price: '101.20', nested: [{}, [], null]};
  const id = 'event-0123456789';
  assert.deepEqual(await ann.ask({type: 'publish', room: kRoom, event: 'price_update', data, id}), {type: 'ack', id, seq: 6});
  const event = await bothTake(world, 'price_update');
  assert.deepEqual(event, {type: 'price_update', room: kRoom, user: 'ann', data, id, seq: 6, timestamp: event.timestamp});

  const ack = await bob.ask({type: 'publish', room: kRoom, event: 'blink', data: null, ephemeral: true, id: 'blink-0123456789'});
  assert.equal('seq' in ack, false);
  const blink = await bothTake(world, 'blink');
  assert.match(blink.timestamp, kIso);
  assert.deepEqual(blink,
    {type: 'blink', room: kRoom, user: 'bob', data: null, id: 'blink-0123456789', timestamp: blink.timestamp});
  await bob.ask({type: 'publish', room: kRoom, event: 'blink', data: 1, ephemeral: true, echo: false});
  assert.equal((await ann.take('blink')).data, 1);
  await bob.settle();
  assert.deepEqual(bob.untaken('blink'), []);
}

async function direct({ann, bob}) {
  const said = {type: 'direct', to: 'bob', text: 'psst', id: 'direct-0123456789'};
  assert.equal((await bob.ask({type: 'direct', to: 'nobody', text: 'hello?'})).seq, 1, 'delivery to nobody is no error');
  assert.equal((await bob.take('direct')).to, 'nobody');
  assert.equal((await ann.ask(said)).seq, 2, 'the one in @bob');
  const heard = await bob.take('direct');
  assert.deepEqual(heard, {...said, room: '@bob', user: 'ann', seq: 2, timestamp: heard.timestamp});
  const own = await ann.take('direct');
  assert.deepEqual(own, {...said, room: '@ann', user: 'ann', seq: 1, timestamp: own.timestamp});
}

async function typing({ann, bob}) {
  for (const isTyping of [true, false]) {
    await ann.ask({type: 'typing', room: kRoom, isTyping});
    const {room, user, isTyping: shown} = await bob.take('user_typing');
    assert.deepEqual([room, user, shown], [kRoom, 'ann', isTyping]);
  }
  await ann.settle();
  assert.deepEqual(ann.untaken('user_typing'), [], 'to the others only');
}

async function read({ann, bob}) {
  await bob.ask({type: 'read', room: kRoom, upTo: 4});
  assert.deepEqual(await ann.take('user_read'), {type: 'user_read', room: kRoom, user: 'bob', upTo: 4});
  await bob.settle();
  assert.deepEqual(bob.untaken('user_read'), []);
}

async function state(world) {
  const {ann, bob} = world;
  const set = (peer, key, value, ifVersion) =>
    peer.request({type: 'state', room: kRoom, key, value, ...(ifVersion === undefined ? {} : {ifVersion})});
  const value = {x: 1, list: [1.5, 'a']};
  assert.equal((await set(ann, 'cursor', value, 0)).version, 1);
  const delta = await bothTake(world, 'delta');
  assert.ok(Number.isInteger(delta.timestamp));
  assert.deepEqual(delta,
    {type: 'delta', room: kRoom, key: 'cursor', value, version: 1, user: 'ann', timestamp: delta.timestamp});
  assert.equal((await set(bob, 'cursor', value)).version, 1, 'the same again changes nothing');
  const conflict = await set(bob, 'cursor', 'mine', 0);
  assert.deepEqual([conflict.type, conflict.code, conflict.value, conflict.version], ['error', 'conflict', value, 1]);
  assert.equal((await set(bob, 'cursor', 'mine', 1)).version, 2);
  assert.equal((await bothTake(world, 'delta')).value, 'mine', 'none for what changed nothing');
  assert.equal((await set(ann, 'topic', 'tea')).version, 3);
  assert.equal((await bothTake(world, 'delta')).key, 'topic');
  assert.deepEqual(await ann.refusal({type: 'state', room: kRoom, key: 'third', value: 1}), ['too_large', 'key']);
  assert.equal((await set(ann, 'cursor', null)).version, 4);
  const removed = await bothTake(world, 'delta');
  assert.deepEqual([removed.key, removed.value, removed.version], ['cursor', null, 4]);
  assert.equal((await set(ann, 'third', 1, 0)).version, 5);
  await bothTake(world, 'delta');

  const whole = await bob.enter(kRoom);
  assert.deepEqual([whole.state, whole.stateVersion], [{third: 1, topic: 'tea'}, 5]);
  const later = await bob.enter(kRoom, {stateVersion: 3});
  assert.equal('state' in later, false);
  assert.deepEqual(later.changes.map(({key, value: now, version}) => [key, now, version]), [['cursor', null, 4], ['third', 1, 5]]);
  assert.equal(later.stateVersion, 5);
}

async function presence({ann}) {
  const {members, users, sessions, more} = await ann.ask({type: 'presence', room: kRoom});
  assert.deepEqual({users, sessions, more}, {users: 2, sessions: 2, more: false});
  for (const {joinedAt} of members) assert.match(joinedAt, kIso);
  assert.deepEqual(members.map(({user, connections, read}) => [user, connections, read]), [['ann', 1, members[0].read], ['bob', 1, 4]]);
  const first = await ann.ask({type: 'presence', room: kRoom, limit: 1});
  assert.deepEqual([first.members.map((m) => m.user), first.more], [['ann'], true]);
  const rest = await ann.ask({type: 'presence', room: kRoom, after: 'ann', limit: 500});
  assert.deepEqual([rest.members.map((m) => m.user), rest.more], [['bob'], false]);
}

async function history({ann, bob, epoch}) {
  const all = await ann.ask({type: 'history', room: kRoom});
  assert.deepEqual(all.messages, bob.story(kRoom), 'what came is what is kept');
  assert.deepEqual([all.epoch, all.seq, all.more], [epoch, 6, false]);
  const page = async (fields) => {
    const {messages, more} = await ann.ask({type: 'history', room: kRoom, ...fields});
    return [messages.map((m) => m.seq), more];
  };
  assert.deepEqual(await page({limit: 2}), [[5, 6], true]);
  assert.deepEqual(await page({before: 3, limit: 300}), [[1, 2], false]);
  assert.deepEqual(await page({since: {epoch, seq: 2}, limit: 3}), [[3, 4, 5], true]);
  assert.deepEqual(await page({since: {epoch, seq: 6}}), [[], false]);
}

async function ping({ann}) {
  const pong = await ann.ask({type: 'ping', id: 'p'});
  assert.ok(Number.isInteger(pong.timestamp));
  assert.deepEqual(pong, {type: 'pong', id: 'p', timestamp: pong.timestamp});
}

async function joinWithHistory({ann, bob, server}) {
  for (const n of numbers(1, 5)) await publish(server, 'second', {text: `message ${n}`});
  const fresh = await ann.enter('second', {history: 2});
  assert.deepEqual([fresh.recovered, fresh.seq], [false, 5]);
  const back = await bob.enter('second', {since: {epoch: fresh.epoch, seq: 3}, history: 5});
  assert.equal(back.recovered, true, 'since wins over history');
  await publish(server, 'second', {text: 'live'});
  for (const peer of [ann, bob]) {
    await peer.inbox.find(() => peer.story('second').length === 3, 'the past and what is new');
    assert.deepEqual(peer.story('second').map((m) => [m.seq, m.text]), [[4, 'message 4'], [5, 'message 5'], [6, 'live']]);
  }
  const lost = await bob.enter('second', {since: {epoch: `${fresh.epoch}x`, seq: 3}, history: 0});
  assert.equal(lost.recovered, false);
}

async function errors({ann}) {
  await ann.enter('news');
  const position = {epoch: 'e', seq: 0};
  for (const [message, ...expected] of [
    [{type: 'dance'}, 'unknown_type', 'type'], [{}, 'bad_message', 'type'],
    [{type: 'chat', room: kRoom}, 'bad_message', 'text'], [{type: 'history', room: kRoom, limit: 301}, 'bad_message', 'limit'],
    [{type: 'publish', room: kRoom, event: 'user_left', data: 1}, 'bad_message', 'event'],
    [{type: 'join', room: kRoom, since: {...position, seq: -1}}, 'bad_message', 'since'],
    [{type: 'chat', text: 'in which room?'}, 'bad_room', 'room'], [{type: 'join', room: '..'}, 'bad_room', 'room'],
    [{type: 'chat', room: 'elsewhere', text: 'x'}, 'not_joined', 'room'], [{type: 'leave', room: 'elsewhere'}, 'not_joined', 'room'],
    [{type: 'state', room: 'elsewhere', key: 'k', value: 1}, 'not_joined', 'room'],
    [{type: 'join', room: 'closed'}, 'forbidden', 'room'], [{type: 'history', room: 'closed'}, 'forbidden', 'room'],
    [{type: 'chat', room: 'news', text: 'x'}, 'forbidden', 'room'], [{type: 'join', room: '@bob'}, 'forbidden', 'room'],
    [{type: 'chat', room: '$all', text: 'x'}, 'forbidden', 'room'], [{type: 'presence', room: '@ann'}, 'forbidden', 'room'],
    [{type: 'join', room: kRoom, user: 'bob'}, 'forbidden', 'user'], [{type: 'join', room: 'fourth'}, 'too_many_rooms', 'room'],
    [{type: 'offer', room: kRoom, target: 'nobody'}, 'not_found', 'target'],
  ]) {
    assert.deepEqual(await ann.refusal(message), expected, JSON.stringify(message));
  }
  const together = await ann.exchange([{type: 'chat', room: kRoom, text: 7, id: 'wrong'}, {type: 'ping', id: 'right'}]);
  assert.deepEqual(together.map(({type, id}) => [type, id]), [['error', 'wrong'], ['pong', 'right']], 'and all goes on');
  await ann.ask({type: 'leave', room: 'news'});
}

async function serverRooms(world) {
  const {ann, server} = world;
  const own = await ann.enter('@ann', {history: 10});
  assert.equal('members' in own, false);
  const all = await ann.enter('$all');
  assert.equal('members' in all, false);
  const past = await ann.ask({type: 'history', room: '@ann'});
  assert.deepEqual(past.messages.map((m) => [m.type, m.to]), [['direct', 'bob']]);
  assert.equal((await post(server, '/api/notifications', {message: 'soon down', type: 'warning'})).status, 200);
  const notification = await bothTake(world, 'notification');
  assert.deepEqual([notification.room, notification.data.type, notification.data.message], ['$all', 'warning', 'soon down']);
}

async function signal({ann, bob}) {
  const ends = {ann, bob};
  const say = async (from, to, message) => {
    const answer = await ends[from].ask(message);
    assert.deepEqual(answer, {type: 'ack', id: answer.id});
    const heard = await ends[to].take(message.type);
    assert.deepEqual(heard, {...message, id: answer.id, from, fromClient: ends[from].clientId});
  };
  const sdp = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n';
  await say('ann', 'bob', {type: 'call_request', target: 'bob', media: ['audio', 'video']});
  await say('bob', 'ann', {type: 'call_reject', target: 'ann', reason: 'busy'});
  await say('bob', 'ann', {type: 'call_request', room: kRoom});
  await say('ann', 'bob', {type: 'call_accept', target: bob.clientId});
  await say('ann', 'bob', {type: 'offer', target: bob.clientId, offer: {type: 'offer', sdp}});
  await say('bob', 'ann', {type: 'answer', target: ann.clientId, answer: {type: 'answer', sdp}});
  for (const n of numbers(1, 5)) {
    const candidate = {candidate: `candidate:${n} 1 udp 2122260223 127.0.0.1 9 typ host`, sdpMid: '0'};
    await say('ann', 'bob', {type: 'ice-candidate', target: 'bob', candidate});
    await say('bob', 'ann', {type: 'ice-candidate', target: ann.clientId, candidate});
  }
  await say('bob', 'ann', {type: 'call_end', target: 'ann', reason: 'bye'});
  const servers = await ann.ask({type: 'ice_servers', id: 'servers'});
  assert.deepEqual(servers, {type: 'ice_servers', id: 'servers', iceServers: [], ttl: 3600});
}

async function backend({ann, bob, server}) {
  const room = 'second';
  const deleted = await request(server, 'DELETE', `/api/rooms/${room}/messages/6`);
  assert.equal(deleted.status, 200, deleted.text);
  assert.equal((await ann.take('message_deleted')).target, 6);
  const past = await ann.ask({type: 'history', room, since: {epoch: ann.position(room).epoch, seq: 5}});
  assert.deepEqual(past.messages.map(({type, deleted: gone, text}) => [type, gone, text]),
    [['chat', true, undefined], ['message_deleted', undefined, undefined]]);
  for (const [kind, type] of [['bans', 'banned'], ['mutes', 'muted']]) {
    const path = `/api/rooms/${room}/${kind}/bob`;
    assert.equal((await request(server, 'PUT', path, {body: {for: '10m', reason: 'calm'}})).status, 200);
    const {until, ...told} = await bob.take(type);
    assert.match(until, kIso);
    assert.deepEqual(told, {type, room, user: 'bob', reason: 'calm'});
    assert.deepEqual(await bob.refusal({type: 'chat', room, text: 'x'}), ['forbidden', 'room']);
    assert.equal((await request(server, 'DELETE', path)).status, 200);
    await bob.enter(room);
  }
  assert.equal((await request(server, 'DELETE', `/api/rooms/${room}/members/bob`, {body: {reason: 'enough'}})).status, 200);
  assert.deepEqual(await bob.take('kicked'), {type: 'kicked', room, user: 'bob', reason: 'enough'});
  const cleared = await request(server, 'DELETE', `/api/rooms/${room}/messages`);
  const reset = await ann.take('reset');
  assert.deepEqual(reset.rooms, [{room, epoch: cleared.body.epoch, seq: 0, reason: 'epoch'}]);
}

async function leave({ann, bob}) {
  assert.deepEqual(bob.untaken('user_left').filter((m) => m.room === kRoom), []);
  const ack = await ann.ask({type: 'leave', room: kRoom});
  assert.equal(ack.room, kRoom);
  const left = await bob.take('user_left', (m) => m.room === kRoom);
  assert.deepEqual(left, {type: 'user_left', room: kRoom, user: 'ann', timestamp: left.timestamp});
  assert.deepEqual(await ann.refusal({type: 'chat', room: kRoom, text: 'x'}), ['not_joined', 'room']);
  await ann.enter(kRoom);
  assert.equal((await bob.take('user_joined', (m) => m.room === kRoom)).user, 'ann');
}

async function recover(world) {
  const {ann, bob} = world;
  await bob.enter('second');
  const texts = numbers(1, 20).map((n) => `while he goes ${n}`);
  const saying = Promise.all(texts.map((text, n) => ann.ask({type: 'chat', room: n % 2 ? 'second' : kRoom, text})));
  await bob.take('chat', (m) => m.text === texts[4]);
  await bob.drop();
  await saying;
  await ann.ask({type: 'publish', room: kRoom, event: 'price_update', data: {price: '1'}});
  const back = await bob.comeBack('bob', [kRoom, 'second']);
  for (const room of [kRoom, 'second']) await ann.ask({type: 'chat', room, text: 'live'});
  for (const room of [kRoom, 'second']) {
    await back.inbox.find(() => back.story(room).at(-1)?.text === 'live', 'what is new');
    const {messages} = await ann.ask({type: 'history', room, limit: 300});
    const last = messages.at(-1).seq;
    const seen = [...bob.story(room), ...back.story(room)].filter((m) => m.seq >= messages[0].seq);
    const since = seen.findIndex((m) => m.text === texts[0] || m.text === texts[1]);
    const first = seen[since].seq;
    assert.deepEqual(seen.slice(since), messages.filter((m) => m.seq >= first), `${room}: each once and in order`);
    assert.equal(seen.at(-1).seq, last);
  }
  assert.deepEqual(back.untaken('reset'), []);
  world.bob = back;
}

async function end({ann, bob}) {
  await ann.ask({type: 'offer', target: bob.clientId, offer: {}});
  await bob.take('offer');
  await ann.close();
  assert.equal((await bob.take('user_left', (m) => m.room === kRoom && m.user === 'ann')).type, 'user_left');
  assert.deepEqual(await bob.take('call_end'), {type: 'call_end', reason: 'gone', from: 'ann', fromClient: ann.clientId});
}

export const kScenario = {
  connect, join, chat, envelope, publishEvents, direct, typing, read, state, presence, history, ping, joinWithHistory, errors,
  serverRooms, signal, backend, leave, recover, end,
};
