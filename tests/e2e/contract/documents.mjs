// SPDX-License-Identifier: MIT
// The documents themselves: that they are what they say, and that they leave nothing out.
import assert from 'node:assert/strict';
import {readFile, readdir} from 'node:fs/promises';
import {Validator} from '@seriousme/openapi-schema-validator';
import specifications from '@asyncapi/specs';
import addFormats from 'ajv-formats';
import {Ajv} from 'ajv';
import {addressOf} from '../support/contract/addresses.mjs';
import {asyncapi, at, openapi} from '../support/contract/documents.mjs';
import {operations} from '../support/contract/http_contract.mjs';
import {commands} from '../support/contract/message_contract.mjs';
import {test as plainTest} from '../support/test.mjs';
import {http, test} from './setup.mjs';

const kSource = new URL('../../../src/', import.meta.url);
const kInclude = new URL('../../../include/confab/', import.meta.url);

plainTest('The documents are valid OpenAPI 3.1 and AsyncAPI 3.0', async () => {
  const validator = new Validator();
  await validator.addSpecRef(structuredClone(asyncapi), 'asyncapi.yaml');
  const {valid, errors} = await validator.validate(structuredClone(openapi));
  assert.ok(valid, JSON.stringify(errors, null, 1));
  // The schema brings draft 7 along.
  const ajv = new Ajv({strict: false, meta: false, validateSchema: false});
  addFormats.default(ajv);
  const fits = ajv.compile(specifications.schemas['3.0.0']);
  assert.ok(fits(asyncapi), JSON.stringify(fits.errors, null, 1));
});

plainTest('Every address, command and error code in the source is documented', async () => {
  const sources = [];
  for (const folder of ['api/', 'net/', 'app/']) {
    for (const file of await readdir(new URL(folder, kSource))) {
      sources.push(await readFile(new URL(folder + file, kSource), 'utf8'));
    }
  }
  const nameless = (path) => path.replace(/\{\w+\}/g, '{}');
  const documented = new Set(Object.keys(openapi.paths).map(nameless));
  const routes = sources.flatMap((text) => [...text.matchAll(/"(\/(?:[a-z][\w/{}-]*)?)"/g)].map(([, path]) => nameless(path)));
  assert.ok(routes.includes('/api/rooms/{}'));
  // What the kernel says of the process is no address of ours.
  assert.deepEqual(routes.filter((path) => !path.startsWith('/proc/') && !documented.has(path)), []);

  const dispatcher = await readFile(new URL('core/dispatcher.cpp', kSource), 'utf8');
  const types = [...dispatcher.matchAll(/Entry\{"([^"]+)"/g)].map(([, type]) => type);
  assert.deepEqual([...types, 'batch', 'envelope'].sort(), [...commands.keys()].sort());

  const errors = await readFile(new URL('base/errc.hpp', kInclude), 'utf8');
  const codes = [...errors.matchAll(/^ +X\((\w+), \d+, (?:yes|no),/gm)].map(([, code]) => code);
  const inDocuments = JSON.stringify([openapi, asyncapi]);
  assert.deepEqual(codes.filter((code) => !inDocuments.includes(`"${code}"`)), []);
});

test('Every address takes the documented methods and no other', {}, async (t, server) => {
  for (const path of Object.keys(openapi.paths)) {
    const here = operations.filter((each) => each.path === path);
    const {status, headers} = await http.raw(server, 'OPTIONS', addressOf(here[0]));
    assert.equal(status, 204, path);
    const methods = here.map(({method}) => method);
    const head = methods.includes('GET') ? ['HEAD'] : [];
    assert.deepEqual(headers.allow.split(', ').sort(), [...methods, ...head, 'OPTIONS'].sort(), path);
  }
});

test('No name that is documented as reserved can be an event\'s', {}, async (t, server) => {
  const reserved = at('asyncapi.yaml#/components/schemas/ReservedName').enum;
  for (const event of reserved.filter((name) => name !== 'chat')) {
    const answer = await http.request(server, 'POST', '/api/rooms/r/messages', {body: {event, data: 1}});
    assert.equal(answer.status, 400, event);
  }
});

test('The documents are of this version', {}, async (t, server) => {
  const {body} = await http.request(server, 'GET', '/api/stats');
  for (const {info} of [openapi, asyncapi]) assert.equal(info.version, body.version);
});
