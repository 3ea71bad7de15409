// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {at, below, documents, target} from './documents.mjs';

const kBase = 'file:///';

const ajv = new Ajv2020({strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true, allErrors: true});
addFormats.default(ajv);
// The documents are no schemas themselves, but have some.
ajv.addVocabulary([...new Set(Object.values(documents).flatMap(Object.keys))]);
for (const [name, document] of Object.entries(documents)) ajv.addSchema(document, kBase + name);

const compiled = (place) => ajv.getSchema(kBase + place) ?? ajv.compile({$ref: kBase + place});

/** Whether a value is as the schema that stands at `place` says. */
export const matches = (place, value) => compiled(place)(value);

/** undefined where it is, else what is wrong. */
function mistakes(place, value) {
  const fits = compiled(place);
  if (fits(value)) return undefined;
  // Of many alternatives that none of them fits says little.
  const alternative = alternativeFor(place, value);
  if (alternative) return mistakes(alternative, value);
  const lines = fits.errors.map(({instancePath, message, params}) =>
    `  ${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
  return `${JSON.stringify(value)}\nis not as ${place} says:\n${lines.join('\n')}`;
}

/** Of several alternatives the one for messages of the value's `type`. */
function alternativeFor(place, value) {
  if (typeof value?.type !== 'string') return undefined;
  const keyword = ['oneOf', 'anyOf'].find((each) => at(place)[each]);
  const places = (at(place)[keyword] ?? []).map((_, index) => below(place, keyword, index));
  const isOf = (each) => members(each).get('type')?.some((type) => at(type).const === value.type);
  return places.find((each) => isOf(each) && !matches(each, value));
}

/** The places of the schemas that hold for the same value as the one at `place`, itself among them. */
export function sameValue(place) {
  const schema = at(place);
  const more = (schema.allOf ?? []).map((_, index) => below(place, 'allOf', index));
  if (schema.$ref) more.push(target(place, schema.$ref));
  return [place, ...more.flatMap(sameValue)];
}

/** The members that an object may have by name, each with the places of its schemas. */
export function members(place) {
  const found = new Map();
  for (const each of sameValue(place)) {
    for (const [name, schema] of Object.entries(at(each).properties ?? {})) {
      if (schema !== false) found.set(name, [...(found.get(name) ?? []), below(each, 'properties', name)]);
    }
  }
  return found;
}

export function required(place) {
  return new Set(sameValue(place).flatMap((each) => at(each).required ?? []));
}

export function check(place, value) {
  const wrong = mistakes(place, value);
  if (wrong) assert.fail(wrong);
}
