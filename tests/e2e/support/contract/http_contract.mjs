// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {request} from '../http.mjs';
import {at, below, openapi, resolved} from './documents.mjs';
import {check, matches} from './schemas.mjs';

const kMethods = ['get', 'put', 'post', 'delete'];
const kRoot = 'openapi.yaml#';
const kEverywhere = below(kRoot, 'x-everywhere');
/** What every answer may have: HTTP's own fields, CORS, and what a WebSocket negotiates. */
const kCommonHeaders = new Set(['date', 'connection', 'content-length', 'content-type', 'vary', 'access-control-allow-origin',
  'access-control-allow-credentials', 'sec-websocket-protocol', 'sec-websocket-extensions']);
const kJson = 'application/json';

const isGood = (status) => status < 300;

/** Every operation of openapi.yaml: {name, method, path, place, operation, parameters}. */
export const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
  kMethods.filter((method) => item[method]).map((method) => operationAt(below(kRoot, 'paths', path), path, method)));

function operationAt(item, path, method) {
  const place = below(item, method);
  const parametersOf = (owner) => (at(owner).parameters ?? []).map((_, index) => resolved(below(owner, 'parameters', index)));
  return {
    name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, place, operation: at(place),
    parameters: [...parametersOf(item), ...parametersOf(place)],
  };
}

const segmentsOf = (path) => path.split('/').slice(1);
const isVariable = (segment) => /^\{.*\}$/.test(segment);

/** The operation that a request meets, and the values of the variables in its path. */
function find(method, path) {
  const given = segmentsOf(path);
  const fits = (operation) => {
    const wanted = segmentsOf(operation.path);
    return operation.method === method && wanted.length === given.length &&
      wanted.every((segment, index) => isVariable(segment) ? given[index] !== '' : segment === given[index]);
  };
  const variables = ({path: template}) => segmentsOf(template).filter(isVariable).length;
  const [operation] = operations.filter(fits).sort((a, b) => variables(a) - variables(b));
  return operation;
}

function pathValues({path: template}, path) {
  const given = segmentsOf(path);
  return new Map(segmentsOf(template).flatMap((segment, index) =>
    isVariable(segment) ? [[segment.slice(1, -1), decodeURIComponent(given[index])]] : []));
}

export class HttpContract {
  #coverage;
  #messages;
  /** A body of each operation that was taken. */
  #samples = new Map();

  constructor(coverage, messages) {
    this.#coverage = coverage;
    this.#messages = messages;
    for (const status of Object.keys(at(kEverywhere))) this.#expectResponse('everywhere', status, below(kEverywhere, status));
    for (const each of operations) this.#expect(each);
  }

  /** A request, and its answer where that is as the document says. */
  async request(server, method, path, options = {}) {
    const answer = await request(server, method, path, options);
    this.look(method, path, {...options, ...answer, sent: options.body});
    return answer;
  }

  /** A request that the document doesn't list. */
  raw(server, method, path) {
    return request(server, method, path);
  }

  /** Bodies that were taken, by one operation each: {name, method, address, schema, sample}. What is asked of a session
   *  is asked of this one. */
  samples({clientId}) {
    const single = operations.filter(({name, operation}) => this.#samples.has(name) && operation.operationId !== 'saySession');
    return single.map(({name, method, path}) => {
      const values = {clientId, room: 'r', user: 'ann', key: 'k'};
      return {name, method, address: path.replace(/\{(\w+)\}/g, (_, key) => values[key]), ...this.#samples.get(name)};
    });
  }

  /** Looks at an answer that came otherwise: {status, headers, text, body}, and what was `sent`. */
  look(method, path, {status, headers, text = '', body, sent, headers: _, ...rest}) {
    const url = new URL(path, 'http://localhost');
    const operation = find(method, url.pathname);
    const name = operation?.name ?? `${method} ${url.pathname}`;
    const response = this.#responseOf(operation, status, `${name}: ${status} ${text}`);
    this.#coverage.see(`${response.of} answers ${status}`);
    this.#lookAtHeaders(name, response.place, headers);
    this.#lookAtContent(`${name} ${status}`, response.place, {headers, text, body});
    if (!operation || (!isGood(status) && status !== 101)) return;
    this.#lookAtParameters(operation, url, rest.asked ?? {});
    this.#lookAtBody(operation, sent, body);
  }

  #expect({name, place, operation, parameters}) {
    for (const status of Object.keys(operation.responses)) {
      this.#expectResponse(name, status, resolved(below(place, 'responses', status)));
    }
    for (const parameter of parameters) {
      const {in: where, name: key, required} = at(parameter);
      if (where === 'path') continue;
      this.#coverage.expect(`${name} with ${key}`);
      if (!required) this.#coverage.expect(`${name} without ${key}`);
    }
    if (!operation.requestBody) return;
    const body = resolved(below(place, 'requestBody'));
    this.#coverage.expect(`${name} with a body`);
    if (!at(body).required) this.#coverage.expect(`${name} without a body`);
    this.#coverage.expectSchema(below(body, 'content', kJson, 'schema'));
  }

  #expectResponse(name, status, place) {
    this.#coverage.expect(`${name} answers ${status}`);
    for (const type of Object.keys(at(place).content ?? {})) this.#coverage.expectSchema(below(place, 'content', type, 'schema'));
  }

