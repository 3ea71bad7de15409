// SPDX-License-Identifier: MIT
// Section 3 of the protocol, sentence by sentence.
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import http from 'node:http';
import {EventSource} from 'eventsource';
import {get, post, publish, request} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {RawStream, SseClient} from './support/sse.mjs';
import {test} from './support/test.mjs';
import {Inbox, within} from './support/wait.mjs';
import {WsClient} from './support/websocket.mjs';

test('A stream begins with retry, connected and a joined for each room', async (t) => {
  const server = await startServer(t);
  const stream = await RawStream.open(t, server, '/events?room=a&room=b&user=ann', {headers: {Origin: 'https://app.example'}});
  assert.equal(stream.head.status, 200);
  assert.match(stream.head.headers['content-type'], /^text\/event-stream/);
  assert.equal(stream.head.headers['cache-control'], 'no-cache');
  assert.equal(stream.head.headers['x-accel-buffering'], 'no');
  assert.ok(['*', 'https://app.example'].includes(stream.head.headers['access-control-allow-origin']));
  await stream.event('joined', {where: (e) => e.json.room === 'b'});
  assert.match(stream.text, /^retry: 3000\n/);
  const [first, ...rest] = stream.inbox.all.filter((e) => e.event !== undefined);
  assert.equal(first.event, 'connected');
  assert.equal(first.json.sid.startsWith(`${first.json.clientId}.`), true);
  assert.equal(typeof first.json.cursor, 'string');
  assert.match(first.json.timestamp, /Z$/);
  assert.deepEqual(rest.map((e) => [e.event, e.json.room]), [['joined', 'a'], ['joined', 'b']]);
  const {json: joined} = rest[0];
  assert.equal('messages' in joined, false);
  assert.deepEqual(joined.members.map((m) => m.user), ['ann']);
  assert.equal(joined.users, 1);
  assert.equal(joined.sessions, 1);
  assert.equal(joined.seq, 0);
  assert.equal(typeof joined.epoch, 'string');
  assert.equal('type' in joined, false, 'the event says it');
});

test('The configured retry and heartbeat are kept', async (t) => {
  const server = await startServer(t, {set: {'sse.retry': '1234ms', 'heartbeat.interval': '300ms'}});
  const stream = await RawStream.open(t, server, '/events?room=a');
  const ping = await stream.event('ping');
  assert.match(stream.text, /^retry: 1234\n/);
  assert.ok(Number.isInteger(ping.json.timestamp));
  await stream.event('ping', {from: stream.inbox.all.indexOf(ping) + 1});
});

test('Events come in their shapes, each stored one with a cursor', async (t) => {
  const server = await startServer(t);
  const plain = await RawStream.open(t, server, '/events?room=stocks:AAPL&user=ann');
  const enveloped = await RawStream.open(t, server, '/events?room=stocks:AAPL&user=bob&envelope=1');
  await plain.event('joined');
  await enveloped.event('joined');
  await publish(server, 'stocks:AAPL', {user: 'JohnDoe', text: 'hi', id: 'chat-0123456789'});
  await publish(server, 'stocks:AAPL', {event: 'price_update', data: {symbol: 'AAPL', price: '101.20'}});
  await publish(server, 'stocks:AAPL', {event: 'message', data: 'two\nlines\r\u2028'});
  await publish(server, 'stocks:AAPL', {event: 'blink', data: 1, ephemeral: true});

  const chat = await plain.event('chat');
  assert.ok(chat.id);
  assert.deepEqual({...chat.json, timestamp: undefined},
    {room: 'stocks:AAPL', user: 'JohnDoe', text: 'hi', id: 'chat-0123456789', seq: 1, timestamp: undefined});
  const price = await plain.event('price_update');
  assert.equal(price.data, '{"symbol":"AAPL","price":"101.20"}');
  assert.ok(price.id && price.id !== chat.id);
  assert.equal((await plain.event('message')).json, 'two\nlines\r\u2028');
  const blink = await plain.event('blink');
  assert.equal('id' in blink, false, 'an ephemeral event moves no cursor');
  const native = await enveloped.event('price_update');
  assert.equal(native.json.type, 'price_update');
  assert.equal(native.json.room, 'stocks:AAPL');
  assert.deepEqual(native.json.data, {symbol: 'AAPL', price: '101.20'});
  assert.equal(native.json.seq, 2);
  assert.equal(native.id, price.id, 'the cursor is the same for every recipient');
});

