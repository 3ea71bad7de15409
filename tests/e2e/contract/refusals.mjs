// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {addressOf, backend, clients, forNothing, malformed, streams, webSockets} from '../support/contract/addresses.mjs';
import {JsonSocket, Poll, Stream} from '../support/contract/clients.mjs';
import {RawRequest} from '../support/contract/raw.mjs';
import {contract, expect, good, http, test} from './setup.mjs';

const kScopes = ['read', 'publish', 'admin'];
const keyOf = (scope) => ({'X-API-Key': `a-key-for-the-scope-${scope}`.padEnd(32, '.')});
const kKeys = kScopes.map((name) => ({name, key: keyOf(name)['X-API-Key'], scopes: [name]}));

test('The backend needs a key of the documented scope, and no other', {config: {api: {keys: kKeys}}}, async (t, server) => {
  for (const each of backend) {
    const [method, path, scope] = [each.method, addressOf(each), each.operation['x-scope']];
    await expect(server, 401, method, path);
    const opens = (name) => scope === 'any' || name === scope;
    for (const other of kScopes.filter((name) => !opens(name))) {
      await expect(server, 403, method, path, {headers: keyOf(other)});
    }
    for (const name of kScopes.filter(opens)) {
      const bearer = {Authorization: `Bearer ${keyOf(name)['X-API-Key']}`};
      for (const headers of [keyOf(name), bearer]) {
        const own = await http.request(server, method, path, {headers});
        assert.ok(![401, 403].includes(own.status), `${each.name} with a key for ${name}: ${own.text}`);
      }
    }
  }
});

test('A call that is carried needs a key of its own scope', {config: {api: {keys: kKeys}}}, async (t, server) => {
  const others = backend.filter(({operation}) => operation['x-scope'] !== 'any');
  const commands = others.map((each) => ({method: each.method, path: addressOf(each)}));
  for (const scope of kScopes) {
    const {body} = await expect(server, 200, 'POST', '/api/batch', {body: {commands}, headers: keyOf(scope)});
    others.forEach(({name, operation}, index) => {
      const {status} = body.results[index];
      assert.equal(status === 403, operation['x-scope'] !== scope, `${name} with a key for ${scope}: ${status}`);
    });
  }
});

const kUpgrade = {
  Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
};

test('Pages of other origins are refused', {config: {origins: ['https://app.example']}}, async (t, server) => {
  for (const each of clients) {
    const headers = {...(webSockets.includes(each) ? kUpgrade : {}), Origin: 'https://evil.example'};
    await expect(server, 403, each.method, addressOf(each), {headers});
  }
});

test('What is malformed or not there is refused', {}, async (t, server) => {
  const poll = await Poll.open(t, contract, server);
  const live = {sid: poll.connected.sid, clientId: poll.clientId};
  for (const {method, path, options} of malformed(live)) await expect(server, 400, method, path, options);
  for (const {method, path, options} of forNothing()) await expect(server, 404, method, path, options);
  const rooms = Array.from({length: 33}, (_, n) => `room=${n}`).join('&');
  for (const path of ['/events', '/api/messages']) await expect(server, 400, 'GET', `${path}?${rooms}`);
  for (const room of ['$other', '@@', '@guest-12345678']) {
    const path = `/api/rooms/${encodeURIComponent(room)}/messages`;
    const {body} = await expect(server, 400, 'POST', path, {body: {text: 'hi'}});
    assert.deepEqual([body.error.code, body.error.field], ['bad_room', 'room']);
  }
  for (const each of webSockets) {
    const path = addressOf(each);
    await expect(server, 400, 'GET', path, {headers: {...kUpgrade, 'Sec-WebSocket-Key': 'short'}});
    await expect(server, 400, 'GET', path, {headers: {...kUpgrade, Connection: 'close'}});
    await expect(server, 426, 'GET', path, {headers: {...kUpgrade, 'Sec-WebSocket-Version': '12'}});
    if (path !== '/') await expect(server, 426, 'GET', path);
  }
  const page = await expect(server, 200, 'GET', '/');
  await expect(server, 304, 'GET', '/', {headers: {'If-None-Match': page.headers.etag}});
});

