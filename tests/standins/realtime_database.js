// firebase-server as it is, except that a path in an address means what it says: `Push%20Up` is the name `Push Up`.
// It runs from the folder where its packages are installed: node realtime_database.js PORT
'use strict';

const { createRequire } = require('module');
const load = createRequire(process.cwd() + '/');
const url = require('url');

const parse = url.parse;
url.parse = (address, ...rest) => {
  const parts = parse(address, ...rest);
  if (parts.pathname) parts.pathname = decodeURIComponent(parts.pathname);
  return parts;
};

const FirebaseServer = load('firebase-server');
new FirebaseServer({ port: Number(process.argv[2]), address: '127.0.0.1', rest: true }, 'localhost.firebaseio.test', {});
