// SPDX-License-Identifier: MIT
// Every endpoint with each part of its path, its query and its body missing, of another type, at its bound and over it.
import {kMessageSize} from './command_rows.mjs';
import {kAny, kCount, kEvent, kFlag, kId, kKey, kRoom, kText, kTextOf, kTime, kUser, rowsOf, shown} from './fields.mjs';

const enc = encodeURIComponent;
const kStatus = {bad_message: 400, bad_room: 400, forbidden: 403, not_found: 404, too_large: 413, conflict: 409};
const required = true;

const call = (method, path, more = {}) => ({what: `${method} ${shown(path)}`, method, path, ...more});
const refused = (row, code, field) => ({...row, status: kStatus[code], code, ...(field && {field})});

const kTextsOf = ({bad}) => bad.map((each) => each.value).filter((value) => typeof value === 'string');

/** Names that can't be in a path or query; those of guests are known to the API. */
const kBadRooms = kTextsOf(kRoom).filter((room) => room !== '');
const kServerRooms = ['@ann', '$all'];
/** Names that only the server could give a room, and doesn't. */
const kNoRooms = ['$other', '$', '$all2', '@', '@@', '@@ann', '@$all', '@guest-12345678', `@${'x'.repeat(121)}`];
const kBadUsers = kTextsOf(kUser).filter((user) => user !== '' && user !== 'guest-12345678');

/** Rows of what can't be at `{name}` in a path. */
const inPath = (method, path, name, values, code, field = name, more = {}) =>
  values.map((value) => refused(call(method, path.replace(`{${name}}`, enc(value)), more), code, field));

/** Rows of one parameter of a query. */
function inQuery(path, name, {good, bad}, code = 'bad_message', more = {}) {
  const row = (value) => call('GET', `${path}${path.includes('?') ? '&' : '?'}${name}=${enc(value)}`, more);
  return [...good.map(row), ...bad.map((value) => refused(row(value), code, name))];
}

const kBadNumbers = ['', 'x', '-1', '1.5', '1e3', ' 1', '0x10', '99999999999999999999'];
const numbers = (least, most) => ({good: [least, most], bad: [...kBadNumbers, ...(least > 0 ? [least - 1] : []), most + 1]});
const kAnyCount = {good: [0, Number.MAX_SAFE_INTEGER], bad: kBadNumbers};
const rooms = (count) => Array.from({length: count}, (_, n) => `room=r${n}`).join('&');
const kQueryUsers = {good: kUser.good, bad: [...kBadUsers, '', 'guest-12345678']};
const kAnyText = {good: ['', 'x', 'é', 'x'.repeat(500)], bad: []};

const kNoObjects = ['[1]', '7', '"x"', 'null', '{', '{}{}', '{"a":"\\ud800"}', `{"a":${'['.repeat(2000)}`];

/** Rows of a body: of its fields {name: kind or [kind, {required}]}, and of what is no body. */
function bodyRows(method, path, base, fields, {optional = false, first, limit} = {}) {
  const row = ({what, message, code, field}) => {
    const of = {...call(method, path), what: `${method} ${shown(path)} ${what}`, body: message, first};
    return code ? refused(of, code, field) : of;
  };
  const raw = (text) => ({...call(method, path), what: `${method} ${shown(path)} with ${shown(text)}`, raw: text, first});
  const sized = (size) => {
    const text = JSON.stringify({...base, unknown: ''});
    return raw(text.replace('"unknown":""', `"unknown":"${'x'.repeat(size - text.length)}"`));
  };
  const empty = raw('');
  return [
    row({what: 'as it should be', message: base}),
    row({what: 'with fields that nobody knows', message: {...base, unknown: {deep: [null, {}]}}}),
    optional ? empty : refused(empty, 'bad_message'),
    ...kNoObjects.map((text) => refused(raw(text), 'bad_message')),
    ...(limit ? [sized(limit), refused(sized(limit + 1), 'too_large')] : []),
    ...Object.entries(fields).flatMap(([name, field]) => rowsOf(base, name, ...(Array.isArray(field) ? field : [field]))).map(row),
  ];
}

const kPublication = {user: kUser, text: [kText, {required}], id: kId, ephemeral: kFlag};
const kChat = {user: 'bob', text: 'x'};

