// SPDX-License-Identifier: MIT
// Requests for every operation of openapi.yaml that are refused for one reason.
import {operations} from './http_contract.mjs';

export const kNobody = 'nowhere.0000000000000000';

const kValues = {
  room: 'r', user: 'ann', seq: '1', key: 'k', symbol: 'AAPL', clientId: kNobody, sid: `${kNobody}.${'0'.repeat(32)}`,
};

/** An address of the operation; `values` are those of its variables that aren't the usual ones, encoded. */
export function addressOf({path}, values = {}) {
  return path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? kValues[name]);
}

const documents = (status) => (each) => each.operation.responses[status] !== undefined;
export const taggedAs = (tag) => (each) => each.operation.tags.includes(tag);
const isWebSocket = documents('101');

export const backend = operations.filter(taggedAs('backend'));
export const clients = operations.filter(taggedAs('client'));
export const webSockets = operations.filter(isWebSocket);
export const streams = operations.filter((each) => each.operation.responses['200']?.$ref?.endsWith('/Stream'));

/** What is wrong with a request of an operation whose path has no variable that could be. */
const kWrong = {
  'GET /api/messages': {query: 'timeout=x'},
  'POST /api/messages': {body: {room: 'r'}},
  'GET /api/poll': {query: 'ack=x&sid=x'},
  'POST /api/sessions/{sid}': {raw: '[', live: 'sid'},
  'GET /api/ice-servers': {query: 'user=@x'},
  'GET /events': {query: 'envelope=2'},
  'GET /api/stocks/{symbol}/updates': {query: 'history=x'},
  'GET /api/rooms': {query: 'limit=0'},
  'POST /api/notifications': {body: {}},
  'POST /api/batch': {body: {}},
  'GET /api/sessions': {query: 'limit=501'},
  'POST /api/clients/{clientId}/messages': {body: {text: 1}, live: 'clientId'},
};

/** A request that each operation which documents 400 answers so: {name, method, path, options}. `live` has what a session
 *  that is there goes by. */
export function malformed(live) {
  return operations.filter(documents('400')).filter((each) => !isWebSocket(each)).map((each) => {
    const {name, method, path} = each;
    if (path.includes('{room}')) return {name, method, path: addressOf(each, {room: '%01'})};
    if (path.includes('{user}')) return {name, method, path: addressOf(each, {user: '@x'})};
    const {query, live: variable, ...options} = kWrong[name];
    const address = addressOf(each, variable ? {[variable]: live[variable]} : {});
    return {name, method, path: query ? `${address}?${query}` : address, options};
  });
}

/** Requests for what isn't there. */
export function forNothing() {
  const special = {
    'GET /api/poll': {query: `sid=${kNobody}`},
    'POST /api/users/{user}/messages': {values: {user: 'guest-abcdefgh'}},
    'POST /api/clients/{clientId}/messages': {options: {body: {text: 'hi'}}},
  };
  return operations.filter(documents('404')).map((each) => {
    const {values, query, options} = special[each.name] ?? {};
    const address = addressOf(each, {room: 'nowhere', user: 'nobody', ...values});
    return {name: each.name, method: each.method, path: query ? `${address}?${query}` : address, options};
  });
}
