// SPDX-License-Identifier: MIT
// Every command of the native protocol with each of its fields missing, of another type, at its bound and over it. The rows
// are for a session of `ann` that is in the room `kPlace` and in no other; `bystander` is there too.
import {gzipSync} from 'node:zlib';
import {kAny, kCount, kEvent, kFlag, kId, kKey, kNumber, kPosition, kRoom, kText, kUser, rowsOf, shown, without} from './fields.mjs';

/** As long as the name of a room may be, so that each command is seen to take it. */
export const kPlace = 'r'.repeat(128);

export const kMessageSize = 4096;
/** Fewer than a poll may name. */
const kRoomsPerSession = 4;
const kStateKeys = 4;
const kStateSize = 1024;

export const kWalkServer = {
  config: {rooms: [{match: '*', state: {keys: kStateKeys, size: kStateSize}}]},
  set: {
    'limits.message_size': kMessageSize, 'limits.queue_size': '4MiB', 'limits.messages_per_second': 0, 'limits.flood': 100_000,
    'limits.rooms_per_session': kRoomsPerSession,
  },
};

const required = true;
const kServers = ['@ann', '$all'];
const kElsewhere = ['not_joined', 'elsewhere'];

/** A room that isn't one of these, as far as it is the command's own. */
const inNone = (base, rooms, code) => rooms.map((room) => ({what: `room: ${room}`, message: {...base, room}, code, field: 'room'}));

/** The room has to be named, or where it isn't it is the only one. */
function roomRows(base, {named, servers = kServers, outside = kElsewhere}) {
  const [code, room] = outside;
  return [
    ...rowsOf(base, 'room', {...kRoom, good: [kPlace]}, {required: named}),
    ...inNone(base, servers, 'forbidden'), ...inNone(base, code ? [room] : [], code),
  ];
}

const signal = (type) => {
  const base = {type, room: kPlace};
  const target = {
    good: ['bystander'], missing: 'bad_message',
    bad: [...kText.bad, ...['nobody', '', '@ann', 'x'.repeat(500)].map((value) => ({value, code: 'not_found'}))],
  };
  return {base, rows: [...roomRows(base, {named: false}), ...rowsOf(base, 'target', target)]};
};

function chat() {
  const base = {type: 'chat', room: kPlace, text: 'x'};
  const old = {...without(base, 'text'), message: 'x'};
  return {base, rows: [
    ...roomRows(base, {named: false}), ...rowsOf(base, 'text', kText, {required}), ...rowsOf(base, 'echo', kFlag),
    {what: 'message for text', message: old},
    ...kText.bad.map(({value, code}) => ({what: `message: ${shown(value)}`, message: {...old, message: value}, code})),
  ]};
}

function join() {
  const base = {type: 'join', room: kPlace};
  const longest = 'é'.repeat(64);
  return {base, rows: [
    ...roomRows(base, {named: true, servers: ['@bob', '$other'], outside: []}),
    {what: 'a room of 64 letters of two bytes', message: {...base, room: longest}},
    {what: 'and out', message: {type: 'leave', room: longest}},
    ...rowsOf(base, 'since', kPosition), ...rowsOf(base, 'stateVersion', kCount),
    ...rowsOf(base, 'history', {...kCount, good: [0, 1, 300]}),
    ...rowsOf(base, 'user', {...kText, good: ['ann'], bad: [...kText.bad, {value: 'bob', code: 'forbidden'}]}),
  ]};
}

function leave() {
  const base = {type: 'leave', room: kPlace};
  const first = {type: 'join', room: kPlace};
  return {base, first, rows: roomRows(base, {named: true}), last: {what: 'back', message: first}};
}

function publish() {
  const base = {type: 'publish', room: kPlace, event: 'e', data: 1};
  return {base, rows: [
    ...roomRows(base, {named: true}), ...rowsOf(base, 'event', kEvent, {required}), ...rowsOf(base, 'data', kAny, {required}),
    ...rowsOf(base, 'ephemeral', kFlag), ...rowsOf(base, 'echo', kFlag),
  ]};
}

function direct() {
  const base = {type: 'direct', to: 'bob', text: 'x'};
  return {base, rows: [...rowsOf(base, 'to', kUser, {required}), ...rowsOf(base, 'text', kText, {required})]};
}

function state() {
  // To remove what isn't there changes nothing.
  const base = {type: 'state', room: kPlace, key: 'k', value: null};
  const set = (what, key, value, code) =>
    ({what, message: {...base, key, value}, ...(code && {code, field: key === 'k' ? 'value' : 'key'})});
  const keys = Array.from({length: kStateKeys}, (_, n) => `key ${n}`);
  const fits = 'v'.repeat(kStateSize - '"k"'.length);
  return {base, rows: [
    ...roomRows(base, {named: true}), ...rowsOf(base, 'key', kKey, {required}), ...rowsOf(base, 'value', kAny, {required}),
    ...rowsOf(base, 'ifVersion', {...kCount, good: [0]}),
    {what: 'another version', message: {...base, ifVersion: 7}, code: 'conflict', field: 'ifVersion'},
    set('as large as it may be', 'k', fits), set('one byte larger', 'k', `${fits}v`, 'too_large'), set('removed', 'k', null),
    ...keys.map((key) => set(key, key, 1)), set('one key more', 'over', 1, 'too_large'), set('a key that is there', keys[0], 2),
    ...keys.map((key) => set(`${key} removed`, key, null)),
  ]};
}