test('A configured path is a stream of its room', async (t) => {
  const server = await startServer(t);
  const stream = await RawStream.open(t, server, '/api/stocks/A%20B/updates?user=ann');
  assert.equal((await stream.event('joined')).json.room, 'stocks:A B');
  await publish(server, 'stocks:A B', {event: 'price_update', data: {price: '1'}});
  assert.deepEqual((await stream.event('price_update')).json, {price: '1'});
  const source = new EventSource(`${server.http}/api/stocks/AAPL/updates`);
  t.after(() => source.close());
  const told = new Promise((resolve) => {
    source.addEventListener('price_update', ({data}) => resolve(data));
  });
  await within(new Promise((resolve) => {
    source.addEventListener('joined', resolve);
  }), 'the stream of AAPL');
  await publish(server, 'stocks:AAPL', {event: 'price_update', data: {symbol: 'AAPL', price: '101.20'}});
  assert.equal(await within(told, 'the price'), '{"symbol":"AAPL","price":"101.20"}');
  const bad = await get(server, `/api/stocks/${'x'.repeat(200)}/updates`);
  assert.equal(bad.status, 400, bad.text);
  assert.equal(bad.body.error.code, 'bad_room');
});

test('Clients cannot reach the server\'s rooms through route variables', async (t) => {
  const server = await startServer(t, {config: {sse: {routes: [{path: '/stream/{room}', room: '{room}'}]}}});
  for (const room of ['@ann', '$all']) {
    for (const user of ['', '?user=ann']) {
      const {head} = await RawStream.open(t, server, `/stream/${encodeURIComponent(room)}${user}`);
      assert.equal(head.status, 403, `${room}${user}`);
    }
  }
  const stream = await RawStream.open(t, server, '/stream/general');
  assert.equal((await stream.event('joined')).json.room, 'general');
});

test('Without room a stream has $all and the user\'s own', async (t) => {
  const server = await startServer(t);
  const stream = await RawStream.open(t, server, '/events?user=ann');
  await stream.event('connected');
  await publish(server, '@ann', {event: 'note', data: 1});
  assert.equal((await stream.event('note')).json, 1);
  await post(server, '/api/notifications', {message: 'to all', type: 'info'});
  const notification = await stream.event('notification');
  assert.equal(notification.json.message, 'to all');
  assert.equal(notification.json.type, 'info');
});

test('history=N gives the newest events first of all', async (t) => {
  const server = await startServer(t);
  for (let n = 1; n <= 6; n += 1) await publish(server, 'a', {user: 'bob', text: `message ${n}`});
  const stream = await RawStream.open(t, server, '/events?room=a&history=3');
  await stream.event('chat', {where: (e) => e.json.seq === 6});
  await publish(server, 'a', {user: 'bob', text: 'live'});
  await stream.event('chat', {where: (e) => e.json.text === 'live'});
  assert.deepEqual(stream.events('chat').map((e) => e.json.seq), [4, 5, 6, 7]);
});

test('The cursor of connected resumes too', async (t) => {
  const server = await startServer(t);
  await publish(server, 'a', {text: 'before'});
  const first = await RawStream.open(t, server, '/events?room=a');
  const {json: {cursor}} = await first.event('connected');
  await first.event('joined');
  first.close();
  await publish(server, 'a', {text: 'missed'});
  const second = await RawStream.open(t, server, `/events?room=a&lastEventId=${encodeURIComponent(cursor)}`);
  await second.event('chat', {where: (e) => e.json.text === 'missed'});
  assert.deepEqual(second.events('chat').map((e) => e.json.text), ['missed']);
  assert.deepEqual(second.events('reset'), []);
});

test('What is wrong with a request for a stream is said by its status', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: 'closed', join: 'nobody'}, {match: '*'}]}});
  const many = Array.from({length: 33}, (_, n) => `room=r${n}`).join('&');
  const cases = [
    [`/events?${many}`, 400], ['/events?room=', 400], ['/events?room=a%00', 400], [`/events?room=${'r'.repeat(129)}`, 400],
    ['/events?room=%24other', 403], ['/events?room=%40ann', 403], ['/events?room=closed', 403], ['/events?room=a&user=%40x', 400],
    ['/events?room=a&user=', 400], ['/events?room=a&history=x', 400], ['/events?room=a&history=-1', 400],
  ];
  const failures = [];
  for (const [path, status] of cases) {
    const answer = await Promise.race([get(server, path), RawStream.open(t, server, path).then(async (s) => {
      if (s.head.status === 200) return {status: 200, text: 'a stream'};
      return new Promise(() => {});
    })]);
    if (answer.status !== status || !answer.body?.error?.code) failures.push(`${path}: expected ${status}, came ${answer.status} ${answer.text}`);
  }
  assert.deepEqual(failures, []);
  const most = Array.from({length: 32}, (_, n) => `room=r${n}`).join('&');
  const stream = await RawStream.open(t, server, `/events?${most}`);
  await stream.inbox.atLeast(32, (e) => e.event === 'joined', 'joined');
});

test('A stream is only for GET', async (t) => {
  const server = await startServer(t);
  const answer = await request(server, 'POST', '/events?room=a', {body: {}});
  assert.equal(answer.status, 405);
  assert.match(answer.headers.allow, /GET/);
});

