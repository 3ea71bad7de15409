// SPDX-License-Identifier: MIT
// Section 4 of the protocol, sentence by sentence.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import {get, post, publish, request} from './support/http.mjs';
import {PollSession} from './support/polls.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {until} from './support/wait.mjs';
import {WsClient} from './support/websocket.mjs';

const enc = encodeURIComponent;
const texts = (answer) => answer.body.messages.map((m) => m.text);

test('What is newer than since is answered at once, whatever since is written as', async (t) => {
  const server = await startServer(t);
  const before = Date.now() - 60_000;
  await publish(server, 'general', {user: 'ann', text: 'one', id: 'one-0123456789'});
  const first = await get(server, `/api/messages?since=${before}`);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.headers['cache-control'], 'no-store');
  assert.deepEqual({...first.body.messages[0], timestamp: undefined},
    {type: 'chat', room: 'general', user: 'ann', text: 'one', id: 'one-0123456789', seq: 1, timestamp: undefined});
  assert.equal(typeof first.body.cursor, 'string');
  assert.match(first.text, /"timestamp":\d{13}\.\d{3}[,}]/, 'milliseconds with three decimals');
  await publish(server, 'general', {user: 'ann', text: 'two'});
  const stamp = /"timestamp":(\d{13}\.\d{3})[,}]/.exec(first.text.slice(first.text.lastIndexOf(']')))[1];
  for (const since of [first.body.cursor, stamp]) {
    const answer = await get(server, `/api/messages?room=general&since=${enc(since)}`);
    assert.deepEqual(texts(answer), ['two'], `since=${since}`);
  }
  for (const since of [0, before, `${before}.5`, new Date(before).toISOString()]) {
    const answer = await get(server, `/api/messages?room=general&since=${enc(since)}`);
    assert.deepEqual(texts(answer), ['one', 'two'], `since=${since}`);
  }
});

test('A poll is held until something is newer', async (t) => {
  const server = await startServer(t);
  const now = await get(server, '/api/messages?history=0&timeout=0');
  assert.deepEqual(now.body.messages, []);
  const held = get(server, `/api/messages?since=${enc(now.body.cursor)}&timeout=25`);
  await publish(server, 'general', {text: 'arrives'});
  assert.deepEqual(texts(await held), ['arrives']);
});

test('An empty answer repeats since, or gives where now is', async (t) => {
  const server = await startServer(t);
  const now = await get(server, '/api/messages?timeout=0');
  assert.equal(now.status, 200, now.text);
  assert.deepEqual(now.body.messages, []);
  const again = await get(server, `/api/messages?since=${enc(now.body.cursor)}&timeout=1`);
  assert.deepEqual(again.body.messages, []);
  assert.equal(again.body.cursor, now.body.cursor);
  const millis = await get(server, '/api/messages?since=99999999999999&timeout=0');
  assert.deepEqual(millis.body.messages, []);
  assert.equal(millis.body.timestamp, 99999999999999);
});

test('Nothing falls between two polls, and several rooms are merged in order', async (t) => {
  const server = await startServer(t);
  let {cursor} = (await get(server, '/api/messages?room=a&room=b&history=0&timeout=0')).body;
  const seen = [];
  const publishing = (async () => {
    for (let n = 1; n <= 100; n += 1) await publish(server, n % 2 ? 'a' : 'b', {text: `message ${n}`});
  })();
  while (seen.length < 100) {
    const {body} = await get(server, `/api/messages?room=a&room=b&since=${enc(cursor)}&timeout=25`);
    seen.push(...body.messages.map((m) => m.text));
    cursor = body.cursor;
  }
  await publishing;
  assert.deepEqual(seen, Array.from({length: 100}, (_, n) => `message ${n + 1}`));
});

test('An answer has at most 300 messages', async (t) => {
  const server = await startServer(t, {
    config: {rooms: [{match: '*', history: {size: 1000}}]}, set: {'limits.messages_per_second': 0},
  });
  const ann = await WsClient.join(t, server, 'general', 'ann');
  await Promise.all(Array.from({length: 700}, (_, n) => ann.ask({type: 'chat', text: `message ${n + 1}`})));
  const sizes = [];
  const seqs = [];
  for (let since = '0'; seqs.length < 700;) {
    const {body} = await get(server, `/api/messages?since=${enc(since)}&timeout=0`);
    assert.ok(body.messages.length > 0, `${seqs.length} came`);
    sizes.push(body.messages.length);
    seqs.push(...body.messages.map((m) => m.seq));
    since = body.cursor;
  }
  assert.ok(Math.max(...sizes) <= 300, sizes.join());
  assert.deepEqual(seqs, Array.from({length: 700}, (_, n) => n + 1));
});

