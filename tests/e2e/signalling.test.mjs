// SPDX-License-Identifier: MIT
// Signalling for calls (protocol.md, section 6) with real clients, and TURN credentials at a real coturn.
import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import WebSocket from 'ws';
import {get, post} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {RawStream} from './support/sse.mjs';
import {test} from './support/test.mjs';
import {startTurn, turnCredential} from './support/turn.mjs';
import {until, within} from './support/wait.mjs';
import {WsClient} from './support/websocket.mjs';

const kTypes = ['call_request', 'call_accept', 'call_reject', 'call_end', 'offer', 'answer', 'ice-candidate'];

const idOf = (client) => client.connected.clientId;

function signaling(t, server, query = {}) {
  return WsClient.open(t, server, {path: `/signaling?${new URLSearchParams(query)}`});
}

/** Clients in one signalling room, each of which has joined. */
async function inRoom(t, server, room, ...users) {
  const clients = [];
  for (const user of users) {
    const client = await signaling(t, server, {room, user});
    await client.type('joined');
    clients.push(client);
  }
  return clients;
}

const signalsOf = (client) => client.messages.filter(({type}) => kTypes.includes(type));

test('/signaling joins its room by itself', async (t) => {
  const server = await startServer(t);
  const ann = await signaling(t, server, {room: 'standup', user: 'ann'});
  const joined = await ann.type('joined');
  assert.equal(joined.room, 'standup');
  assert.deepEqual(joined.members.map(({user}) => user), ['ann']);
  assert.deepEqual(ann.messages.map(({type}) => type).slice(0, 2), ['connected', 'joined']);
  const guest = await signaling(t, server);
  assert.equal((await guest.type('joined')).room, 'default');
  const bob = await signaling(t, server, {room: 'standup', user: 'bob'});
  await bob.type('joined');
  await ann.type('user_joined', {where: ({user}) => user === 'bob'});
});

test('/signaling with a room that may not be joined stays connected without one', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: 'closed', join: 'nobody'}, {match: 'named', join: 'user'}, {match: '*'}]}});
  for (const [room, code] of [['closed', 'forbidden'], ['named', 'forbidden'], ['$x', 'forbidden'], ['..', 'bad_room'],
    ['x'.repeat(129), 'bad_room']]) {
    const client = await signaling(t, server, {room});
    assert.equal((await client.type('error')).code, code, room);
    assert.equal((await client.request({type: 'offer'})).code, 'bad_room', 'it is in no room');
    await client.enter('lobby', {user: `someone in ${room.length}`});
  }
  const named = await signaling(t, server, {room: 'named', user: 'ann'});
  assert.equal((await named.type('joined')).room, 'named');
});

test('Each kind of message reaches the target, a user or a clientId, and nobody else', async (t) => {
  const server = await startServer(t);
  const [ann, bob, cid] = await inRoom(t, server, 'calls', 'ann', 'bob', 'cid');
  const phone = await WsClient.join(t, server, 'elsewhere', 'bob');
  let serial = 0;
  for (const type of kTypes) {
    for (const [target, hearers] of [['bob', [bob, phone]], [idOf(bob), [bob]], [idOf(phone), [phone]]]) {
      const id = `message-${(serial += 1)}`;
      const message = {type, target, id, payload: {sdp: 'v=0\r\n', big: 1e21, nested: [null, true, 'ü']}};
      const answer = await ann.request(message);
      assert.deepEqual(answer, {type: 'ack', id});
      for (const hearer of hearers) {
        const heard = await hearer.type(type, {where: (m) => m.id === id});
        assert.deepEqual(heard, {...message, from: 'ann', fromClient: idOf(ann)});
      }
    }
  }
  for (const client of [ann, bob, cid, phone]) await client.settle();
  assert.deepEqual(signalsOf(cid), []);
  assert.deepEqual(signalsOf(ann), []);
  assert.equal(signalsOf(bob).length, 2 * kTypes.length);
  assert.equal(signalsOf(phone).length, 2 * kTypes.length);
});