test('A session speaks by POST, one message or several', async (t) => {
  const server = await startServer(t);
  const stream = await SseClient.open(t, server, '/events?room=a&user=ann', ['chat', 'user_joined', 'user_left', 'user_typing']);
  const bob = await WsClient.join(t, server, 'a', 'bob');
  assert.equal((await stream.type('user_joined')).data.user, 'bob');
  assert.deepEqual(await stream.say({type: 'chat', text: 'without id'}), [{type: 'ack'}]);
  const answers = await stream.say([
    {type: 'chat', text: 'one', id: 'm1'}, {type: 'dance', id: 'm2'}, {type: 'chat', room: 'elsewhere', text: 'x', id: 'm3'},
    {type: 'ping', id: 'm4'}, {type: 'typing', isTyping: true},
  ]);
  assert.deepEqual(answers.map((a) => [a.type, a.id, a.code]), [
    ['ack', 'm1', undefined], ['error', 'm2', 'unknown_type'], ['error', 'm3', 'not_joined'], [answers[3].type, 'm4', undefined],
    ['ack', undefined, undefined],
  ]);
  assert.equal(answers[0].seq, 2);
  assert.ok(['pong', 'ack'].includes(answers[3].type));
  await bob.type('chat', {where: (m) => m.text === 'one' && m.user === 'ann'});
  await bob.type('user_typing', {where: (m) => m.user === 'ann'});
  assert.equal((await stream.type('chat', {where: (e) => e.data.text === 'one'})).data.seq, 2, 'the sender too');
  const joined = await stream.say({type: 'join', room: 'b', id: 'j'});
  assert.equal(joined[0].type, 'ack');
  await stream.type('joined', {where: (e) => e.data.room === 'b'});
  assert.equal(stream.inbox.all.some((e) => e.type === 'user_typing'), false);
  stream.source.close();
  await bob.type('user_left', {where: (m) => m.user === 'ann'});
});

test('A POST that is nothing for a session is refused', async (t) => {
  const server = await startServer(t);
  const stream = await SseClient.open(t, server, '/events?room=a&user=ann');
  const path = `/api/sessions/${encodeURIComponent(stream.connected.sid)}`;
  for (const [raw, what] of [['{', 'not JSON'], ['', 'nothing'], ['7', 'a number'], ['"x"', 'a string']]) {
    const answer = await request(server, 'POST', path, {raw});
    const error = answer.status === 200 ? answer.body?.[0] : answer.body?.error;
    assert.equal(error?.code, 'bad_message', `${what}: ${answer.status} ${answer.text}`);
  }
  const mixed = await request(server, 'POST', path, {raw: '[7,{"type":"ping","id":"p"}]'});
  assert.equal(mixed.status, 200, mixed.text);
  assert.equal(mixed.body[0].code, 'bad_message');
  assert.equal(mixed.body[1].id, 'p');
  const {clientId, sid} = stream.connected;
  for (const wrong of [clientId, `${sid}x`, `${sid.slice(0, -1)}${sid.endsWith('0') ? '1' : '0'}`, 'x', `${clientId}.`]) {
    const answer = await post(server, `/api/sessions/${encodeURIComponent(wrong)}`, {type: 'ping'});
    assert.equal(answer.status, 404, `${wrong}: ${answer.text}`);
    assert.equal(answer.body.error.code, 'not_found');
  }
  stream.source.close();
});

test('Where gzip is configured a stream is compressed for who accepts it, frame by frame', async (t) => {
  const server = await startServer(t, {set: {'sse.gzip': 'true'}});
  const inbox = new Inbox();
  const call = http.get({
    host: '127.0.0.1', port: server.port, path: '/events?room=a', headers: {'Accept-Encoding': 'gzip'}, agent: false,
  });
  t.after(() => call.destroy());
  call.on('error', () => undefined);
  const response = await within(new Promise((resolve) => call.on('response', resolve)), 'the head');
  assert.equal(response.headers['content-encoding'], 'gzip');
  response.on('error', () => undefined);
  const inflated = response.pipe(zlib.createGunzip());
  inflated.on('error', () => undefined);
  inflated.setEncoding('utf8').on('data', (text) => inbox.push(text));
  const text = () => inbox.all.join('');
  await inbox.find(() => text().includes('event: joined'), 'joined');
  await publish(server, 'a', {text: 'compressed '.repeat(50)});
  await inbox.find(() => text().includes('compressed compressed'), 'the event, before anything else is sent');
  const plain = await RawStream.open(t, server, '/events?room=a');
  assert.equal(plain.head.headers['content-encoding'], undefined);
  await plain.event('joined');
});

test('Without configuration nothing is compressed', async (t) => {
  const server = await startServer(t);
  const stream = await RawStream.open(t, server, '/events?room=a', {headers: {'Accept-Encoding': 'gzip'}});
  assert.equal(stream.head.headers['content-encoding'], undefined);
  await stream.event('joined');
});