test('Without since what came just now is answered, and history starts further back', async (t) => {
  const server = await startServer(t);
  for (let n = 1; n <= 5; n += 1) await publish(server, 'general', {text: `message ${n}`});
  assert.equal((await get(server, '/api/messages?history=2')).body.messages.length, 2);
  assert.deepEqual(texts(await get(server, '/api/messages?history=2')), ['message 4', 'message 5']);
  assert.deepEqual(texts(await get(server, '/api/messages?history=0&timeout=0')), []);
});

test('Only stored events are polled', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  await publish(server, 'general', {event: 'blink', data: 1, ephemeral: true});
  await ann.ask({type: 'typing', isTyping: true});
  await publish(server, 'general', {event: 'tick', data: 2});
  const answer = await get(server, '/api/messages?since=0');
  assert.deepEqual(answer.body.messages.map((m) => [m.type, m.data]), [['tick', 2]]);
});

test('What is wrong with a poll is said', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: 'closed', join: 'nobody'}, {match: '*'}]}});
  const failures = [];
  for (const [query, status, code] of [
    ['room=', 400, 'bad_room'], ['room=a%00', 400, 'bad_room'], ['room=%24all', 403, 'forbidden'], ['room=%40ann', 403, 'forbidden'],
    ['room=closed', 403, 'forbidden'], ['since=yesterday', 400, 'bad_message'], ['since=-5', 400, 'bad_message'],
    ['timeout=x', 400, 'bad_message'], ['timeout=-1', 400, 'bad_message'], ['history=-1', 400, 'bad_message'],
    ['history=x', 400, 'bad_message'],
  ]) {
    const answer = await get(server, `/api/messages?${query}${query.includes('timeout') ? '' : '&timeout=0'}`);
    if (answer.status !== status || answer.body?.error?.code !== code) {
      failures.push(`${query}: expected ${status} ${code}, came ${answer.status} ${answer.text}`);
    }
  }
  assert.deepEqual(failures, []);
});

test('A POST publishes without a session, under the rules of a session', async (t) => {
  const server = await startServer(t, {config: {rooms: [
    {match: 'news', publish: 'server'}, {match: 'closed', join: 'nobody'}, {match: '*'},
  ]}});
  const ann = await WsClient.join(t, server, 'general', 'ann');
  const message = {room: 'general', user: 'bob', text: 'hi', id: 'post-0123456789', mood: 'good'};
  const first = await post(server, '/api/messages', message);
  assert.equal(first.status, 200, first.text);
  const chat = await ann.type('chat');
  assert.deepEqual({...chat, timestamp: undefined},
    {type: 'chat', room: 'general', user: 'bob', text: 'hi', id: 'post-0123456789', mood: 'good', seq: 1, timestamp: undefined});
  const again = await post(server, '/api/messages', message);
  assert.equal(again.status, 200);
  assert.equal((await get(server, '/api/rooms/general')).body.seq, 1, 'a retry is stored once');
  const guest = await post(server, '/api/messages', {room: 'general', text: 'nobody'});
  assert.equal(guest.status, 200, guest.text);
  for (const [body, status, code] of [
    [{room: 'news', user: 'bob', text: 'x'}, 403, 'forbidden'], [{room: 'closed', user: 'bob', text: 'x'}, 403, 'forbidden'],
    [{room: '@bob', user: 'bob', text: 'x'}, 403, 'forbidden'], [{room: '$all', user: 'bob', text: 'x'}, 403, 'forbidden'],
    [{room: 'a\0', user: 'bob', text: 'x'}, 400, 'bad_room'], [{user: 'bob', text: 'x'}, 400, 'bad_room'], [{room: 'general', user: '@bob', text: 'x'}, 400, 'bad_message'],
    [{room: 'general', user: 'bob'}, 400, 'bad_message'], [[1], 400, 'bad_message'],
  ]) {
    const answer = await post(server, '/api/messages', body);
    assert.equal(answer.status, status, `${JSON.stringify(body)}: ${answer.text}`);
    assert.equal(answer.body.error.code, code, JSON.stringify(body));
  }
  assert.equal((await request(server, 'PUT', '/api/messages', {body: {}})).status, 405);
});

