// SPDX-License-Identifier: MIT
// What two users, a guest and the application's backend do in a room, so that one of them meets every message there is.
import assert from 'node:assert/strict';
import {gzipSync} from 'node:zlib';
import {JsonSocket} from './clients.mjs';
import {kSignals} from './message_contract.mjs';

/** The settings that it needs. */
export const kScenarioServer = {
  config: {
    rooms: [{match: 'crowd', presence_events_up_to: 1}, {match: 'open', publish: 'anyone'}, {match: '*'}],
    webrtc: {
      ice_servers: [{urls: ['stun:localhost:3478']}],
      turn: {urls: ['turn:localhost:3478'], secret: 'a-shared-secret-of-some-length'},
    },
    heartbeat: {interval: '300ms'},
    limits: {messages_per_second: 0, message_size: '8KiB', queue_size: '32KiB'},
  },
};

/** `ann` is the one who meets all; the others are there for it. */
export async function meetEveryMessage(t, contract, server, ann) {
  const http = (method, path, body, status = 200) => contract.http.request(server, method, path, {body}).then((answer) => {
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.body;
  });
  const say = async (client, message) => {
    const answer = await client.say(message);
    assert.notEqual(answer.type, 'error', JSON.stringify(answer));
    return answer;
  };
  const bob = await JsonSocket.open(t, contract, server, {query: {user: 'bob'}});
  const guest = await JsonSocket.open(t, contract, server);

  await joinInEveryWay({http, say, ann, bob, guest});
  await talk({http, say, ann, bob, guest});
  await shareState({http, say, ann, bob, guest});
  await call({say, ann, bob});
  await sayAllInOne({ann, bob});
  await readThePast({http, say, ann});
  await moderate({http, say, ann, bob});
  await call({say, ann, bob});
  bob.socket.close();
  await ann.heard('call_end', (m) => m.reason === 'gone');
  contract.settle();
}

async function joinInEveryWay({http, say, ann, bob, guest}) {
  await say(ann, {type: 'join', room: 'r', user: 'ann'});
  const joined = await ann.heard('joined', (m) => m.room === 'r');
  await say(bob, {type: 'join', room: 'r'});
  await ann.heard('user_joined', (m) => m.user === 'bob');
  await say(guest, {type: 'join', room: 'r'});
  await say(ann, {type: 'join', room: '$all', history: 0});
  await ann.heard('joined', (m) => m.room === '$all');
  await http('PUT', '/api/rooms/r/state/topic', {value: 'tea'});
  await say(bob, {type: 'state', room: 'r', key: 'by', value: 'bob'});
  await say(ann, {type: 'join', room: 'r', since: {epoch: joined.epoch, seq: 0}, stateVersion: 0});
  await ann.heard('joined', (m) => m.changes?.length === 2);
  for (const client of [ann, bob]) await say(client, {type: 'join', room: 'crowd'});
  await ann.heard('occupancy');
  await say(guest, {type: 'leave', room: 'r'});
  await say(guest, {type: 'join', room: 'r'});
}

