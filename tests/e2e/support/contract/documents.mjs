// SPDX-License-Identifier: MIT
// The two documents in docs/ that say what the server speaks. A place in them is written FILE#POINTER.
import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {parse} from 'yaml';

const kDocs = new URL('../../../../docs/', import.meta.url);

async function read(name) {
  return [name, parse(await readFile(new URL(name, kDocs), 'utf8'))];
}

export const documents = Object.fromEntries([await read('openapi.yaml'), await read('asyncapi.yaml')]);
export const openapi = documents['openapi.yaml'];
export const asyncapi = documents['asyncapi.yaml'];

/** `place`/`key`/`key`… */
export function below(place, ...keys) {
  return [place, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

/** What stands there. */
export function at(place) {
  const [file, pointer] = place.split('#');
  let value = documents[file];
  for (const key of pointer.split('/').slice(1)) {
    value = value?.[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  assert.notEqual(value, undefined, `there is nothing at ${place}`);
  return value;
}

/** The place that a `$ref` at `place` means. */
export function target(place, ref) {
  return ref.startsWith('#') ? place.slice(0, place.indexOf('#')) + ref : ref;
}

/** The place itself, or where its `$ref` leads to, where it is nothing but that. */
export function resolved(place) {
  const {$ref} = at(place);
  return $ref === undefined ? place : resolved(target(place, $ref));
}