test('A polling session has both ways', async (t) => {
  const server = await startServer(t);
  const opened = await get(server, '/api/poll');
  assert.equal(opened.status, 200, opened.text);
  assert.equal(opened.headers['cache-control'], 'no-store');
  assert.equal(opened.body.poll, 1);
  assert.equal(opened.body.messages.length, 1);
  const {type, clientId, sid} = opened.body.messages[0];
  assert.equal(type, 'connected');
  assert.ok(sid.startsWith(`${clientId}.`));
  const say = async (message) => (await post(server, `/api/sessions/${enc(sid)}`, message)).body;
  const poll = (ack) => get(server, `/api/poll?sid=${enc(sid)}${ack === undefined ? '' : `&ack=${ack}`}`);

  const held = poll(1);
  const [ack] = await say({type: 'join', room: 'general', user: 'ann', id: 'j'});
  assert.equal(ack.type, 'ack');
  const second = await held;
  assert.equal(second.body.poll, 2);
  assert.deepEqual(second.body.messages.map((m) => [m.type, m.room]), [['joined', 'general']]);

  await publish(server, 'general', {text: 'one'});
  const third = await poll(2);
  assert.equal(third.body.poll, 3);
  assert.deepEqual(third.body.messages.map((m) => m.text), ['one']);
  await publish(server, 'general', {text: 'two'});
  const repeated = await poll(2);
  assert.deepEqual(repeated.body.messages.map((m) => m.text).slice(0, 1), ['one'], 'not acknowledged, so it comes again');
  const fourth = repeated.body.messages.length === 2 ? repeated : await poll(repeated.body.poll);
  assert.equal(fourth.body.messages.at(-1).text, 'two');
  const [chat] = await say({type: 'chat', text: 'from here', id: 'c'});
  assert.equal(chat.seq, 3);
  const fifth = await poll(fourth.body.poll);
  assert.deepEqual(fifth.body.messages.map((m) => m.text), ['from here']);

  const wrong = await get(server, `/api/poll?sid=${enc(sid)}&ack=x`);
  assert.equal(wrong.status, 400, wrong.text);
  const unknown = await get(server, `/api/poll?sid=${enc(clientId)}`);
  assert.equal(unknown.status, 404, unknown.text);
  assert.equal(unknown.body.error.code, 'not_found');
});

test('Of two polls at once the older ends with an empty list', async (t) => {
  const server = await startServer(t);
  const {messages: [{sid}]} = (await get(server, '/api/poll')).body;
  const first = get(server, `/api/poll?sid=${enc(sid)}&ack=1`);
  // The second has to come behind the first; the server has seen the first once a request behind it is answered.
  const path = `/api/poll?sid=${enc(sid)}&ack=1`;
  let second;
  const ended = await until(async () => {
    second = get(server, path);
    const winner = await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 200))]);
    return winner;
  }, 'the older poll to end');
  assert.equal(ended.status, 200, ended.text);
  assert.deepEqual(ended.body.messages, []);
  await post(server, `/api/sessions/${enc(sid)}`, {type: 'join', room: 'general', user: 'ann'});
  const answer = await second;
  assert.deepEqual(answer.body.messages.map((m) => m.type), ['joined'], 'the younger one goes on');
});

test('A poll whose client has gone loses nothing', async (t) => {
  const server = await startServer(t);
  const {messages: [{sid}]} = (await get(server, '/api/poll')).body;
  await post(server, `/api/sessions/${enc(sid)}`, {type: 'join', room: 'general', user: 'ann'});
  const joined = await get(server, `/api/poll?sid=${enc(sid)}&ack=1`);
  const {poll} = joined.body;
  const dropped = http.get({host: '127.0.0.1', port: server.port, path: `/api/poll?sid=${enc(sid)}&ack=${poll}`, agent: false});
  dropped.on('error', () => undefined);
  await new Promise((resolve) => dropped.once('socket', (socket) => socket.once('connect', resolve)));
  dropped.destroy();
  for (let n = 1; n <= 3; n += 1) await publish(server, 'general', {text: `message ${n}`});
  const seen = [];
  for (let ack = poll; seen.length < 3;) {
    const {body} = await get(server, `/api/poll?sid=${enc(sid)}&ack=${ack}`);
    seen.push(...body.messages.map((m) => m.text));
    ack = body.poll;
  }
  assert.deepEqual(seen, ['message 1', 'message 2', 'message 3']);
});

