// SPDX-License-Identifier: MIT
import {at, below, target} from './documents.mjs';
import {matches, required} from './schemas.mjs';

const kAlternatives = ['oneOf', 'anyOf'];
const kMaps = ['additionalProperties', 'unevaluatedProperties'];

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the documents promise, and what of it was seen. */
export class Coverage {
  #expected = new Set();
  #seen = new Set();
  #known = new Set();

  expect(mark) {
    this.#expected.add(mark);
  }

  see(mark) {
    this.#seen.add(mark);
  }

  missing() {
    return [...this.#expected].filter((mark) => !this.#seen.has(mark)).sort();
  }

  /** From now on all that the schema at `place` says has to be seen: each member, there and (where it may be) left out,
   *  each value of an enumeration, each alternative, and a member of no name wherever such are let through. */
  expectSchema(place) {
    if (this.#known.has(place)) return;
    this.#known.add(place);
    const schema = at(place);
    if (typeof schema === 'boolean') return;
    if (schema.$ref) this.expectSchema(target(place, schema.$ref));
    const needed = required(place);
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      if (member === false) continue;
      const there = below(place, 'properties', name);
      this.expect(there);
      if (!needed.has(name)) this.expect(`${there} left out`);
      this.expectSchema(there);
    }
    for (const map of kMaps) {
      if (schema[map] === undefined || schema[map] === false) continue;
      this.expect(below(place, map));
      this.expectSchema(below(place, map));
    }
    if (schema.items) {
      this.expect(below(place, 'items'));
      this.expectSchema(below(place, 'items'));
    }
    schema.allOf?.forEach((_, index) => this.expectSchema(below(place, 'allOf', index)));
    for (const keyword of kAlternatives) {
      schema[keyword]?.forEach((_, index) => {
        this.expect(below(place, keyword, index));
        this.expectSchema(below(place, keyword, index));
      });
    }
    schema.enum?.forEach((value) => this.expect(`${place} = ${JSON.stringify(value)}`));
    if (Array.isArray(schema.type)) schema.type.forEach((type) => this.expect(`${place} is ${type}`));
  }

  /** A value that fits was seen. */
  seeSchema(place, value) {
    const schema = at(place);
    if (typeof schema === 'boolean') return;
    if (schema.$ref) this.seeSchema(target(place, schema.$ref), value);
    if (isObject(value)) this.#seeMembers(place, schema, value);
    if (schema.items && Array.isArray(value)) {
      for (const item of value) {
        this.see(below(place, 'items'));
        this.seeSchema(below(place, 'items'), item);
      }
    }
    schema.allOf?.forEach((_, index) => this.seeSchema(below(place, 'allOf', index), value));
    for (const keyword of kAlternatives) {
      schema[keyword]?.forEach((_, index) => {
        const alternative = below(place, keyword, index);
        if (!matches(alternative, value)) return;
        this.see(alternative);
        this.seeSchema(alternative, value);
      });
    }
    if (schema.enum) this.see(`${place} = ${JSON.stringify(value)}`);
    if (Array.isArray(schema.type)) this.see(`${place} is ${Number.isInteger(value) ? 'integer' : typeof value}`);
  }

  #seeMembers(place, schema, value) {
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      if (member === false) continue;
      const there = below(place, 'properties', name);
      this.see(name in value ? there : `${there} left out`);
      if (name in value) this.seeSchema(there, value[name]);
    }
    for (const map of kMaps) {
      if (schema[map] === undefined || schema[map] === false) continue;
      // Of the members that schemas beside this one name, none is of no name.
      const named = map === 'additionalProperties' ? new Set(Object.keys(schema.properties ?? {})) : this.#named(place);
      for (const [name, member] of Object.entries(value)) {
        if (named.has(name)) continue;
        this.see(below(place, map));
        this.seeSchema(below(place, map), member);
      }
    }
  }

  #named(place) {
    const schema = at(place);
    const beside = (schema.allOf ?? []).map((_, index) => below(place, 'allOf', index));
    if (schema.$ref) beside.push(target(place, schema.$ref));
    return new Set([...Object.keys(schema.properties ?? {}), ...beside.flatMap((each) => [...this.#named(each)])]);
  }
}