const typing = () => {
  const base = {type: 'typing', room: kPlace, isTyping: false};
  return {base, rows: [...roomRows(base, {named: false}), ...rowsOf(base, 'isTyping', kFlag, {required})]};
};

const read = () => {
  const base = {type: 'read', room: kPlace, upTo: 1};
  return {base, rows: [...roomRows(base, {named: true}), ...rowsOf(base, 'upTo', kCount, {required})]};
};

function history() {
  const base = {type: 'history', room: kPlace};
  return {base, rows: [
    ...roomRows(base, {named: true, servers: ['@bob', '$other'], outside: []}),
    {what: 'not a member', message: {...base, room: 'elsewhere'}},
    ...rowsOf(base, 'since', kPosition), ...rowsOf(base, 'before', kCount), ...rowsOf(base, 'limit', kNumber(1, 300)),
    {what: 'since and before', message: {...base, since: {epoch: 'e', seq: 0}, before: 1}, code: 'bad_message', field: 'before'},
  ]};
}

function presence() {
  const base = {type: 'presence', room: kPlace};
  return {base, rows: [
    ...roomRows(base, {named: true, outside: []}), {what: 'not a member', message: {...base, room: 'elsewhere'}},
    ...rowsOf(base, 'after', kText), ...rowsOf(base, 'limit', kNumber(1, 500)),
  ]};
}

/** What is in a batch is answered before it: `inside` has a code each, undefined for what is accepted. */
function batch() {
  const ping = {type: 'ping', id: 'inside'};
  const base = {type: 'batch', messages: [ping]};
  const of = (what, messages, inside) => ({what, message: {...base, messages}, inside});
  const many = (count) => Array(count).fill(ping);
  const noMessages = [7, 'x', true, {}, ping, [], many(101)].map((value) => ({value, code: 'bad_message'}));
  const wrong = [
    ...[7, 'x', true, null, [], {}, {type: 7}, {...ping, id: 7}, {...ping, id: ''}, base, {...base, id: 'inner'},
      {compressed: false, data: '{"type":"ping"}'}].map((message) => [message, 'bad_message']),
    [{type: 'dance', id: 'inner'}, 'unknown_type'], [{type: 'chat', room: 'elsewhere', text: 'x'}, 'not_joined'],
  ];
  return {base, inside: [undefined], rows: [
    ...rowsOf(base, 'messages', {good: [], bad: noMessages, missing: 'bad_message'}, {required}),
    of('a hundred', many(100), many(100).map(() => undefined)),
    ...wrong.map(([message, code]) => of(`holds ${shown(message)}`, [ping, message, ping], [undefined, code, undefined])),
  ]};
}

const kSingle = [
  join(), chat(), publish(), direct(), typing(), read(), state(), history(), presence(), {base: {type: 'ping'}, rows: []},
  ...['call_request', 'call_accept', 'call_reject', 'call_end', 'offer', 'answer', 'ice-candidate'].map(signal),
  {base: {type: 'ice_servers'}, rows: []}, leave(),
];
const kCommands = [...kSingle, batch()];

const gzipped = (text) => gzipSync(text).toString('base64');
const sized = (size) => JSON.stringify({type: 'ping', x: 'x'.repeat(size - JSON.stringify({type: 'ping', x: ''}).length)});

const bad = (message, field) => ({what: shown(message), message, code: 'bad_message', field});
const kNoStrings = [7, true, null, [], {}];

/** What is no command at all; these say no id. */
const kNoCommands = [
  ...[7, true, null, [], [{type: 'ping'}]].map((message) => bad(message)), bad({}, 'type'),
  ...kNoStrings.map((type) => bad({type}, 'type')),
  ...['dance', 'ack', 'joined', 'Chat', 'x'.repeat(500)].map((type) => ({...bad({type}, 'type'), code: 'unknown_type'})),
  ...[7, 'yes', null, [], {}].map((compressed) => bad({compressed, data: '{}'}, 'compressed')),
  ...[...kNoStrings, '!', gzipped('').slice(0, 8)].map((data) => bad({compressed: true, data}, 'data')),
  ...kNoStrings.map((data) => bad({compressed: false, data}, 'data')),
  bad({compressed: false, data: '{'}), bad({compressed: false, data: '{}'}, 'type'), bad({compressed: false}, 'type'),
  bad({compressed: false, data: '{"type":"ping"}', third: 1}, 'type'),
  {what: 'as large inside as a message may be', message: {compressed: true, data: gzipped(sized(kMessageSize))}},
  {what: 'one byte larger inside', message: {compressed: true, data: gzipped(sized(kMessageSize + 1))}, code: 'too_large', field: 'data'},
];

/** By command: rows {what, message, code?, field?, first?, inside?}; without a code it is accepted; `first` is said before it. */
export const kCommandRows = {
  'what is no command': kNoCommands,
  ...Object.fromEntries(kCommands.map(({base, rows, first, last, inside = []}) => [base.type, [
    ...[
      {what: 'as it should be', message: base},
      {what: 'with fields that nobody knows', message: {...base, unknown: {deep: [null, {}]}, 'x-1': 1}},
      ...rowsOf(base, 'id', kId), ...rows,
    ].map((row) => ({first, inside: row.code ? [] : inside, ...row})), ...(last ? [last] : []),
  ]])),
};

/** What a session without a name may not be named by, whichever command says it. */
export const kNamingRows = kSingle.flatMap(({base}) => kUser.bad.map(({value, code}) =>
  ({what: `${base.type}, user: ${shown(value)}`, message: {...base, user: value}, code, field: 'user'})));

export const kLongestNames = kUser.good;