/** What publishes: a chat message or, where `event` is named, an event. */
function publications(path) {
  const publish = (body) => call('POST', path, {body, what: `POST ${shown(path)} ${shown(body)}`});
  return [
    ...bodyRows('POST', path, kChat, kPublication, {limit: kMessageSize}),
    ...kEvent.good.map((event) => publish({event, data: 1})),
    ...kEvent.bad.filter(({value}) => value !== 'chat').map(({value, code}) => refused(publish({event: value, data: 1}), code, 'event')),
    ...kAny.good.map((data) => publish({event: 'e', data})), publish({event: 'e'}), publish({event: 'chat', text: 'x'}),
    publish({event: null, text: 'x'}), refused(publish({event: 'e', text: 'x'}), 'bad_message', 'data'),
  ];
}

function roomEndpoints() {
  const of = (method, path, more) => ({method, path: `/api/rooms/{room}${path}`, ...more});
  const open = [of('GET', ''), of('GET', '/members'), of('GET', '/messages'), of('POST', '/messages', {body: kChat}),
    of('DELETE', '/messages'), of('DELETE', '/messages/1')];
  const noServers = [of('GET', '/state'), of('PUT', '/state/k', {body: {value: 1}}),
    ...['members', 'bans', 'mutes'].flatMap((what) => ['PUT', 'DELETE', ...(what === 'members' ? [] : ['GET'])]
      .map((method) => of(method, `/${what}/bob`)))];
  return [
    ...[...open, ...noServers].flatMap(({method, path, body}) => [
      ...inPath(method, path, 'room', [...kBadRooms, ...kNoRooms], 'bad_room', 'room', {body}),
      refused(call(method, path.replace('{room}', 'a%ffb'), {body}), 'bad_message'),
      refused(call(method, path.replace('{room}', 'a%zz'), {body}), 'bad_message'),
    ]),
    ...noServers.flatMap(({method, path, body}) => inPath(method, path, 'room', kServerRooms, 'forbidden', 'room', {body})),
    ...kRoom.good.map((room) => call('POST', `/api/rooms/${enc(room)}/messages`, {body: kChat})),
    ...kRoom.good.map((room) => call('GET', `/api/rooms/${enc(room)}`)),
    ...['', '/messages'].map((path) => refused(call(path ? 'DELETE' : 'GET', `/api/rooms/nowhere${path}`), 'not_found', 'room')),
    ...['@ann', '$all'].map((room) => call('POST', `/api/rooms/${enc(room)}/messages`, {body: kChat})),
  ];
}

function messageEndpoints({epoch}) {
  const path = '/api/rooms/room/messages';
  const since = {
    good: [`${epoch}:0`, `${epoch}:7`, 'other:1'],
    bad: ['', 'x', '7', ':7', ...['', 'x', '-1', '1.5'].map((seq) => `${epoch}:${seq}`)],
  };
  return [
    ...publications(path),
    ...inQuery(path, 'since', since), ...inQuery(path, 'before', kAnyCount), ...inQuery(path, 'limit', numbers(1, 300)),
    refused(call('GET', `${path}?since=${enc(`${epoch}:1`)}&before=2`), 'bad_message', 'before'),
    ...inPath('DELETE', `${path}/{seq}`, 'seq', ['x', '0', '-1', '1.5', '99999999999999999999'], 'bad_message'),
    refused(call('DELETE', `${path}/999999`), 'not_found', 'seq'), call('DELETE', `${path}/1`),
    refused(call('DELETE', `${path}/1`), 'not_found', 'seq'),
  ];
}

const listEndpoints = () => ['/api/rooms', '/api/rooms/room/members', '/api/sessions'].flatMap((path) => [
  call('GET', path), ...inQuery(path, 'limit', numbers(1, 500)), ...inQuery(path, 'after', kAnyText), ...inQuery(path, 'prefix', kAnyText),
]);