test('A call that is carried is answered as if it came alone', {}, async (t, server) => {
  const messages = '/api/rooms/r/messages';
  const calls = [
    [200, {method: 'POST', path: messages, body: {text: 'hi'}}], [200, {method: 'GET', path: `${messages}?limit=1`}],
    [200, {method: 'PUT', path: '/api/rooms/r/state/k', body: {value: {a: [1]}}}], [200, {method: 'DELETE', path: `${messages}/1`}],
  ];
  const wrong = [
    [400, {method: 'POST', path: messages, body: {}}, 'text'], [400, {method: 'POST', path: messages}],
    [400, {method: 'BREW', path: messages}, 'method'], [400, {method: 'GET'}, 'path'], [400, 7, 'commands'],
    [400, {method: 'GET', path: '/readyz'}, 'path'], [400, {method: 'POST', path: '/api/batch', body: {commands: []}}, 'path'],
    [404, {method: 'GET', path: '/api/rooms/nowhere'}, 'room'], [404, {method: 'GET', path: '/api/nothing'}, 'path'],
    [405, {method: 'PUT', path: messages, body: {}}, 'method'],
    [409, {method: 'PUT', path: '/api/rooms/r/state/k', body: {value: 2, ifVersion: 0}}, 'ifVersion'],
  ];
  for (const list of [calls, wrong]) {
    const {results} = await good(server, 'POST', '/api/batch', {commands: list.map(([, call]) => call)});
    assert.deepEqual(results.map(({status, body}) => [status, body.error?.field]), list.map(([status, , field]) => [status, field]));
  }
  await expect(server, 400, 'POST', '/api/batch', {body: {commands: Array(101).fill(calls[0][1])}});
});

test('Who is kept out is refused before anything opens', {}, async (t, server) => {
  await good(server, 'DELETE', '/api/users/eve/sessions', {block: '10m'});
  const ways = [...streams.map((each) => addressOf(each)), '/api/messages', '/api/poll'].map((path) => ['GET', `${path}?user=eve`]);
  for (const [method, path] of [...ways, ['POST', '/api/messages']]) {
    const {body} = await expect(server, 403, method, path, method === 'POST' ? {body: {room: 'r', user: 'eve', text: 'hi'}} : {});
    assert.deepEqual([body.error.code, body.error.field], ['forbidden', 'user'], path);
  }
});

const kSmall = {
  limits: {message_size: '1KiB', queue_size: '4KiB'}, rooms: [{match: 'html', sanitize: 'html'}, {match: '*', state: {keys: 1}}],
};

test('What is too large is refused', {config: kSmall}, async (t, server) => {
  const poll = await Poll.open(t, contract, server);
  const body = {text: 'x'.repeat(2_000), room: 'r', value: 1};
  for (const folder of ['', '/rooms/r', '/users/ann', `/clients/${poll.clientId}`]) {
    await expect(server, 413, 'POST', `/api${folder}/messages`, {body});
  }
  await expect(server, 413, 'POST', '/api/notifications', {body: {message: body.text}});
  // Each of these is four characters as it is delivered.
  const markup = {text: '<'.repeat(900)};
  await expect(server, 413, 'POST', '/api/rooms/html/messages', {body: markup});
  await poll.say({type: 'join', room: 'html'});
  assert.equal((await poll.say({type: 'chat', room: 'html', ...markup})).code, 'too_large');
  const call = {method: 'POST', path: '/api/rooms/r/messages', body: {text: body.text}};
  const carried = await good(server, 'POST', '/api/batch', {commands: [call]});
  assert.deepEqual(carried.results.map(({status}) => status), [413]);
  await expect(server, 413, 'PUT', '/api/rooms/r/state/k', {body});
  await good(server, 'PUT', '/api/rooms/r/state/k', {value: 1});
  await expect(server, 413, 'PUT', '/api/rooms/r/state/other', {body: {value: 1}});
  await expect(server, 409, 'PUT', '/api/rooms/r/state/k', {body: {value: 2, ifVersion: 0}});
});

