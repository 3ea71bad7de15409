// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {get, post} from './support/http.mjs';
import {PollSession} from './support/polls.mjs';
import {startServer} from './support/server.mjs';
import {SseClient} from './support/sse.mjs';
import {test} from './support/test.mjs';
import {WsClient, closeOf} from './support/websocket.mjs';

test('A WebSocket client that returns after a crash is told that nothing can be recovered', async (t) => {
  const server = await startServer(t);
  const before = await WsClient.join(t, server, 'general', 'ann');
  const {seq} = await before.ask({type: 'chat', room: 'general', text: 'before the crash'});
  const {epoch} = before.joined;
  await server.kill();
  assert.equal((await closeOf(before)).code, 1006, 'a crash sends no close frame');
  await server.restart();
  const after = await WsClient.join(t, server, 'general', 'ann', {since: {epoch, seq}});
  assert.equal(after.joined.recovered, false);
  assert.notEqual(after.joined.epoch, epoch);
  assert.equal(after.joined.seq, 0);
  assert.deepEqual(after.joined.messages, []);
  const again = await after.ask({type: 'chat', room: 'general', text: 'after it'});
  assert.equal(again.seq, 1);
});

test('An EventSource comes back by itself after a crash and is told by reset', async (t) => {
  const server = await startServer(t, {set: {'sse.retry': '200ms'}});
  const stream = await SseClient.open(t, server, '/events?room=general&user=eve');
  const {data: joined} = await stream.type('joined');
  const [{seq}] = await stream.say({type: 'chat', id: 'x', text: 'before the crash'});
  assert.equal(seq, 1);
  const {id} = await stream.type('chat');
  assert.ok(id, 'a stored event carries an id');
  const from = stream.inbox.all.length;
  await server.kill();
  await server.restart();
  await stream.type('connected', {from});
  const {data: back} = await stream.type('joined', {from});
  assert.notEqual(back.epoch, joined.epoch);
  const {data: reset} = await stream.type('reset', {from});
  const general = reset.rooms.find(({room}) => room === 'general'); // her own room and $all began again too
  assert.deepEqual(general, {room: 'general', epoch: back.epoch, seq: 0, reason: 'epoch'});
  await stream.say({type: 'chat', text: 'after it'});
  const {data: chat} = await stream.type('chat', {from});
  assert.equal(chat.text, 'after it');
  assert.equal(chat.seq, 1);
});

test('The sid of a polling session from before a crash is unknown', async (t) => {
  const server = await startServer(t);
  const session = await PollSession.open(t, server);
  session.stop();
  await server.kill();
  await server.restart();
  const poll = await get(server, `/api/poll?sid=${encodeURIComponent(session.sid)}`);
  assert.equal(poll.status, 404, poll.text);
  assert.equal(poll.body.error.code, 'not_found');
  const said = await post(server, `/api/sessions/${encodeURIComponent(session.sid)}`, {type: 'ping'});
  assert.equal(said.status, 404, said.text);
  assert.equal(said.body.error.code, 'not_found');
});

test('A loop over /api/messages goes on after a crash with what it has', async (t) => {
  const server = await startServer(t);
  await post(server, '/api/messages', {room: 'general', user: 'ann', text: 'before the crash'});
  const first = await get(server, '/api/messages?room=general&since=0');
  assert.deepEqual(first.body.messages.map((m) => m.text), ['before the crash']);
  await server.kill();
  await server.restart();
  const held = get(server, `/api/messages?room=general&since=${encodeURIComponent(first.body.cursor)}&timeout=25`);
  const published = await post(server, '/api/messages', {room: 'general', user: 'ann', text: 'after it'});
  assert.equal(published.status, 200, published.text);
  let {body} = await held;
  // A cursor of another generation may be answered at once, with nothing but where to go on.
  if (body.messages.length === 0) {
    body = (await get(server, `/api/messages?room=general&since=${encodeURIComponent(body.cursor)}&timeout=25`)).body;
  }
  assert.deepEqual(body.messages.map((m) => m.text), ['after it']);
});