function userEndpoints() {
  const reason = kTextOf(256);
  const member = '/api/rooms/room/members/ann';
  return [
    ...[['PUT', '/api/rooms/room/members/{user}'], ['DELETE', '/api/rooms/room/members/{user}'],
      ...['bans', 'mutes'].flatMap((what) => ['GET', 'PUT', 'DELETE'].map((method) => [method, `/api/rooms/room/${what}/{user}`])),
      ['GET', '/api/users/{user}'], ['DELETE', '/api/users/{user}/sessions']]
      .flatMap(([method, path]) => inPath(method, path, 'user', kBadUsers, 'bad_message')),
    ...inPath('POST', '/api/users/{user}/messages', 'user', kBadUsers, 'bad_message', 'user', {body: kChat}),
    ...kUser.good.flatMap((user) => [call('GET', `/api/users/${enc(user)}`), call('GET', `/api/rooms/room/bans/${enc(user)}`)]),
    call('PUT', member), refused(call('PUT', '/api/rooms/room/members/nobody'), 'not_found', 'user'),
    refused(call('DELETE', '/api/rooms/room/members/nobody'), 'not_found', 'user'),
    ...bodyRows('DELETE', member, {reason: 'x'}, {reason}, {optional: true, first: call('PUT', member)}),
    ...['bans', 'mutes'].flatMap((what) => {
      const path = `/api/rooms/room/${what}/ghost`;
      return [
        ...bodyRows('PUT', path, {for: '10m', reason: 'x'}, {for: kTime, reason}, {optional: true}), call('GET', path),
        call('DELETE', path), refused(call('DELETE', path), 'not_found', 'user'),
      ];
    }),
    ...bodyRows('DELETE', '/api/users/ghost/sessions', {block: '10m'}, {block: kTime}, {optional: true}),
    ...publications('/api/users/bob/messages'),
  ];
}

function stateEndpoints() {
  const path = '/api/rooms/state/state/k';
  const kBadKeys = kTextsOf(kKey).filter((key) => key !== '');
  const body = bodyRows('PUT', path, {value: 1}, {value: [kAny, {required}], ifVersion: {...kCount, good: []}});
  return [
    call('GET', '/api/rooms/state/state'), ...body,
    refused(call('PUT', path, {body: {value: 1, ifVersion: 999_999}}), 'conflict', 'ifVersion'),
    ...inPath('PUT', '/api/rooms/state/state/{key}', 'key', kBadKeys, 'bad_message', 'key', {body: {value: 1}}),
    ...kKey.good.map((key) => call('PUT', `/api/rooms/state/state/${enc(key)}`, {body: {value: null}})),
    refused(call('PUT', path, {body: {value: 'x'.repeat(1024)}}), 'too_large', 'value'),
    refused(call('PUT', path, {body: {value: 'x'.repeat(kMessageSize)}}), 'too_large'),
  ];
}

function sessionEndpoints({clientId, sid}) {
  const path = `/api/sessions/${enc(sid)}`;
  const ping = {type: 'ping'};
  const wrong = ['x', clientId, `${clientId}.`, `${sid}0`, `${sid.slice(0, -1)}x`];
  return [
    ...publications(`/api/clients/${enc(clientId)}/messages`),
    ...['nobody', `${clientId}0`, sid].flatMap((client) => [
      refused(call('POST', `/api/clients/${enc(client)}/messages`, {body: kChat}), 'not_found', 'clientId'),
      refused(call('DELETE', `/api/clients/${enc(client)}`), 'not_found', 'clientId'),
    ]),
    ...['user=ann', 'user=nobody', 'room=room', 'room=nowhere'].map((query) => call('GET', `/api/sessions?${query}`)),
    ...inPath('POST', '/api/sessions/{sid}', 'sid', wrong, 'not_found', 'sid', {body: ping}),
    ...[ping, [], Array(100).fill(ping)].map((body) => call('POST', path, {body})),
    refused(call('POST', path, {body: Array(101).fill(ping)}), 'bad_message'),
    ...['', '{', '[{"type":"ping"}', '{}{}'].map((raw) =>
      refused(call('POST', path, {raw, what: `POST to a session: ${raw}`}), 'bad_message')),
  ];
}

function pollEndpoints({poll}) {
  const since = {
    good: ['', '0', '1795544682611', '1795544682611.123', '1795544682611.123456', '2026-11-24T10:00:00.123Z', '2026-11-24T10:00:00Z',
      'abc.1795544682611000'],
    bad: ['yesterday', '-5', '1.', '.5', '1e3', '2026-11-24', '2026-13-40T10:00:00Z', 'abc.', 'abc.x', 'abc.-1'],
  };
  const list = '/api/messages?timeout=0';
  return [
    call('GET', list), ...inQuery(list, 'room', {good: kRoom.good, bad: [...kBadRooms, '']}, 'bad_room'),
    ...inQuery(list, 'room', {good: [], bad: [...kServerRooms, '$other']}, 'forbidden'),
    call('GET', `${list}&${rooms(32)}`), refused(call('GET', `${list}&${rooms(33)}`), 'bad_room', 'room'),
    ...inQuery(list, 'since', since), ...inQuery(list, 'history', {good: [0, 300], bad: kBadNumbers}),
    ...inQuery(list, 'user', kQueryUsers),
    ...inQuery('/api/messages?room=room&since=0', 'timeout', {good: [0, 30, 31], bad: kBadNumbers}),
    ...bodyRows('POST', '/api/messages', {room: 'room', ...kChat},
      {room: [kRoom, {required}], user: kUser, text: [kText, {required}], id: kId}, {limit: kMessageSize}),
    ...[...kServerRooms, '$other'].map((room) => refused(call('POST', '/api/messages', {body: {...kChat, room}}), 'forbidden', 'room')),
    ...inQuery('/api/poll', 'user', kQueryUsers), ...inQuery('/api/poll', 'sid', {good: [], bad: ['', 'x', `${poll}0`]}, 'not_found'),
    ...inQuery(`/api/poll?sid=${enc(poll)}`, 'ack', {good: [], bad: kBadNumbers}),
  ];
}