test('What a rule or a limit forbids is refused', {
  config: {
    rooms: [{match: 'closed', join: 'nobody'}, {match: 'single', max_members: 1}, {match: '*'}], webrtc: {allow: 'user'},
    limits: {messages_per_second: 1, message_burst: 1, rooms_per_session: 2},
  },
}, async (t, server) => {
  for (const path of ['/events?room=closed', '/api/messages?room=closed', '/api/ice-servers']) {
    await expect(server, 403, 'GET', path);
  }
  await good(server, 'GET', '/api/ice-servers?user=ann');
  await expect(server, 403, 'POST', '/api/messages', {body: {room: 'closed', text: 'hi'}});
  await expect(server, 429, 'POST', '/api/messages', {body: {room: 'r', text: 'hi'}});
  await JsonSocket.open(t, contract, server, {path: '/signaling', query: {room: 'single'}});
  await JsonSocket.open(t, contract, server, {query: {user: 'ann'}});
  for (const room of ['a', 'b']) await good(server, 'PUT', `/api/rooms/${room}/members/ann`);
  await expect(server, 403, 'PUT', '/api/rooms/c/members/ann');
  await good(server, 'DELETE', '/api/rooms/b/members/ann');
  await expect(server, 403, 'PUT', '/api/rooms/single/members/ann');
});

test('A server that is full says so', {config: {limits: {connections: 1}}}, async (t, server) => {
  await JsonSocket.open(t, contract, server);
  for (const path of ['/events', '/api/stocks/AAPL/updates', '/api/messages', '/api/poll']) {
    await expect(server, 503, 'GET', path);
  }
});

const kThreeRooms = {limits: {rooms: 3}, rooms: [{match: '*', publish: 'anyone'}]};

test('A server that knows as many rooms as it may says so', {config: kThreeRooms}, async (t, server) => {
  const ann = await JsonSocket.open(t, contract, server, {query: {user: 'ann'}});
  await ann.say({type: 'join', room: 'r'});
  for (const key of ['a', 'b', 'c']) await good(server, 'PUT', `/api/rooms/${key}/state/k`, {value: 1});
  for (const path of ['/api/messages', '/api/rooms/new/messages', '/api/users/bob/messages']) {
    await expect(server, 503, 'POST', path, {body: {room: 'new', text: 'hi'}});
  }
  const call = {method: 'POST', path: '/api/rooms/new/messages', body: {text: 'hi'}};
  const carried = await good(server, 'POST', '/api/batch', {commands: [call]});
  assert.deepEqual(carried.results.map(({status}) => status), [503]);
  await expect(server, 503, 'PUT', '/api/rooms/new/members/ann');
  await expect(server, 503, 'PUT', '/api/rooms/new/state/k', {body: {value: 1}});
  assert.equal((await ann.request({type: 'chat', room: 'new', text: 'hi'})).code, 'unavailable');
  const stream = await Stream.open(t, contract, server, {query: {room: 'new'}});
  await stream.heard('error', (m) => m.code === 'unavailable' && m.room === 'new');
});

test('What goes wrong before a request has come to its address', {set: {'limits.header_timeout': '300ms'}}, async (t, server) => {
  await expect(server, 400, 'GET', '/%zz');
  await expect(server, 404, 'GET', '/api/nothing');
  await expect(server, 405, 'PATCH', '/api/rooms');
  await expect(server, 413, 'POST', '/api/batch', {raw: ' '.repeat(1_100_000)});
  await expect(server, 417, 'GET', '/healthz', {headers: {Expect: 'wonders'}});
  await expect(server, 431, 'GET', '/healthz', {headers: {'X-Long': 'x'.repeat(17_000)}});
  const slow = await RawRequest.open(t, server, 'GET /healthz HTTP/1.1\r\n');
  const answer = await slow.answer();
  assert.equal(answer.status, 408);
  http.look('GET', '/healthz', answer);
});