test('A session with no poll is gone after its time', async (t) => {
  const server = await startServer(t, {set: {'long_poll.session_ttl': '300ms'}});
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const session = await PollSession.open(t, server);
  await session.say({type: 'join', room: 'general', user: 'ann'});
  await bob.type('user_joined', {where: (m) => m.user === 'ann'});
  await session.type('joined');
  session.stop();
  await publish(server, 'general', {text: 'ends the held poll'});
  await bob.type('user_left', {where: (m) => m.user === 'ann'});
  const answer = await get(server, `/api/poll?sid=${enc(session.sid)}`);
  assert.equal(answer.status, 404, answer.text);
});

test('A held poll keeps its session for longer than its time', async (t) => {
  const server = await startServer(t, {set: {'long_poll.session_ttl': '300ms', 'long_poll.timeout': '2s'}});
  const {messages: [{sid}]} = (await get(server, '/api/poll')).body;
  const held = await get(server, `/api/poll?sid=${enc(sid)}&ack=1`);
  assert.equal(held.status, 200, held.text);
  assert.deepEqual(held.body.messages, []);
});

/** Requests written one behind the other onto one connection; `answers(n)` waits for the bodies of the first n. */
function pipeline(t, server, paths) {
  const socket = net.connect(server.port, '127.0.0.1');
  t.after(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.on('error', () => undefined);
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
  const found = () => [...text.matchAll(/HTTP\/1\.1 (\d+) [^]*?\r\n\r\n(\{[^\r\n]*\})/g)].map(([, status, body]) => ({status, body: JSON.parse(body)}));
  return {
    async answers(count) {
      await until(() => found().length >= count, `${count} answers on one connection`);
      return found();
    },
  };
}

/** How many sessions have a poll that is held. */
async function heldPolls(server) {
  let held = 0;
  for (let after = ''; after !== undefined;) {
    const {items, next} = (await get(server, `/api/sessions?limit=500&after=${enc(after)}`)).body;
    held += items.filter(({address}) => address !== '').length;
    after = next;
  }
  return held;
}

const opened = async (server) => (await get(server, '/api/poll')).body.messages[0].sid;

test('Polls of one session behind one another on a connection are answered in order', async (t) => {
  const server = await startServer(t);
  const sid = await opened(server);
  const poll = `/api/poll?sid=${sid}&ack=1`;
  const two = pipeline(t, server, [poll, poll]);
  await until(async () => (await heldPolls(server)) === 1, 'the poll is held');
  const other = pipeline(t, server, [poll]);
  const [first] = await two.answers(1);
  assert.deepEqual(first, {status: '200', body: {messages: [], poll: 1}});
  await post(server, `/api/sessions/${sid}`, {type: 'join', room: 'r', user: 'ann'});
  // Whichever of the two is held then has it; the other was ended by it.
  const all = [...(await two.answers(2)), ...(await other.answers(1))];
  assert.ok(all.every(({status}) => status === '200'), JSON.stringify(all));
  assert.equal(all.flatMap(({body}) => body.messages).filter((m) => m.type === 'joined').length, 1);
});

test('A session that ends while a request waits behind its poll disturbs nobody', async (t) => {
  const server = await startServer(t);
  const flood = {type: 'batch', messages: Array.from({length: 100}, () => 7)};
  for (let round = 0; round < 40; round += 1) {
    // Sessions that stay, so that the tables grow in the middle of one's end.
    await opened(server);
    const sid = await opened(server);
    const two = pipeline(t, server, [`/api/poll?sid=${sid}&ack=1`, '/api/poll']);
    await until(async () => (await heldPolls(server)) === 1, 'the poll is held');
    await post(server, `/api/sessions/${sid}`, flood);
    await post(server, `/api/sessions/${sid}`, flood);
    const [, second] = await two.answers(2);
    assert.equal(second.body.messages[0].type, 'connected');
  }
});

test('A thousand connections whose polls end each other are no deep matter', async (t) => {
  const server = await startServer(t);
  const count = 1000;
  const sids = [];
  for (let n = 0; n <= count; n += 1) sids.push(await opened(server));
  const poll = (n) => `/api/poll?sid=${sids[n]}&ack=1`;
  const chain = [];
  for (let n = 0; n < count; n += 1) chain.push(pipeline(t, server, [poll(n), poll(n + 1)]));
  await until(async () => (await heldPolls(server)) === count, 'all are held');
  pipeline(t, server, [poll(0)]);
  assert.equal((await chain.at(-1).answers(1))[0].status, '200');
  assert.equal((await get(server, '/healthz')).status, 200);
});