function streamEndpoints() {
  const stream = {stream: true};
  const upgrade = {headers: {
    Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }};
  return [
    call('GET', '/events', stream), ...inQuery('/events', 'room', {good: kRoom.good, bad: [...kBadRooms, '']}, 'bad_room', stream),
    ...inQuery('/events', 'room', {good: [], bad: [...kServerRooms, '$other']}, 'forbidden', stream),
    call('GET', `/events?${rooms(32)}`, stream), refused(call('GET', `/events?${rooms(33)}`, stream), 'bad_room', 'room'),
    ...inQuery('/events?room=room', 'user', kQueryUsers, 'bad_message', stream),
    ...inQuery('/events?room=room', 'history', {good: [0, 300], bad: kBadNumbers}, 'bad_message', stream),
    ...inQuery('/events?room=room', 'envelope', {good: ['0', '1'], bad: ['', 'true', '2']}, 'bad_message', stream),
    ...inQuery('/events?room=room', 'lastEventId', {good: ['', 'nonsense', 'a.1', 'x'.repeat(500)], bad: []}, 'bad_message', stream),
    call('GET', '/api/stocks/AAPL/updates', stream), ...inQuery('/api/stocks/AAPL/updates', 'user', {...kQueryUsers, good: []}),
    ...inPath('GET', '/api/stocks/{symbol}/updates', 'symbol', ['a\0b', 'x'.repeat(122)], 'bad_room', 'room'),
    call('GET', `/api/stocks/${'x'.repeat(121)}/updates`, stream),
    ...inQuery('/api/ice-servers', 'user', kQueryUsers),
    ...['/', '/ws', '/chat', '/signaling'].flatMap((path) => [
      ...inQuery(path, 'user', {...kQueryUsers, good: []}, 'bad_message', upgrade),
      ...inQuery(path, 'envelope', {good: [], bad: ['', 'zip', '1']}, 'bad_message', upgrade),
      ...inQuery(path, 'batch', {good: [], bad: [...kBadNumbers, 0, 9, 1001]}, 'bad_message', upgrade),
    ]),
  ];
}

const notifications = () => bodyRows('POST', '/api/notifications', {message: 'x', type: 'info'},
  {message: [kText, {required}], type: kText}, {limit: kMessageSize});

function batches() {
  const path = '/api/batch';
  const publication = {method: 'POST', path: '/api/rooms/room/messages', body: {...kChat, ephemeral: true, unknown: 'x'.repeat(100)}};
  const many = (count) => Array(count).fill(publication);
  const bad = [7, 'x', true, {}, publication, many(101)].map((value) => ({value, code: 'bad_message'}));
  const commands = {good: [[], many(1), many(100), [7, null, {}]], bad, missing: 'bad_message'};
  return bodyRows('POST', path, {commands: []}, {commands: [commands, {required}]}, {limit: 1 << 20});
}

/**
 * By kind: rows {what, method, path, body?, raw?, headers?, stream?, first?, status?, code?, field?}; without a status 200 is
 * expected, with `stream` of an answer that doesn't end. `world`: the `epoch` of `room`, whose member ann has the session
 * `clientId`; the `sid` of a stream and of a `poll`.
 */
export const endpointRows = (world) => ({
  'rooms by name': roomEndpoints(), 'messages of a room': messageEndpoints(world), lists: listEndpoints(), users: userEndpoints(),
  state: stateEndpoints(), sessions: sessionEndpoints(world), polling: pollEndpoints(world), streams: streamEndpoints(),
  notifications: notifications(), batches: batches(),
});
