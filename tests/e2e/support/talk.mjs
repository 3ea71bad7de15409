// SPDX-License-Identifier: MIT
// The steps of the scenario in which two talk: who they are, what they say, and what they share.
import assert from 'node:assert/strict';
import {gzipSync} from 'node:zlib';

export const kIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const kRoom = 'general';

/** The message comes to both, the same. */
export async function bothTake({ann, bob}, type, where) {
  const [first, second] = [await ann.take(type, where), await bob.take(type, where)];
  assert.deepEqual(first, second);
  return first;
}

export async function connect({ann, bob}) {
  assert.notEqual(ann.clientId, bob.clientId);
  for (const {connected} of [ann, bob]) {
    assert.match(connected.clientId, /^[a-z0-9-]{1,16}\.[0-9a-f]{16}$/);
    assert.equal(typeof connected.cursor, 'string');
    assert.match(connected.timestamp, kIso);
  }
}

export async function join(world) {
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

export async function chat(world) {
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

export async function envelope(world) {
  const text = JSON.stringify({type: 'chat', id: 'packed-0123456789', text: 'packed'});
  for (const [compressed, data] of [[true, gzipSync(text).toString('base64')], [false, text]]) {
    const [ack] = await world.ann.exchange([{compressed, data}]);
    assert.deepEqual([ack.type, ack.id, ack.seq], ['ack', 'packed-0123456789', 5]);
  }
  assert.equal((await bothTake(world, 'chat')).text, 'packed');
}

export async function publishEvents(world) {
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

export async function direct({ann, bob}) {
  const said = {type: 'direct', to: 'bob', text: 'psst', id: 'direct-0123456789'};
  assert.equal((await bob.ask({type: 'direct', to: 'nobody', text: 'hello?'})).seq, 1, 'delivery to nobody is no error');
  assert.equal((await bob.take('direct')).to, 'nobody');
  assert.equal((await ann.ask(said)).seq, 2, 'the one in @bob');
  const heard = await bob.take('direct');
  assert.deepEqual(heard, {...said, room: '@bob', user: 'ann', seq: 2, timestamp: heard.timestamp});
  const own = await ann.take('direct');
  assert.deepEqual(own, {...said, room: '@ann', user: 'ann', seq: 1, timestamp: own.timestamp});
}

export async function typing({ann, bob}) {
  for (const isTyping of [true, false]) {
    await ann.ask({type: 'typing', room: kRoom, isTyping});
    const {room, user, isTyping: shown} = await bob.take('user_typing');
    assert.deepEqual([room, user, shown], [kRoom, 'ann', isTyping]);
  }
  await ann.settle();
  assert.deepEqual(ann.untaken('user_typing'), [], 'to the others only');
}

export async function read({ann, bob}) {
  await bob.ask({type: 'read', room: kRoom, upTo: 4});
  assert.deepEqual(await ann.take('user_read'), {type: 'user_read', room: kRoom, user: 'bob', upTo: 4});
  await bob.settle();
  assert.deepEqual(bob.untaken('user_read'), []);
}

export async function state(world) {
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

export async function batch(world) {
  const {ann, bob} = world;
  const ids = {chat: 'several-0123456789', publish: 'counted-0123456789'};
  const answers = await ann.exchange([{type: 'batch', id: 'all', messages: [
    {type: 'chat', room: kRoom, text: 'one', id: ids.chat}, {type: 'fly', id: 'fly'}, 7,
    {type: 'publish', room: kRoom, event: 'counted', data: [1], id: ids.publish},
    {type: 'batch', id: 'inner', messages: [{type: 'ping'}]}, {type: 'ping', id: 'p'},
  ]}]);
  assert.deepEqual(answers.map(({type, id, code, field}) => [type, id, code, field]), [
    ['ack', ids.chat, undefined, undefined], ['error', 'fly', 'unknown_type', 'type'],
    ['error', undefined, 'bad_message', 'messages'], ['ack', ids.publish, undefined, undefined],
    ['error', 'inner', 'bad_message', 'type'], ['pong', 'p', undefined, undefined], ['ack', 'all', undefined, undefined],
  ]);
  assert.deepEqual(answers.at(-1), {type: 'ack', id: 'all'});
  const said = await bothTake(world, 'chat');
  assert.deepEqual(said, {type: 'chat', room: kRoom, user: 'ann', text: 'one', id: ids.chat, seq: answers[0].seq, timestamp: said.timestamp});
  const counted = await bothTake(world, 'counted');
  assert.deepEqual([counted.seq, counted.data], [said.seq + 1, [1]]);
  const many = (count) => Array.from({length: count}, (_, n) => ({type: 'typing', room: kRoom, isTyping: n % 2 === 0}));
  assert.deepEqual(await bob.ask({type: 'batch', messages: many(100), id: 'most'}), {type: 'ack', id: 'most'});
  for (const messages of [many(101), [], {}, undefined]) {
    assert.deepEqual(await bob.refusal({type: 'batch', messages}), ['bad_message', 'messages']);
  }
}
