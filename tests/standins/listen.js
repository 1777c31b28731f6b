// A listener as an app has one: Firebase's own client, which prints a line of JSON for each value that it hears.
// It runs from the folder where its packages are installed: node listen.js PORT PATH
'use strict';

const { createRequire } = require('module');
const load = createRequire(process.cwd() + '/');
const firebase = load('firebase/app');
load('firebase/database');

const [, , port, path] = process.argv;
const app = firebase.initializeApp({ databaseURL: `ws://localhost:${port}` });
app.database().ref(path).on('value', (heard) => console.log(JSON.stringify(heard.val())));