test('Without a target it goes to the others of the room, and is never stored', async (t) => {
  const server = await startServer(t);
  const [ann, bob, cid] = await inRoom(t, server, 'calls', 'ann', 'bob', 'cid');
  for (const type of kTypes) {
    ann.send({type, note: type});
    for (const client of [bob, cid]) {
      assert.deepEqual(await client.type(type), {type, note: type, from: 'ann', fromClient: idOf(ann)});
    }
  }
  await ann.settle();
  assert.deepEqual(signalsOf(ann), [], 'no echo');
  const late = await WsClient.join(t, server, 'calls', 'dan', {history: 100});
  assert.deepEqual([late.joined.seq, late.joined.messages], [0, []]);
});

test('What cannot be delivered is answered with an error', async (t) => {
  const server = await startServer(t);
  const [ann] = await inRoom(t, server, 'calls', 'ann');
  const gone = await WsClient.open(t, server);
  await gone.close();
  for (const target of ['nobody', idOf(gone), '', '@ann']) {
    const error = await ann.request({type: 'offer', target});
    assert.deepEqual([error.type, error.code, error.field], ['error', 'not_found', 'target'], target);
  }
  assert.equal((await ann.request({type: 'offer', target: 7})).code, 'bad_message');
  assert.equal((await ann.request({type: 'offer', room: 'other'})).code, 'not_joined');
  assert.equal((await ann.request({type: 'offer', room: '$all'})).code, 'forbidden');
  await ann.enter('second');
  assert.equal((await ann.request({type: 'offer'})).code, 'bad_room');
});

test('Two hundred candidates each way keep their order', async (t) => {
  const server = await startServer(t, {config: {limits: {messages_per_second: 0}}});
  const [ann, bob] = await inRoom(t, server, 'calls', 'ann', 'bob');
  for (let n = 0; n < 200; n += 1) {
    ann.send({type: 'ice-candidate', target: n % 2 ? 'bob' : idOf(bob), candidate: {n}});
    bob.send({type: 'ice-candidate', target: n % 2 ? idOf(ann) : 'ann', candidate: {n}});
  }
  for (const client of [ann, bob]) {
    const heard = await client.inbox.atLeast(200, ({type}) => type === 'ice-candidate', 'a candidate');
    assert.deepEqual(heard.map(({candidate}) => candidate.n), Array.from({length: 200}, (_, n) => n));
  }
});

test('A peer that goes without a word is said to be gone', async (t) => {
  const server = await startServer(t);
  const [ann, bob, cid] = await inRoom(t, server, 'calls', 'ann', 'bob', 'cid');
  ann.send({type: 'offer', target: idOf(bob), offer: {}});
  await bob.type('offer');
  bob.send({type: 'answer', target: idOf(ann), answer: {}});
  await ann.type('answer');
  ann.socket.terminate();
  assert.deepEqual(await bob.type('call_end'), {type: 'call_end', reason: 'gone', from: 'ann', fromClient: idOf(ann)});
  await cid.settle();
  assert.deepEqual(signalsOf(cid), [], 'who was in no call is not told');

  cid.send({type: 'call_request', target: 'bob'});
  await bob.type('call_request');
  bob.send({type: 'call_accept', target: idOf(cid)});
  await cid.type('call_accept');
  bob.send({type: 'call_end', target: idOf(cid), reason: 'bye'});
  assert.equal((await cid.type('call_end')).reason, 'bye');
  bob.socket.terminate();
  await cid.type('user_left', {where: ({user}) => user === 'bob'});
  await cid.settle();
  assert.equal(signalsOf(cid).filter(({type}) => type === 'call_end').length, 1, 'it had ended already');
});

