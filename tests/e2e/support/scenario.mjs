// SPDX-License-Identifier: MIT
// One conversation that uses every command. Its steps build on each other; each gets the same {ann, bob, server}.
import assert from 'node:assert/strict';
import {post, publish, request} from './http.mjs';
import {
  batch, bothTake, chat, connect, direct, envelope, join, kIso, kRoom, publishEvents, read, state, typing,
} from './talk.mjs';

const numbers = (from, to) => Array.from({length: to - from + 1}, (_, n) => from + n);

/** What the scenario needs of the configuration. */
export const kScenarioServer = {
  config: {rooms: [{match: 'closed', join: 'nobody'}, {match: 'news', publish: 'server'}, {match: '*', state: {keys: 2}}]},
  set: {'limits.messages_per_second': 0, 'limits.rooms_per_session': 3, 'long_poll.session_ttl': '2s'},
};

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
  const say = (text, n) => ann.ask({type: 'chat', room: n % 2 ? 'second' : kRoom, text});
  const saying = Promise.all(texts.slice(0, 14).map(say));
  await bob.take('chat', (m) => m.text === texts[4]);
  await bob.drop();
  await saying;
  await ann.ask({type: 'publish', room: kRoom, event: 'price_update', data: {price: '1'}});
  await Promise.all(texts.slice(14).map(say));
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
  connect, join, chat, envelope, publishEvents, direct, typing, read, state, presence, history, ping, batch, joinWithHistory, errors,
  serverRooms, signal, backend, leave, recover, end,
};