async function talk({http, say, ann, bob, guest}) {
  await say(ann, {type: 'chat', room: 'r', text: 'hi', mood: {good: true}});
  for (const client of [ann, bob]) await say(client, {type: 'leave', room: 'crowd'});
  await say(ann, {type: 'chat', message: 'as old clients say it', echo: false});
  await say(bob, {type: 'chat', room: 'r', message: 'likewise', id: 'message-of-bob-1'});
  await say(guest, {type: 'chat', text: 'from nobody', icon: '🙂'});
  await http('POST', '/api/messages', {room: 'r', text: 'without a session', also: [1]});
  await http('POST', '/api/messages', {room: 'r', user: 'cid', message: 'by name', id: 'cid-message-1'});
  await http('POST', '/api/rooms/r/messages', {text: 'from the backend', colour: 'red'});
  await http('POST', '/api/rooms/r/messages', {message: 'for somebody', user: 'eve', id: 'eve-message-1', ephemeral: true});
  await http('POST', '/api/rooms/r/messages', {event: 'chat', text: 'named'});
  await http('POST', '/api/rooms/r/messages', {event: 'price_update', data: {symbol: 'AAPL'}, user: 'eve'});
  await http('POST', '/api/rooms/r/messages', {event: 'blink', ephemeral: true});
  await http('POST', `/api/clients/${ann.clientId}/messages`, {event: 'nudge', data: null});
  await http('POST', `/api/clients/${ann.clientId}/messages`, {text: 'to you alone'});
  await http('POST', '/api/users/ann/messages', {text: 'to you everywhere'});
  await http('POST', '/api/notifications', {message: 'Tea is ready'});
  await http('POST', '/api/notifications', {message: 'Tea is cold', type: 'warning'});
  await say(bob, {type: 'publish', room: 'r', event: 'drawn', data: [1, 2]});
  await say(ann, {type: 'publish', room: 'r', event: 'drawn', data: {x: 1}, ephemeral: true, echo: false});
  await say(guest, {type: 'publish', room: 'r', event: 'waved', data: 'x', ephemeral: true});
  await say(bob, {type: 'direct', to: 'ann', text: 'psst', priority: 1});
  await say(ann, {type: 'direct', to: 'bob', message: 'what?'});
  await say(guest, {type: 'direct', to: 'ann', text: 'from a guest'});
  for (const client of [bob, guest]) {
    await say(client, {type: 'typing', isTyping: true});
    await say(client, {type: 'read', room: 'r', upTo: 1});
  }
  await say(ann, {type: 'typing', room: 'r', isTyping: false});
  await say(ann, {type: 'read', room: 'r', upTo: 2});
  await say(ann, {type: 'ping'});

  await ann.heard('chat', (m) => m.text === 'from nobody' && m.icon === '🙂');
  await ann.heard('chat', (m) => m.id === 'message-of-bob-1' && m.message === 'likewise');
  await ann.heard('chat', (m) => m.id === 'eve-message-1' && !('seq' in m));
  await ann.heard('chat', (m) => m.text === 'to you alone' && !('room' in m));
  await ann.heard('chat', (m) => m.text === 'to you everywhere' && m.room === '@ann');
  await ann.heard('blink');
  await ann.heard('price_update');
  await ann.heard('nudge');
  await ann.heard('waved');
  await ann.heard('direct', (m) => m.user.startsWith('guest-'));
  await ann.heard('notification', (m) => m.data.type === 'warning');
  for (const type of ['user_typing', 'user_read']) await ann.heard(type, (m) => m.user.startsWith('guest-'));
}

async function shareState({http, say, ann, bob, guest}) {
  await say(ann, {type: 'state', room: 'r', key: 'count', value: 1});
  const {version} = await say(bob, {type: 'state', room: 'r', key: 'count', value: {deep: [2]}});
  await say(ann, {type: 'state', room: 'r', key: 'count', value: null, ifVersion: version});
  await say(guest, {type: 'state', room: 'r', key: 'guests', value: true});
  await http('PUT', '/api/rooms/r/state/count', {value: 0, ifVersion: 0});
  await http('GET', '/api/rooms/r/state');
  await ann.heard('delta', (m) => m.key === 'count' && m.value === 0);
}

async function call({say, ann, bob}) {
  for (const type of kSignals) {
    await say(bob, {type, target: 'ann', sdp: 'v=0'});
    await ann.heard(type, (m) => m.sdp === 'v=0' && m.fromClient === bob.clientId);
    await say(ann, {type, room: 'r', candidate: null});
    await bob.heard(type, (m) => m.candidate === null);
  }
  await say(ann, {type: 'offer', target: bob.clientId});
  await say(bob, {type: 'answer', target: ann.clientId});
  await say(ann, {type: 'ice_servers'});
}

