// SPDX-License-Identifier: MIT
import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

/** A certificate for `name`, signed by itself: {key, cert, file} with the path of the certificate. */
export async function certificate(t, name) {
  const folder = await mkdtemp(join(tmpdir(), 'confab-certificate-'));
  t.after(() => rm(folder, {recursive: true, force: true}));
  const key = join(folder, 'key.pem');
  const file = join(folder, 'cert.pem');
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', file]);
  return {key: await readFile(key), cert: await readFile(file), file};
}
