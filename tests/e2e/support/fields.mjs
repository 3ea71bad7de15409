// SPDX-License-Identifier: MIT
// The kinds of fields that a message or a body has: which values fit, and which don't and why.

export const kReservedEvents = ['ack', 'user_joined', 'delta', 'chat', 'connect', 'connect_error', 'disconnect', 'disconnecting',
  'newListener', 'removeListener'];

/** Not text: what JSON has besides strings. */
const kNoText = [7, 1.5, true, [], {}];

/** What isn't printable, or nothing, for names. */
const kControls = ['', 'a\0b', 'a\nb', 'a\x7fb', 'a\u0085b'];

/** Names of this many bytes fit, one more doesn't. */
const ofBytes = (bytes) => [bytes % 2 ? `x${'é'.repeat((bytes - 1) / 2)}` : 'é'.repeat(bytes / 2), 'x'.repeat(bytes)];
const overBytes = (bytes) => ofBytes(bytes + 1);

const kind = (good, bad, code = 'bad_message') => ({good, bad: bad.map((value) => ({value, code})), missing: code});

export const kText = kind(['', 'ü "<b>"\n'], kNoText);
export const kFlag = kind([true, false], ['true', 1, 0, [], {}]);
export const kCount = kind([0, 1, Number.MAX_SAFE_INTEGER], ['7', -1, 1.5, 2 ** 63, 1e300, true, [], {}]);
export const kAny = {...kind(['', 'x', 0, -1.5, true, [[]], {a: {}}, null], []), nullable: false};
export const kRoom = kind(ofBytes(128), [...kNoText, ...kControls, '.', '..', ...overBytes(128)], 'bad_room');
export const kUser = kind(ofBytes(120), [...kNoText, ...kControls, ...overBytes(120), '@ann', '$all', 'guest-', 'guest-12345678']);
export const kId = kind(['x', ...ofBytes(64)], [...kNoText, '', ...overBytes(64)]);
export const kEvent = kind(['message', ...ofBytes(64)], [...kNoText, ...kControls, ...overBytes(64), ...kReservedEvents]);
export const kKey = kind(ofBytes(128), [...kNoText, ...kControls, ...overBytes(128)]);
export const kPosition = kind([{epoch: 'e', seq: 0}, {epoch: 'e', seq: 7, more: true}],
  ['e:1', 7, true, [], {}, {epoch: 'e'}, {seq: 1}, {epoch: 7, seq: 1}, {epoch: 'e', seq: '1'}, {epoch: 'e', seq: -1},
    {epoch: 'e', seq: 1.5}, {epoch: 'e', seq: 2 ** 64}]);
export const kTime = kind(['1ms', '10m', '3650d', 1, 315_360_000],
  ['x', '', '10', '10 m', '0s', '-1s', '1.5h', '4000d', 0, -1, 1.5, 345_600_000, 1e300, true, [], {}]);

/** A number from `least` to `most`, where there is such a bound. */
export const kNumber = (least, most) => kind([least, most], [...kCount.bad.map((each) => each.value), least - 1, most + 1]);

/** Text of at most so many bytes. */
export const kTextOf = (bytes) => kind(['', ...ofBytes(bytes)], [...kNoText, ...overBytes(bytes)]);

/** How a value is shown in a message for people. */
export const shown = (value) => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 20)}… (${Buffer.byteLength(text)} bytes)` : text;
};

/** `message` without one field. */
export const without = (message, name) => Object.fromEntries(Object.entries(message).filter(([key]) => key !== name));

/**
 * The rows {what, message, code?, field?} that walk one field of a message that is accepted as `base`: no code, accepted. A
 * `required` field may not be left out nor be null; another one that is null is as if left out.
 */
export function rowsOf(base, name, {good, bad, missing, nullable = true}, {required = false} = {}) {
  const row = (value, code) => ({what: `${name}: ${shown(value)}`, message: {...base, [name]: value}, ...(code && {code, field: name})});
  const rows = [...good.map((value) => row(value)), ...bad.map(({value, code}) => row(value, code))];
  if (nullable) rows.push(row(null, required ? missing : undefined));
  const rest = {what: `no ${name}`, message: without(base, name)};
  rows.push(required ? {...rest, code: missing, field: name} : rest);
  return rows;
}