test('Leaving the room ends the calls that began in it', async (t) => {
  const server = await startServer(t);
  const [ann, bob] = await inRoom(t, server, 'calls', 'ann', 'bob');
  ann.send({type: 'offer', offer: {}});
  await bob.type('offer');
  await ann.ask({type: 'leave', room: 'calls'});
  assert.equal((await bob.type('call_end')).reason, 'gone');
});

test('A stream with POST, and a poll, signal like a WebSocket', async (t) => {
  const server = await startServer(t);
  const stream = await RawStream.open(t, server, '/events?room=calls&user=ann');
  const {clientId, sid} = (await stream.event('connected')).json;
  await stream.event('joined');
  const [bob] = await inRoom(t, server, 'calls', 'bob');
  const answer = await post(server, `/api/sessions/${sid}`, [{type: 'offer', id: '1', offer: {}}, {type: 'ice_servers', id: '2'},
    {type: 'answer', id: '3', target: 'nobody'}]);
  assert.deepEqual(answer.body.map(({type, id, code}) => [type, id, code]),
    [['ack', '1', undefined], ['ice_servers', '2', undefined], ['error', '3', 'not_found']]);
  assert.deepEqual(await bob.type('offer'), {type: 'offer', id: '1', offer: {}, from: 'ann', fromClient: clientId});
  bob.send({type: 'answer', target: clientId, answer: {sdp: 'x'}});
  const heard = await stream.event('answer');
  assert.deepEqual(heard.json, {target: clientId, answer: {sdp: 'x'}, from: 'bob', fromClient: idOf(bob)});

  const opened = (await get(server, '/api/poll')).body;
  const [connected] = opened.messages;
  bob.send({type: 'offer', target: connected.clientId});
  const polled = await get(server, `/api/poll?sid=${connected.sid}&ack=${opened.poll}`);
  assert.deepEqual(polled.body.messages, [{type: 'offer', target: connected.clientId, from: 'bob', fromClient: idOf(bob)}]);
});

// The page that tutorials print: no room, no target, and the description beside its own name.
class TutorialPeer {
  constructor(url) {
    this.heard = [];
    this.ws = new WebSocket(url);
    this.ws.onmessage = (event) => this.handle(JSON.parse(event.data));
    this.open = new Promise((resolve) => (this.ws.onopen = resolve));
  }

  handle(message) {
    switch (message.type) {
      case 'offer':
        this.heard.push(['offer', message.offer]);
        this.ws.send(JSON.stringify({type: 'answer', answer: {type: 'answer', sdp: 'b'}}));
        break;
      case 'answer':
        this.heard.push(['answer', message.answer]);
        this.ws.send(JSON.stringify({type: 'ice-candidate', candidate: {candidate: 'c', sdpMid: '0'}}));
        break;
      case 'ice-candidate':
        this.heard.push(['ice-candidate', message.candidate]);
        break;
    }
  }

  call() {
    this.ws.send(JSON.stringify({type: 'offer', offer: {type: 'offer', sdp: 'a'}}));
  }
}

test('The pages of tutorials signal without a change', async (t) => {
  const server = await startServer(t);
  const called = new TutorialPeer(`ws://127.0.0.1:${server.port}/signaling`);
  t.after(() => called.ws.close());
  await within(called.open, 'the upgrade');
  const watch = await signaling(t, server);
  await watch.type('joined', {where: ({sessions}) => sessions === 2});
  const caller = new TutorialPeer(`ws://127.0.0.1:${server.port}/signaling`);
  t.after(() => caller.ws.close());
  await within(caller.open, 'the upgrade');
  caller.call(); // at once, without waiting for anything
  await until(() => called.heard.length === 2 && caller.heard.length === 1, 'offer, answer and candidate');
  assert.deepEqual(called.heard, [['offer', {type: 'offer', sdp: 'a'}], ['ice-candidate', {candidate: 'c', sdpMid: '0'}]]);
  assert.deepEqual(caller.heard, [['answer', {type: 'answer', sdp: 'b'}]]);
});