async function sayAllInOne({ann, bob}) {
  const room = 'several';
  const answers = await ann.sayBatch([
    {type: 'join', room}, {type: 'chat', room, text: 'hi'}, {type: 'publish', room, event: 'drawn', data: 1},
    {type: 'direct', to: 'bob', text: 'psst'}, {type: 'typing', room, isTyping: true}, {type: 'read', room, upTo: 1},
    {type: 'state', room, key: 'k', value: 1}, {type: 'history', room}, {type: 'presence', room}, {type: 'ping'},
    {type: 'call_request', target: bob.clientId}, {type: 'call_end', target: bob.clientId}, {type: 'ice_servers'},
    {type: 'leave', room},
  ]);
  assert.deepEqual(answers.filter(({type}) => type === 'error'), []);
}

async function readThePast({http, say, ann}) {
  for (let n = 0; n < 6; n += 1) await http('POST', '/api/rooms/long/messages', {text: 'x'.repeat(3_000)});
  await say(ann, {type: 'join', room: 'long', history: 100});
  await ann.heard('joined', (m) => m.room === 'long' && m.more);
  const last = ({room, seq, more}) => room === 'long' && (seq === 6 || more === false);
  await ann.heard(ann.constructor.hasLists ? 'messages' : 'chat', last);
  await say(ann, {type: 'leave', room: 'long'});
  const page = await say(ann, {type: 'history', room: 'r', limit: 3});
  assert.equal(page.messages.length, 3);
  await say(ann, {type: 'history', room: 'r', before: page.seq, limit: 300});
  await say(ann, {type: 'history', room: 'r', since: {epoch: page.epoch, seq: 1}});
  for (const room of ['@ann', '$all']) await say(ann, {type: 'history', room});
  await say(ann, {type: 'presence', room: 'r'});
  await say(ann, {type: 'presence', room: 'r', after: 'ann', limit: 1});
  for (const compressed of [false, true]) {
    const text = JSON.stringify({type: 'ping', id: `in-an-envelope-${compressed}`});
    await inEnvelope(ann, {compressed, data: compressed ? gzipSync(text).toString('base64') : text});
  }
}

/** What is in an envelope has its own id; an envelope has none. */
async function inEnvelope(client, envelope) {
  if (client.post) return client.post(envelope);
  client.send(envelope);
  const answer = await client.heard('pong', (m) => m.id === `in-an-envelope-${envelope.compressed}`);
  client.contract.messages.takeAnswer(envelope, answer);
  return answer;
}

async function moderate({http, say, ann, bob}) {
  const {seq} = await http('POST', '/api/rooms/r/messages', {text: 'oops'});
  await http('DELETE', `/api/rooms/r/messages/${seq}`);
  await ann.heard('message_deleted', (m) => m.target === seq);
  const past = await say(ann, {type: 'history', room: 'r', limit: 2});
  assert.equal(past.messages[0].deleted, true);

  for (const body of [{for: '10m', reason: 'calm'}, {for: 60}, {}, undefined]) {
    await http('PUT', '/api/rooms/r/mutes/ann', body);
    await http('PUT', '/api/rooms/r/bans/ann', body);
    await http('DELETE', '/api/rooms/r/mutes/ann');
    await http('DELETE', '/api/rooms/r/bans/ann');
    await http('PUT', '/api/rooms/r/members/ann');
  }
  await bob.heard('user_left', (m) => m.user === 'ann' && m.room === 'r');
  for (const body of [{reason: 'enough'}, {}, undefined]) {
    await http('DELETE', '/api/rooms/r/members/ann', body);
    await say(ann, {type: 'join', room: 'r'});
  }
  for (const type of ['kicked', 'banned', 'muted']) {
    await ann.heard(type, (m) => 'reason' in m);
    await ann.heard(type, (m) => !('reason' in m));
  }
  await say(bob, {type: 'leave', room: 'r'});
  await ann.heard('user_left', (m) => m.user === 'bob' && m.room === 'r');
  await say(bob, {type: 'join', room: 'r'});
  await http('DELETE', '/api/rooms/r/messages');
  await ann.heard('reset');
}