  #responseOf(operation, status, what) {
    if (operation?.operation.responses[status]) {
      return {of: operation.name, place: resolved(below(operation.place, 'responses', status))};
    }
    assert.ok(at(kEverywhere)[status], `this status is not documented: ${what}`);
    return {of: 'everywhere', place: below(kEverywhere, status)};
  }

  #lookAtHeaders(name, place, headers) {
    const documented = at(place).headers ?? {};
    for (const key of Object.keys(documented)) {
      const value = headers[key.toLowerCase()];
      assert.notEqual(value, undefined, `${name}: the header ${key} is missing`);
      check(below(resolved(below(place, 'headers', key)), 'schema'), value);
    }
    const known = new Set([...kCommonHeaders, ...Object.keys(documented).map((key) => key.toLowerCase())]);
    const unknown = Object.keys(headers).filter((key) => !known.has(key));
    assert.deepEqual(unknown, [], `${name}: these headers are not documented`);
  }

  #lookAtContent(what, place, {headers, text, body}) {
    const {content} = at(place);
    const type = headers['content-type']?.split(';')[0];
    if (!content) return assert.equal(text, '', `${what}: a body is not documented`);
    assert.ok(content[type], `${what}: the type ${type} is not documented`);
    if (type !== kJson) return;
    const schema = below(place, 'content', kJson, 'schema');
    check(schema, body);
    this.#coverage.seeSchema(schema, body);
  }

  #lookAtParameters({name, parameters}, url, asked) {
    const left = new Set(url.searchParams.keys());
    const inPath = pathValues({path: name.split(' ')[1]}, url.pathname);
    for (const place of parameters) {
      const {name: key, in: where, required} = at(place);
      const all = where === 'query' ? url.searchParams.getAll(key)
        : [where === 'path' ? inPath.get(key) : asked[key]].filter((value) => value !== undefined);
      left.delete(key);
      this.#coverage.see(`${name} ${all.length > 0 ? 'with' : 'without'} ${key}`);
      if (all.length === 0) {
        assert.ok(!required, `${name} works without ${key}, which is required`);
        continue;
      }
      const schema = below(place, 'schema');
      const [value] = all;
      const fits = at(schema).type === 'array' ? matches(schema, all) : matches(schema, value) || matches(schema, Number(value));
      assert.ok(fits, `${name} takes ${key}=${all} against its schema`);
    }
    assert.deepEqual([...left], [], `${name} has parameters that are not documented`);
  }

  /** Looks at the answers to calls that were carried as at those to the calls alone; whether all were taken. */
  #takeResults(calls, results) {
    assert.equal(results.length, calls.length);
    results.forEach(({status, body}, index) => {
      const {method, path, body: sent} = calls[index];
      const operation = find(method, String(path).split('?')[0]);
      if (!isGood(status) && !operation?.operation.responses[status]) return;
      const what = `${operation?.name} ${status}, carried`;
      assert.ok(operation, `${what}: ${method} ${path} is not documented`);
      const place = below(resolved(below(operation.place, 'responses', String(status))), 'content', kJson, 'schema');
      check(place, body);
      this.#coverage.seeSchema(place, body);
      if (isGood(status) && sent !== undefined) this.#lookAtBody(operation, sent, body);
    });
    return results.every(({status}) => isGood(status));
  }

  #lookAtBody({name, place, operation}, sent, answered) {
    this.#coverage.see(`${name} ${sent === undefined ? 'without' : 'with'} a body`);
    if (sent === undefined) return;
    assert.ok(operation.requestBody, `${name}: a body is not documented`);
    const schema = below(resolved(below(place, 'requestBody')), 'content', kJson, 'schema');
    // Of several some may have been refused.
    if (operation.operationId === 'saySession' && !this.#messages.takeAnswers(sent, answered)) return;
    if (operation.operationId === 'batch' && !this.#takeResults(sent.commands, answered.results)) return;
    check(schema, sent);
    this.#coverage.seeSchema(schema, sent);
    // Of a chat message more members are looked at than of another event.
    const known = this.#samples.get(name)?.sample;
    if (!known || ('event' in known && !('event' in sent))) this.#samples.set(name, {schema, sample: sent});
  }
}