test('webrtc.allow says who may signal, and a reload changes it', async (t) => {
  const server = await startServer(t, {config: {webrtc: {allow: 'user'}}});
  const guest = await signaling(t, server);
  await guest.type('joined');
  for (const type of [...kTypes, 'ice_servers']) assert.equal((await guest.request({type})).code, 'forbidden', type);
  const [ann] = await inRoom(t, server, 'default', 'ann');
  assert.equal((await ann.request({type: 'offer'})).type, 'ack');
  assert.equal((await get(server, '/api/ice-servers')).status, 403);
  assert.equal((await get(server, '/api/ice-servers?user=ann')).status, 200);
  assert.equal((await get(server, '/api/ice-servers?user=@ann')).body.error.field, 'user');

  await writeFile(server.configFile, JSON.stringify({webrtc: {allow: 'nobody'}, server: {listen: [`127.0.0.1:${server.port}`]}}));
  server.signal('SIGHUP');
  await until(async () => (await ann.request({type: 'offer'})).code === 'forbidden', 'the reload');
  assert.equal((await get(server, '/api/ice-servers?user=ann')).body.error.code, 'forbidden');
});

test('ice_servers tells what is configured, with credentials that a real coturn takes until they end', async (t) => {
  const turn = await startTurn(t);
  const webrtc = {
    ice_servers: ['stun:stun.example.org', {urls: ['turn:fixed.example.org'], username: 'me', credential: 'pass'}],
    turn: {...turn.settings, ttl: '10m'},
  };
  const server = await startServer(t, {config: {webrtc}});
  const asked = Math.floor(Date.now() / 1000);
  const client = await signaling(t, server, {user: 'ann'});
  client.send({type: 'ice_servers', id: 'servers'});
  const told = await client.type('ice_servers');
  assert.deepEqual(Object.keys(told).sort(), ['iceServers', 'id', 'ttl', 'type']);
  assert.deepEqual([told.id, told.ttl], ['servers', 600]);
  assert.deepEqual(told.iceServers.slice(0, 2), [{urls: ['stun:stun.example.org']},
    {urls: ['turn:fixed.example.org'], username: 'me', credential: 'pass'}]);
  const relay = told.iceServers[2];
  assert.deepEqual(relay.urls, turn.settings.urls);
  const [expiry, user] = relay.username.split(':');
  assert.equal(user, 'ann');
  assert.ok(Number(expiry) >= asked + 600 && Number(expiry) <= Math.ceil(Date.now() / 1000) + 600, relay.username);
  assert.equal(relay.credential, turnCredential(relay.username));

  const answer = await get(server, '/api/ice-servers?user=ann');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.deepEqual(Object.keys(answer.body), ['iceServers', 'ttl']);
  const guest = (await get(server, '/api/ice-servers')).body.iceServers[2];
  assert.match(guest.username, /^\d+:guest-[a-z0-9]{8}$/);
  const odd = (await get(server, `/api/ice-servers?user=${encodeURIComponent('O\'N "ü" \\ 5%')}`)).body.iceServers[2];

  for (const shown of [relay, answer.body.iceServers[2], guest, odd]) assert.ok(await turn.accepts(shown), shown.username);
  assert.equal(await turn.accepts({...relay, credential: turnCredential('another')}), false);
  const past = `${asked - 5}:ann`;
  assert.equal(await turn.accepts({username: past, credential: turnCredential(past)}), false, 'ended');
});

test('Credentials end after their ttl', async (t) => {
  const turn = await startTurn(t);
  const server = await startServer(t, {config: {webrtc: {turn: {...turn.settings, ttl: '1s'}}}});
  const {iceServers: [relay], ttl} = (await get(server, '/api/ice-servers?user=ann')).body;
  assert.equal(ttl, 1);
  await until(() => Date.now() / 1000 > Number(relay.username.split(':')[0]) + 1, 'their time to be over');
  assert.equal(await turn.accepts(relay), false);
});
